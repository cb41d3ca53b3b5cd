#include "emulator/services/s3/access/named_object.h"

#include <utility>

#include "emulator/services/s3/object/versions.h"

namespace cumulite::s3 {

namespace {

std::optional<ObjectRecord> find_named(const Context& ctx, const BucketRecord& bucket,
                                       const std::string& key) {
  const std::string version = ctx.request.query_value("versionId");
  if (version.empty()) {
    auto latest = find_latest(ctx.env.store, bucket, key);
    if (!latest || latest->record.delete_marker) return std::nullopt;
    return std::move(latest->record);
  }
  const auto id = parse_version_id(version);
  if (!id.ok()) return std::nullopt;
  auto found = find_version(ctx.env.store, bucket, key, *id);
  if (!found) return std::nullopt;
  return std::move(found->record);
}

}  // namespace

const ObjectRecord* NamedObject::record() const {
  if (ctx_ != nullptr) {
    read_ = find_named(*ctx_, *bucket_, *key_);
    if (read_) record_ = &*read_;
    ctx_ = nullptr;
  }
  return record_;
}

}  // namespace cumulite::s3
