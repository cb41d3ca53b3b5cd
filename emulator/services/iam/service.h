#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/core/service.h"

/// AWS Identity and Access Management. https://docs.aws.amazon.com/IAM/latest/APIReference/
namespace cumulite::iam {

/// `env` outlives the result.
std::unique_ptr<Service> make_service(Environment& env);

/// The id ("AROA...") of the account's role of that name, without its path; nullopt if none is.
std::optional<std::string> find_role_id(const storage::Reader& reader, std::string_view account,
                                        std::string_view name);

}  // namespace cumulite::iam
