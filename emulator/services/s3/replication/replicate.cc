#include "emulator/services/s3/replication/replicate.h"

#include <string>
#include <utility>
#include <vector>

#include "api/s3.h"
#include "emulator/core/records/fields.h"
#include "emulator/services/s3/annotation/annotations.h"
#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/configuration/store.h"
#include "emulator/services/s3/notification/emit.h"
#include "emulator/services/s3/object/versions.h"
#include "emulator/services/s3/replication/rules.h"

namespace cumulite::s3 {

namespace {

constexpr std::string_view kPending = "PENDING";
constexpr std::string_view kCompleted = "COMPLETED";
constexpr std::string_view kFailed = "FAILED";
constexpr std::string_view kReplica = "REPLICA";

/// The version that an event is about.
struct ReplicaSubject {
  std::string bucket;
  std::string key;
  VersionId id;
  std::vector<ReplicaTarget> targets;
};

enum ReplicaTag : std::uint8_t {
  kReplicaBucket = 1,
  kReplicaKey,
  kReplicaSequence,
  kReplicaNullVersion,
  kReplicaTargets
};

std::string encode_replica(const std::string& bucket, std::string_view key,
                           const ObjectRecord& record, const std::vector<ReplicaTarget>& targets) {
  FieldWriter writer;
  writer.text(kReplicaBucket, bucket);
  writer.text(kReplicaKey, key);
  writer.number(kReplicaSequence, record.sequence);
  writer.number(kReplicaNullVersion, record.null_version ? 1 : 0);
  writer.text(kReplicaTargets, encode_targets(targets));
  return writer.take();
}

ReplicaSubject decode_replica(std::string_view bytes) {
  ReplicaSubject subject;
  FieldReader reader(bytes);
  while (reader.next()) {
    if (reader.tag() == kReplicaBucket) subject.bucket = reader.text();
    if (reader.tag() == kReplicaKey) subject.key = reader.text();
    if (reader.tag() == kReplicaSequence) subject.id.sequence = reader.number();
    if (reader.tag() == kReplicaNullVersion) subject.id.null_version = true;
    if (reader.tag() == kReplicaTargets) subject.targets = decode_targets(reader.text());
  }
  return subject;
}

EventCause own_cause(Environment& env, const BucketRecord& bucket) {
  return {bucket.owner_account, bucket.region, "AmazonCustomer:" + bucket.owner_id,
          "s3.amazonaws.com",   "replication", env.clock.now_ms(bucket.owner_account)};
}

/// One delivery, within its transaction.
class Replication {
 public:
  Replication(storage::Txn& txn, Environment& env, const BucketRecord& bucket,
              const ReplicaSubject& subject, const FoundVersion& source)
      : txn_(txn), env_(env), bucket_(bucket), subject_(subject), source_(source) {}

  /// False: the bucket cannot take it.
  bool replicate_to(const ReplicaTarget& target) {
    const auto destination = find_bucket(txn_, target.bucket);
    if (!destination || destination->versioning != Versioning::kEnabled) return false;
    if (update(*destination, target)) return true;
    ObjectRecord replica = source_.record;
    replica.replication_status = kReplica;
    if (target.owned_by_destination) {
      replica.owner_id = destination->owner_id;
      replica.owner_account = destination->owner_account;
      replica.acl.clear();
    }
    if (!target.storage_class.empty()) replica.storage_class = target.storage_class;
    if (!target.kms_key_id.empty() && !replica.encryption.kms_key_id.empty()) {
      replica.encryption.kms_key_id = target.kms_key_id;
    }
    write(*destination, replica);
    return true;
  }

 private:
  /// False: there is no replica yet.
  bool update(const BucketRecord& destination, const ReplicaTarget& target) {
    if (source_.record.delete_marker) return false;
    auto replica = find_version(txn_, destination, subject_.key, subject_.id);
    if (!replica || replica->record.replication_status != kReplica) return false;
    replica->record.tags = source_.record.tags;
    replica->record.lock = source_.record.lock;
    if (!target.owned_by_destination) replica->record.acl = source_.record.acl;
    rewrite_version(txn_, destination, subject_.key, *replica);
    return true;
  }

