#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "emulator/core/context.h"
#include "emulator/core/environment.h"
#include "emulator/services/sns/sns_api.h"
#include "protocol/result.h"
#include "storage/kv/store.h"

namespace cumulite::sns {

/// What SetSMSAttributes set.
Attributes sms_settings(const storage::Reader& reader, std::string_view account,
                        std::string_view region);
/// Whether the number is on the account's list of those that want no messages.
bool is_opted_out(Environment& env, std::string_view account, std::string_view region,
                  std::string_view number);
/// Whether the sandbox keeps messages from the number: the account has numbers in its sandbox, and
/// this is no verified one of them. An account that never added a number sends to all.
bool is_kept_in_sandbox(Environment& env, std::string_view account, std::string_view region,
                        std::string_view number);
/// Puts a number on that list; its owner does so by answering STOP.
void opt_out(Environment& env, std::string_view account, std::string_view region,
             std::string_view number);

/// Where the caller's account and region keep what concerns SMS: the prefix of the keys.
std::string sms_scope(Context& ctx);
/// What a transaction on rows under `key` holds.
storage::Domains sms_domain(const std::string& key);
/// The number when it is one in E.164 form; InvalidParameter otherwise.
Result<std::string> check_phone_number(const std::optional<std::string>& number);

}  // namespace cumulite::sns
