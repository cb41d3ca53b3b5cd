#include "emulator/services/s3/multipart/uploads.h"

#include "emulator/core/spaces.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/keys.h"
#include "storage/kv/key_codec.h"

namespace cumulite::s3 {

using storage::Domain;

Result<UploadRecord> find_upload(const storage::Reader& reader, std::string_view bucket,
                                 std::string_view key, std::string_view upload_id) {
  const auto row = reader.get(spaces::kS3Objects, keys::upload(bucket, key, upload_id));
  if (!row) return errors::no_such_upload(upload_id);
  return UploadRecord::decode(*row);
}

Result<std::uint32_t> check_part_number(const std::optional<std::int32_t>& number) {
  if (number && *number >= 1 && static_cast<std::uint32_t>(*number) <= kPartNumberMax) {
    return static_cast<std::uint32_t>(*number);
  }
  return errors::invalid_argument("Part number must be an integer between 1 and 10000, inclusive",
                                  "partNumber", number ? std::to_string(*number) : "");
}

Result<void> check_upload_key(const UploadRecord& upload, const CustomerKey& key) {
  const std::string& stored = upload.object.encryption.customer_key_md5;
  if (stored.empty() && !key) return {};
  if (stored.empty() || !key) {
    return errors::invalid_request(
        "The multipart upload initiate requested encryption. Subsequent part requests must "
        "include the appropriate encryption parameters.");
  }
  if (key.md5 != stored) {
    return errors::invalid_request(
        "The provided encryption parameters did not match the ones used originally.");
  }
  return {};
}

storage::Domains part_domains(std::string_view bucket, std::string_view key,
                              std::string_view upload_id, std::uint32_t number) {
  return {
      Domain::shared_on(spaces::kS3, keys::bucket(bucket)),
      Domain::shared_on(spaces::kS3Objects, keys::upload(bucket, key, upload_id)),
      Domain::exclusive_on(spaces::kS3Objects, keys::upload_part(bucket, key, upload_id, number))};
}

storage::Domains upload_domains(std::string_view bucket, std::string_view key,
                                std::string_view upload_id) {
  return {Domain::shared_on(spaces::kS3, keys::bucket(bucket)),
          Domain::exclusive_on(spaces::kS3Objects, keys::upload(bucket, key, upload_id)),
          Domain::exclusive_on(spaces::kS3Objects, keys::upload_parts(bucket, key, upload_id))};
}

Result<void> commit_part(Context& ctx, const std::string& bucket, const std::string& key,
                         const std::string& upload_id, PartRecord part, storage::Spool& body) {
  ctx.env.blobs.prepare(body);
  const std::string row_key = keys::upload_part(bucket, key, upload_id, part.number);
  const auto domains = part_domains(bucket, key, upload_id, part.number);
  return ctx.env.store.transact(domains, [&](storage::Txn& txn) -> Result<void> {
    CUMULITE_TRY(find_upload(txn, bucket, key, upload_id));
    if (const auto row = txn.get(spaces::kS3Objects, row_key)) {
      const PartRecord earlier = PartRecord::decode(*row);
      if (earlier.blob.id != 0) ctx.env.blobs.release(txn, earlier.blob);
    }
    part.blob = ctx.env.blobs.adopt(txn, body);
    txn.put(spaces::kS3Objects, row_key, part.encode());
    return {};
  });
}

std::vector<PartRecord> list_upload_parts(const storage::Reader& reader, std::string_view bucket,
                                          std::string_view key, std::string_view upload_id) {
  const std::string prefix = keys::upload_parts(bucket, key, upload_id);
  const auto page = reader.range(spaces::kS3Objects, prefix, storage::prefix_end(prefix),
                                 {.limit = kPartNumberMax});
  std::vector<PartRecord> parts;
  parts.reserve(page.rows.size());
  for (const auto& row : page.rows) parts.push_back(PartRecord::decode(row.value));
  return parts;
}

void drop_upload_rows(storage::Txn& txn, const std::string& bucket, const std::string& key,
                      const std::string& upload_id) {
  const std::string parts = keys::upload_parts(bucket, key, upload_id);
  txn.del_range(spaces::kS3Objects, parts, storage::prefix_end(parts));
  txn.del(spaces::kS3Objects, keys::upload(bucket, key, upload_id));
}

}  // namespace cumulite::s3
