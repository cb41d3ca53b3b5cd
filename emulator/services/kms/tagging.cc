#include <algorithm>
#include <cctype>
#include <set>

#include "emulator/core/tags.h"
#include "emulator/services/kms/operations.h"
#include "protocol/codec/base64.h"

namespace cumulite::kms {
namespace {

constexpr std::size_t kListTagsDefault = 50;

Result<void> check_not_reserved(const std::string& key) {
  constexpr std::string_view kReserved = "aws:";
  const bool is_reserved =
      key.size() >= kReserved.size() &&
      std::equal(kReserved.begin(), kReserved.end(), key.begin(), [](char expected, char actual) {
        return std::tolower(static_cast<unsigned char>(actual)) == expected;
      });
  if (is_reserved) return errors::tag("Tags beginning with aws: are reserved");
  return {};
}

Result<model::Unit> tag_resource(Context& ctx, const api::TagResourceRequest& req) {
  CUMULITE_TRY(
      change_key(ctx, *req.KeyId, "TagResource", Change::kNotPendingDeletion,
                 [&](storage::Txn&, Found& found) { return merge_tags(*req.Tags, found.key); }));
  return model::Unit{};
}

Result<model::Unit> untag_resource(Context& ctx, const api::UntagResourceRequest& req) {
  for (const std::string& key : *req.TagKeys) CUMULITE_TRY(check_not_reserved(key));
  CUMULITE_TRY(change_key(ctx, *req.KeyId, "UntagResource", Change::kNotPendingDeletion,
                          [&](storage::Txn&, Found& found) -> Result<void> {
                            tags::erase(found.key.tags, *req.TagKeys);
                            return {};
                          }));
  return model::Unit{};
}

Result<api::ListResourceTagsResponse> list_resource_tags(Context& ctx,
                                                         const api::ListResourceTagsRequest& req) {
  CUMULITE_ASSIGN(Found found, find_key(ctx, *req.KeyId, Named::kByKey));
  auto& tags = found.key.tags;
  std::sort(tags.begin(), tags.end());
  std::vector<std::string> names;
  for (const auto& [key, value] : tags) names.push_back(key);
  const auto limit = req.Limit ? static_cast<std::size_t>(*req.Limit) : kListTagsDefault;
  CUMULITE_ASSIGN(Slice slice, slice_of(names, req.Marker, limit));
  api::ListResourceTagsResponse answer;
  answer.Tags.emplace();
  for (std::size_t i = slice.from; i < slice.to; ++i) {
    answer.Tags->push_back({tags[i].first, tags[i].second});
  }
  answer.Truncated = slice.next_marker.has_value();
  answer.NextMarker = std::move(slice.next_marker);
  return answer;
}

}  // namespace

Result<void> merge_tags(const std::vector<api::Tag>& added, Key& key) {
  std::set<std::string> seen;
  for (const api::Tag& tag : added) {
    CUMULITE_TRY(check_not_reserved(*tag.TagKey));
    if (!seen.insert(*tag.TagKey).second) return errors::tag("Duplicate tag keys");
    tags::set(key.tags, *tag.TagKey, *tag.TagValue);
  }
  if (key.tags.size() > tags::kTagsMax) return errors::tag("Too many tags");
  return {};
}

Result<Slice> slice_of(const std::vector<std::string>& names,
                       const std::optional<std::string>& marker, std::size_t limit) {
  Slice slice;
  if (marker) {
    const auto last = codec::base64_decode(*marker);
    if (!last) return errors::invalid_marker();
    const auto after = std::upper_bound(names.begin(), names.end(), *last);
    slice.from = static_cast<std::size_t>(after - names.begin());
  }
  slice.to = std::min(names.size(), slice.from + limit);
  if (slice.to < names.size()) slice.next_marker = codec::base64_encode(names[slice.to - 1]);
  return slice;
}

std::span<const OperationRow> tag_rows() {
  static const OperationRow rows[] = {
      row<api::op::ListResourceTags, &list_resource_tags>(),
      row<api::op::TagResource, &tag_resource>(),
      row<api::op::UntagResource, &untag_resource>(),
  };
  return rows;
}

}  // namespace cumulite::kms
