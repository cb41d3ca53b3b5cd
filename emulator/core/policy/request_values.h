#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "emulator/core/context.h"

namespace cumulite {

/// Values of a global condition key as a call has them: "aws:SourceIp", "aws:PrincipalAccount",
/// "aws:CurrentTime", ... The case of the key does not matter. Empty: the call has none.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
std::vector<std::string> request_values(const Context& ctx, std::string_view key);

}  // namespace cumulite
