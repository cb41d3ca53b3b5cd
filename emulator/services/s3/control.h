#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/s3.h"
#include "emulator/core/context.h"
#include "emulator/core/tags.h"
#include "protocol/result.h"

/// What S3 Control reads and changes of S3: the same rows that S3's own operations have. None of
/// these may be called inside a transaction.
namespace cumulite::s3 {

/// A bucket's tags in their order, maybe none. Errors: NoSuchBucket, AccessDenied.
Result<tags::Tags> tags_of_bucket(const Context& ctx, const std::string& bucket);

/// Adds the tags; those of the same keys have new values. Errors: those of PutBucketTagging,
/// AccessDenied.
Result<void> tag_bucket(const Context& ctx, const std::string& bucket, const tags::Tags& added);

/// Takes the tags off; keys that no tag has are passed over. Errors: NoSuchBucket, AccessDenied.
Result<void> untag_bucket(const Context& ctx, const std::string& bucket,
                          const std::vector<std::string>& tag_keys);

/// What the account blocks of public access in all of its buckets; nullopt if that is not stated.
std::optional<api::PublicAccessBlockConfiguration> read_account_block(const Context& ctx,
                                                                      std::string_view account);
/// Nullopt: nothing is stated any more.
void write_account_block(const Context& ctx, std::string_view account,
                         const std::optional<api::PublicAccessBlockConfiguration>& block);

}  // namespace cumulite::s3
