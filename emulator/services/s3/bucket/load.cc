#include "emulator/services/s3/bucket/load.h"

#include <algorithm>

#include <fmt/format.h>

#include "emulator/core/spaces.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/keys.h"

namespace cumulite::s3 {

namespace {

constexpr std::size_t kKeyLengthMax = 1024;
constexpr std::size_t kBucketNameMax = 255;

bool is_account_id(std::string_view text) {
  return text.size() == 12 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<BucketRecord> find_bucket(const storage::Reader& reader, std::string_view name) {
  if (name.empty() || name.size() > kBucketNameMax) return std::nullopt;
  const auto row = reader.get(spaces::kS3, keys::bucket(name));
  if (!row) return std::nullopt;
  return BucketRecord::decode(name, *row);
}

Result<BucketRecord> load_bucket(const storage::Reader& reader,
                                 const std::optional<std::string>& name,
                                 const std::optional<std::string>& expected_owner) {
  if (expected_owner && !is_account_id(*expected_owner)) {
    return Error{"InvalidBucketOwnerAWSAccountID",
                 fmt::format("The value of the expected bucket owner parameter must be an AWS "
                             "Account ID... [{}]",
                             *expected_owner),
                 400};
  }
  auto bucket = find_bucket(reader, name.value_or(""));
  if (!bucket) return errors::no_such_bucket(name.value_or(""));
  if (expected_owner && *expected_owner != bucket->owner_account) return errors::access_denied();
  return std::move(*bucket);
}

Result<void> check_key(const std::string& key) {
  if (key.size() > kKeyLengthMax) return errors::key_too_long(key.size());
  return {};
}

}  // namespace cumulite::s3
