#pragma once

#include <optional>
#include <string_view>

#include "api/s3.h"
#include "emulator/services/s3/records/bucket_record.h"
#include "storage/kv/store.h"

/// What of public access is blocked.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
namespace cumulite::s3 {

/// What is in force for a bucket: what its own configuration blocks, or that of the account that
/// owns it. Reads no row where neither has one.
api::PublicAccessBlockConfiguration public_block(const storage::Store& store,
                                                 const BucketRecord& bucket);

/// The account's own; nullopt if it has none.
std::optional<api::PublicAccessBlockConfiguration> account_public_block(const storage::Store& store,
                                                                        std::string_view account);

}  // namespace cumulite::s3
