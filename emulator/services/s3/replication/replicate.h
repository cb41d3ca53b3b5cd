#pragma once

#include <string_view>

#include "emulator/core/environment.h"
#include "emulator/events/outbox.h"
#include "emulator/services/s3/records/bucket_record.h"
#include "emulator/services/s3/records/object_record.h"
#include "storage/kv/store.h"

/// Replication between buckets of this daemon: a new version leaves an event in the outbox, whose
/// delivery makes the replicas and settles the source's status in one transaction.
namespace cumulite::s3 {

inline constexpr std::string_view kReplicationEvents = "s3.replication";

/// In the transaction that writes the version, once its sequence is final and before its row is
/// written: adds the event that it causes, and marks the record PENDING. Delete markers keep no
/// status.
void begin_replication(storage::Txn& txn, Environment& env, const BucketRecord& bucket,
                       std::string_view key, ObjectRecord& record);

/// Before a changed row of a version (tags, lock, ACL) is written: its replicas follow.
void refresh_replicas(storage::Txn& txn, Environment& env, const BucketRecord& bucket,
                      std::string_view key, ObjectRecord& record);

/// Makes the replicas of one version, or brings those that are there in step with it. A version
/// that is gone needs none.
Delivery deliver_replicas(Environment& env, const Event& event);

}  // namespace cumulite::s3
