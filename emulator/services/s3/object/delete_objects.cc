#include <algorithm>
#include <span>

#include "emulator/services/s3/access/authorize.h"
#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/handlers.h"
#include "emulator/services/s3/object/deletion.h"
#include "emulator/services/s3/object/versions.h"

namespace cumulite::s3 {

namespace {

constexpr std::size_t kObjectsMax = 1000;
/// Keys of one transaction: few enough that their events fit into it and that their locks do not
/// keep others out for long, many enough that the commits do not count.
constexpr std::size_t kBatchKeys = 250;

/// An entry and what became of it.
struct Entry {
  DeleteAsked asked;
  std::optional<Error> refusal = {};  ///< Found before any transaction.
  Result<DeleteDone> outcome = DeleteDone{};
};

/// Everything that can be said of an entry without its rows.
Entry judge(const Context& ctx, const BucketRecord& bucket, const api::DeleteObjectsRequest& req,
            const api::ObjectIdentifier& object) {
  Entry entry{{object.Key.value_or(""), object.VersionId, object.ETag, false, true}};
  const std::string& key = entry.asked.key;
  const auto action = object.VersionId ? "s3:DeleteObjectVersion" : "s3:DeleteObject";
  auto allowed = authorize_object(ctx, bucket, action, key);
  if (allowed.ok()) allowed = check_key(key);
  if (allowed.ok()) {
    // AWS refuses to bypass where there are no locks, as DeleteObject does here. Test suites that
    // empty every bucket in this way are older than that, so in a batch there is nothing to bypass.
    const auto asked = bucket.object_lock ? req.BypassGovernanceRetention : std::nullopt;
    auto bypass = bypasses_governance(ctx, bucket, key, asked);
    if (bypass.ok()) {
      entry.asked.bypass_governance = *bypass;
      return entry;
    }
    allowed = std::move(bypass).error();
  }
  entry.refusal = std::move(allowed).error();
  return entry;
}

/// One commit for all of them: an entry that is refused has written nothing, the others stand.
Result<void> delete_batch(Context& ctx, const BucketRecord& bucket, std::span<Entry> entries) {
  storage::Domains domains;
  for (const Entry& entry : entries) {
    if (entry.refusal) continue;
    for (auto& domain : object_domains(bucket.name, entry.asked.key)) {
      domains.push_back(std::move(domain));
    }
  }
  if (domains.empty()) return {};
  return ctx.env.store.transact(domains, [&](storage::Txn& txn) -> Result<void> {
    const auto now = current_bucket(ctx.env.store, bucket.name);
    if (!now) return errors::no_such_bucket(bucket.name);
    for (Entry& entry : entries) {
      if (!entry.refusal) entry.outcome = delete_in(txn, ctx, *now, entry.asked);
    }
    return {};
  });
}

void report(const Entry& entry, bool quiet, api::DeleteObjectsOutput& out) {
  const std::string& key = entry.asked.key;
  const auto& version_id = entry.asked.version_id;
  if (entry.refusal || !entry.outcome.ok()) {
    const Error& error = entry.refusal ? *entry.refusal : entry.outcome.error();
    if (!out.Errors) out.Errors.emplace();
    if (version_id && error.code == "InvalidArgument") {
      // What cannot be the id of a version is taken for that of none.
      out.Errors->push_back(
          {key, version_id, "NoSuchVersion", "The specified version does not exist."});
      return;
    }
    out.Errors->push_back({key, version_id, error.code, error.message});
    return;
  }
  if (quiet) return;
  if (!out.Deleted) out.Deleted.emplace();
  api::DeletedObject& deleted = out.Deleted->emplace_back();
  deleted.Key = key;
  deleted.VersionId = version_id;
  if (entry.outcome->delete_marker) {
    deleted.DeleteMarker = true;
    deleted.DeleteMarkerVersionId = entry.outcome->version_id;
  }
}

}  // namespace

Result<api::DeleteObjectsOutput> delete_objects(Context& ctx,
                                                const api::DeleteObjectsRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  if (!req.Delete || !req.Delete->Objects || req.Delete->Objects->empty() ||
      req.Delete->Objects->size() > kObjectsMax) {
    return errors::malformed_xml();
  }
  std::vector<Entry> entries;
  entries.reserve(req.Delete->Objects->size());
  for (const auto& object : *req.Delete->Objects) {
    entries.push_back(judge(ctx, bucket, req, object));
  }
  for (std::size_t first = 0; first < entries.size(); first += kBatchKeys) {
    const std::size_t count = std::min(kBatchKeys, entries.size() - first);
    CUMULITE_TRY(delete_batch(ctx, bucket, std::span(entries).subspan(first, count)));
  }
  api::DeleteObjectsOutput out;
  const bool quiet = req.Delete->Quiet.value_or(false);
  for (const Entry& entry : entries) report(entry, quiet, out);
  return out;
}

}  // namespace cumulite::s3
