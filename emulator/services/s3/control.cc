#include "emulator/services/s3/control.h"

#include "emulator/core/spaces.h"
#include "emulator/services/s3/access/authorize.h"
#include "emulator/services/s3/access/public_block.h"
#include "emulator/services/s3/account_keys.h"
#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/configuration/store.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/tagging/tags.h"

namespace cumulite::s3 {

namespace {

tags::Tags stored_tags(const storage::Reader& reader, const BucketRecord& bucket) {
  tags::Tags found;
  const auto tagging = read_configuration<api::Tagging>(reader, bucket, Configuration::kTagging);
  if (!tagging || !tagging->TagSet) return found;
  for (const api::Tag& tag : *tagging->TagSet) {
    found.emplace_back(tag.Key.value_or(""), tag.Value.value_or(""));
  }
  return found;
}

/// Runs `change(Tags&)` on what the bucket has, and stores what comes of it.
template <class Change>
Result<void> change_tags(const Context& ctx, const std::string& name, Change&& change) {
  return ctx.env.store.transact(bucket_domains(name), [&](storage::Txn& txn) -> Result<void> {
    auto bucket = find_bucket(txn, name);
    if (!bucket) return errors::no_such_bucket(name);
    tags::Tags all = stored_tags(txn, *bucket);
    change(all);
    if (all.empty()) {
      remove_configuration(txn, *bucket, Configuration::kTagging);
      return {};
    }
    const auto set = write_tag_set(all);
    CUMULITE_TRY(read_tag_set(set, TagOwner::kBucket));
    write_configuration(txn, *bucket, Configuration::kTagging, api::Tagging{set});
    return {};
  });
}

}  // namespace

Result<tags::Tags> tags_of_bucket(const Context& ctx, const std::string& bucket) {
  CUMULITE_ASSIGN(const BucketRecord found, load_bucket(ctx.env.store, bucket));
  CUMULITE_TRY(authorize_bucket(ctx, found, "s3:ListTagsForResource"));
  return stored_tags(ctx.env.store, found);
}

Result<void> tag_bucket(const Context& ctx, const std::string& bucket, const tags::Tags& added) {
  CUMULITE_ASSIGN(const BucketRecord found, load_bucket(ctx.env.store, bucket));
  CUMULITE_TRY(authorize_bucket(ctx, found, "s3:TagResource"));
  // On their own first: a key that is named twice would be hidden by the merge.
  CUMULITE_TRY(read_tag_set(write_tag_set(added), TagOwner::kBucket));
  return change_tags(ctx, bucket, [&](tags::Tags& all) {
    for (const auto& [key, value] : added) tags::set(all, key, value);
  });
}

Result<void> untag_bucket(const Context& ctx, const std::string& bucket,
                          const std::vector<std::string>& tag_keys) {
  CUMULITE_ASSIGN(const BucketRecord found, load_bucket(ctx.env.store, bucket));
  CUMULITE_TRY(authorize_bucket(ctx, found, "s3:UntagResource"));
  return change_tags(ctx, bucket, [&](tags::Tags& all) { tags::erase(all, tag_keys); });
}

std::optional<api::PublicAccessBlockConfiguration> read_account_block(const Context& ctx,
                                                                      std::string_view account) {
  return account_public_block(ctx.env.store, account);
}

void write_account_block(const Context& ctx, std::string_view account,
                         const std::optional<api::PublicAccessBlockConfiguration>& block) {
  const std::string key = keys::account_block(account);
  const storage::Domains domains = {storage::Domain::exclusive_on(spaces::kS3, key)};
  ctx.env.store.transact(domains, [&](storage::Txn& txn) {
    if (block) {
      const auto& shape = configuration_shape(Configuration::kPublicAccessBlock);
      txn.put(spaces::kS3, key, encode_shape(shape, &*block));
    } else {
      txn.del(spaces::kS3, key);
    }
    forget_buckets(txn);
  });
}

}  // namespace cumulite::s3
