#pragma once

#include <string>
#include <string_view>

#include "emulator/core/context.h"
#include "emulator/core/service.h"
#include "emulator/services/ses/mailer.h"

/// Configuration sets and the events of what is sent with them, which go to SNS topics. Here every
/// message is sent and delivered; nothing bounces, and nobody opens, clicks or complains.
namespace cumulite::ses {

std::span<const OperationRow> configuration_set_rows();

/// Errors: the wording's code, if the mail names a set that is not there.
Result<void> check_set(const Context& ctx, const Wording& wording, const Mail& mail);

/// Appends the events of a message to the outbox, for the destinations of its set.
void publish_events(Context& ctx, storage::Txn& txn, const Mail& mail, const std::string& id);

}  // namespace cumulite::ses
