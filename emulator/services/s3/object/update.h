#pragma once

#include <optional>
#include <string>
#include <utility>

#include "emulator/core/context.h"
#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/notification/emit.h"
#include "emulator/services/s3/object/versions.h"
#include "emulator/services/s3/replication/replicate.h"
#include "protocol/result.h"

namespace cumulite::s3 {

/// Changes the record of one version in a transaction: tags, lock, ACL, restore. `change` gets the
/// bucket and the record and returns Result<void>; `event` (may be empty) is emitted after it.
template <class Change>
Result<ObjectRecord> update_object(Context& ctx, const std::string& bucket_name,
                                   const std::string& key,
                                   const std::optional<std::string>& version_id,
                                   std::string_view event, Change&& change) {
  const auto domains = object_domains(bucket_name, key);
  return ctx.env.store.transact(domains, [&](storage::Txn& txn) -> Result<ObjectRecord> {
    const auto bucket = current_bucket(ctx.env.store, bucket_name);
    if (!bucket) return errors::no_such_bucket(bucket_name);
    CUMULITE_ASSIGN(FoundVersion version, find_unmarked(ctx, txn, *bucket, key, version_id));
    CUMULITE_TRY(change(*bucket, version.record));
    refresh_replicas(txn, ctx.env, *bucket, key, version.record);
    rewrite_version(txn, *bucket, key, version);
    if (!event.empty()) {
      emit_event(txn, ctx.env, cause_of(ctx), *bucket, {event, key, version.record});
    }
    return std::move(version.record);
  });
}

}  // namespace cumulite::s3
