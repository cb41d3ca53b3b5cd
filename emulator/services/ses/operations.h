#pragma once

#include "api/ses.h"
#include "emulator/core/service.h"

namespace cumulite::ses {

std::span<const OperationRow> operation_rows();

/// `/_cumulite/ses`, which makes senders be verified.
void register_admin_paths(Environment& env);

}  // namespace cumulite::ses
