#include "emulator/services/s3/access/public_block.h"

#include <cstdint>
#include <string>

#include "emulator/core/spaces.h"
#include "emulator/services/s3/account_keys.h"
#include "emulator/services/s3/bucket/generation.h"
#include "emulator/services/s3/configuration/store.h"

namespace cumulite::s3 {

namespace {

using PublicBlock = api::PublicAccessBlockConfiguration;

/// What a thread remembers of one account, true while the generation is that of `read_at`: nearly
/// always that there is no block.
struct RememberedBlock {
  const storage::Store* store = nullptr;
  std::uint64_t read_at = 0;
  std::string account;
  std::optional<PublicBlock> block;
};

void join(std::optional<bool>& own, const std::optional<bool>& other) {
  own = own.value_or(false) || other.value_or(false);
}

}  // namespace

std::optional<PublicBlock> account_public_block(const storage::Store& store,
                                                std::string_view account) {
  thread_local RememberedBlock known;
  const std::uint64_t now = bucket_generation();
  if (known.read_at == now && known.store == &store && known.account == account) {
    return known.block;
  }
  std::optional<PublicBlock> block;
  if (const auto row = store.get(spaces::kS3, keys::account_block(account))) {
    decode_shape(configuration_shape(Configuration::kPublicAccessBlock), *row, &block.emplace());
  }
  known = {&store, now, std::string(account), block};
  return block;
}

PublicBlock public_block(const storage::Store& store, const BucketRecord& bucket) {
  auto block = read_configuration<PublicBlock>(store, bucket, Configuration::kPublicAccessBlock)
                   .value_or(PublicBlock{});
  if (const auto account = account_public_block(store, bucket.owner_account)) {
    join(block.BlockPublicAcls, account->BlockPublicAcls);
    join(block.IgnorePublicAcls, account->IgnorePublicAcls);
    join(block.BlockPublicPolicy, account->BlockPublicPolicy);
    join(block.RestrictPublicBuckets, account->RestrictPublicBuckets);
  }
  return block;
}

}  // namespace cumulite::s3
