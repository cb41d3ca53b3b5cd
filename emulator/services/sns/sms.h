#pragma once

#include <string>
#include <string_view>

#include "emulator/core/environment.h"

namespace cumulite::sns {

/// Whether the number is on the account's list of those that want no messages.
bool is_opted_out(Environment& env, std::string_view account, std::string_view region,
                  std::string_view number);
/// Puts a number on that list; its owner does so by answering STOP.
void opt_out(Environment& env, std::string_view account, std::string_view region,
             std::string_view number);

}  // namespace cumulite::sns