  void write(const BucketRecord& destination, ObjectRecord& replica) {
    const std::string& key = subject_.key;
    if (replica.delete_marker) {
      mark_deleted(txn_, env_, destination, key, replica);
      emit(destination, "ObjectRemoved:DeleteMarkerCreated", replica);
      return;
    }
    const AnnotatedVersion from{bucket_.name, key, source_.record.sequence,
                                source_.record.annotation_count};
    auto annotations = duplicate_annotations(txn_, env_, from);
    if (!annotations.ok()) annotations = NamedAnnotations{};
    replica.annotation_count = static_cast<std::uint32_t>(annotations->size());
    if (replica.blob.id != 0) replica.blob = env_.blobs.duplicate(txn_, replica.blob);
    std::vector<PartRecord> parts;
    if (replica.part_count > 0) parts = read_parts(txn_, bucket_, key, source_.record);
    for (PartRecord& part : parts) {
      if (part.blob.id != 0) part.blob = env_.blobs.duplicate(txn_, part.blob);
    }
    add_version(txn_, env_, destination, key, replica, parts);
    put_annotations(txn_, {destination.name, key, replica.sequence}, *annotations);
    emit(destination, "ObjectCreated:Put", replica);
  }

  void emit(const BucketRecord& bucket, std::string_view event, const ObjectRecord& record) {
    emit_event(txn_, env_, own_cause(env_, bucket), bucket, {event, subject_.key, record});
  }

  storage::Txn& txn_;
  Environment& env_;
  const BucketRecord& bucket_;
  const ReplicaSubject& subject_;
  const FoundVersion& source_;
};

void replicate(storage::Txn& txn, Environment& env, const ReplicaSubject& subject) {
  const auto bucket = find_bucket(txn, subject.bucket);
  if (!bucket) return;
  auto source = find_version(txn, *bucket, subject.key, subject.id);
  if (!source || source->record.sequence != subject.id.sequence) return;
  Replication replication(txn, env, *bucket, subject, *source);
  bool all = true;
  for (const ReplicaTarget& target : subject.targets) {
    all = replication.replicate_to(target) && all;
  }
  if (!all) {
    emit_event(txn, env, own_cause(env, *bucket), *bucket,
               {"Replication:OperationFailedReplication", subject.key, source->record});
  }
  if (source->record.delete_marker) return;
  source->record.replication_status = all ? kCompleted : kFailed;
  rewrite_version(txn, *bucket, subject.key, *source);
}

}  // namespace

void begin_replication(storage::Txn& txn, Environment& env, const BucketRecord& bucket,
                       std::string_view key, ObjectRecord& record) {
  if (!bucket.has(Configuration::kReplication)) return;
  const auto configuration =
      read_configuration<api::ReplicationConfiguration>(txn, bucket, Configuration::kReplication);
  if (!configuration) return;
  const auto targets = replica_targets(*configuration, key, record);
  if (targets.empty()) return;
  Event event;
  event.account = bucket.owner_account;
  event.region = bucket.region;
  event.kind = kReplicationEvents;
  event.target = "arn:aws:s3:::" + bucket.name;
  event.payload = encode_replica(bucket.name, key, record, targets);
  env.outbox.append(txn, event);
  if (!record.delete_marker) record.replication_status = kPending;
}

void refresh_replicas(storage::Txn& txn, Environment& env, const BucketRecord& bucket,
                      std::string_view key, ObjectRecord& record) {
  const std::string before = record.replication_status;
  if (before != kPending && before != kCompleted) return;
  record.replication_status.clear();
  begin_replication(txn, env, bucket, key, record);
  if (record.replication_status.empty()) record.replication_status = before;
}

Delivery deliver_replicas(Environment& env, const Event& event) {
  const ReplicaSubject subject = decode_replica(event.payload);
  storage::Domains domains = object_domains(subject.bucket, subject.key);
  for (const ReplicaTarget& target : subject.targets) {
    for (auto& domain : object_domains(target.bucket, subject.key)) {
      domains.push_back(std::move(domain));
    }
  }
  env.store.transact(domains, [&](storage::Txn& txn) {
    replicate(txn, env, subject);
    env.outbox.remove(txn, event);
  });
  return {Delivery::Outcome::kRemoved};
}

}  // namespace cumulite::s3
