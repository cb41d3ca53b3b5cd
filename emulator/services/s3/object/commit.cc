#include "emulator/services/s3/object/commit.h"

#include <utility>

#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/notification/emit.h"
#include "emulator/services/s3/object/cipher.h"
#include "emulator/services/s3/object/conditions.h"
#include "emulator/services/s3/object/versions.h"

namespace cumulite::s3 {

namespace {

Result<ObjectRecord> commit_body(Context& ctx, const ObjectWrite& write, storage::Spool& body) {
  ctx.env.blobs.prepare(body);
  const auto domains = object_domains(write.bucket, write.key);
  return ctx.env.store.transact(domains, [&](storage::Txn& txn) -> Result<ObjectRecord> {
    const auto bucket = find_bucket(txn, write.bucket);
    if (!bucket) return errors::no_such_bucket(write.bucket);
    CUMULITE_TRY(check_write(txn, *bucket, write.key, write.if_match, write.if_none_match));
    ObjectRecord record = write.record;
    record.blob = ctx.env.blobs.adopt(txn, body);
    add_version(txn, ctx.env, *bucket, write.key, record);
    if (bucket->has(Configuration::kNotification)) {
      emit_event(txn, ctx.env, cause_of(ctx), *bucket, {write.event, write.key, record});
    }
    return record;
  });
}

}  // namespace

void stamp(const Context& ctx, const BucketRecord& bucket, ObjectRecord& record) {
  // Where ACLs are off everything belongs to the bucket's owner, and in mode `off` one user is
  // behind all accounts; so the bucket's owner is right unless access/ says otherwise.
  record.owner_id = bucket.owner_id;
  record.owner_account = bucket.owner_account;
  record.modified_ms = ctx.now_ms / 1000 * 1000;
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
