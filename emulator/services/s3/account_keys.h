#pragma once

#include <string>
#include <string_view>

/// Keys of what belongs to an account and to none of its buckets, in space kS3 (see keys.h).
namespace cumulite::s3::keys {

/// What the account blocks of public access: `P account`.
std::string account_block(std::string_view account);

}  // namespace cumulite::s3::keys
