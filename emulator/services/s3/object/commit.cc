#include "emulator/services/s3/object/commit.h"

#include <utility>

#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/notification/emit.h"
#include "emulator/services/s3/object/cipher.h"
#include "emulator/services/s3/object/conditions.h"
#include "emulator/services/s3/object/versions.h"
#include "protocol/time_units.h"

namespace cumulite::s3 {

namespace {

Result<ObjectRecord> commit_body(Context& ctx, const ObjectWrite& write, storage::Spool& body) {
  ctx.env.blobs.prepare(body);
  const auto domains = write_domains(write);
  return ctx.env.store.transact(domains, [&](storage::Txn& txn) -> Result<ObjectRecord> {
    const auto bucket = current_bucket(ctx.env.store, write.bucket);
    if (!bucket) return errors::no_such_bucket(write.bucket);
    CUMULITE_TRY(check_write(txn, *bucket, write.key, write.if_match, write.if_none_match));
    ObjectRecord record = write.record;
    record.blob = ctx.env.blobs.adopt(txn, body);
    CUMULITE_TRY(add_written(txn, ctx.env, *bucket, write, record));
    if (bucket->has(Configuration::kNotification)) {
      emit_event(txn, ctx.env, cause_of(ctx), *bucket, {write.event, write.key, record});
    }
    return record;
  });
}

}  // namespace

storage::Domains write_domains(const ObjectWrite& write) {
  storage::Domains domains = object_domains(write.bucket, write.key);
  if (write.annotations) domains.push_back(annotations_domain(*write.annotations));
  return domains;
}

Result<void> add_written(storage::Txn& txn, Environment& env, const BucketRecord& bucket,
                         const ObjectWrite& write, ObjectRecord& record) {
  if (!write.annotations) {
    add_version(txn, env, bucket, write.key, record);
    return {};
  }
  // Before the write: an object that is copied onto itself loses its own.
  CUMULITE_ASSIGN(const auto copies, duplicate_annotations(txn, env, *write.annotations));
  record.annotation_count = static_cast<std::uint32_t>(copies.size());
  add_version(txn, env, bucket, write.key, record);
  put_annotations(txn, {bucket.name, write.key, record.sequence}, copies);
  return {};
}

void stamp(const Context& ctx, const BucketRecord& bucket, ObjectRecord& record) {
  // Where ACLs are off everything belongs to the bucket's owner, and in mode `off` one user is
  // behind all accounts; so the bucket's owner is right unless access/ says otherwise.
  record.owner_id = bucket.owner_id;
  record.owner_account = bucket.owner_account;
  record.modified_ms = whole_seconds(ctx.now_ms);
  record.sequence = next_sequence(ctx.now_ms);
}

Result<ObjectRecord> commit_object(Context& ctx, ObjectWrite write, storage::Spool& body,
                                   const CustomerKey& key) {
  write.record.size_bytes = body.size_bytes();
  if (key && body.size_bytes() > 0) {
    SealedBody sealed = seal(ctx.env.blobs, body, key.key);
    write.record.encryption.nonce = std::move(sealed.nonce);
    return commit_body(ctx, write, *sealed.spool);
  }
  return commit_body(ctx, write, body);
}

}  // namespace cumulite::s3
