#pragma once

#include <cstdint>
#include <string>

/// Random identifiers; made before a transaction, which may run twice.
namespace cumulite::ids {

std::uint64_t random_u64();
std::string uuid();  ///< Version 4, lower case.
std::string random_hex(std::size_t characters);
std::string random_alphanumeric_upper(std::size_t characters);  ///< DynamoDB's request ids: 52.
std::string random_base64url(std::size_t bytes);

}  // namespace cumulite::ids
