#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/handlers.h"
#include "emulator/services/s3/lifecycle/rules.h"
#include "emulator/services/s3/multipart/uploads.h"
#include "emulator/services/s3/notification/emit.h"
#include "emulator/services/s3/object/attributes.h"
#include "emulator/services/s3/object/checksums.h"
#include "emulator/services/s3/object/commit.h"
#include "emulator/services/s3/object/conditions.h"
#include "emulator/services/s3/object/encryption.h"
#include "emulator/services/s3/object/object_url.h"
#include "emulator/services/s3/object/versions.h"
#include "protocol/codec/base64.h"
#include "protocol/time_units.h"

namespace cumulite::s3 {

namespace {

using checksum::Algorithm;

constexpr std::uint64_t kPartBytesMin = std::uint64_t{5} << 20;

std::string unquoted(std::string_view etag) {
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') {
    etag = etag.substr(1, etag.size() - 2);
  }
  return std::string(etag);
}

std::string_view mode_of(const UploadRecord& upload) {
  if (!upload.checksum_asked) return "null";
  return upload.full_object ? "FULL_OBJECT" : "COMPOSITE";
}

Error invalid_part(const std::string& upload_id, const api::CompletedPart& part) {
  return Error{"InvalidPart",
               "One or more of the specified parts could not be found.  The part may not have been "
               "uploaded, or the specified entity tag may not match the part's entity tag.",
               400}
      .with("UploadId", upload_id)
      .with("PartNumber", std::to_string(part.PartNumber.value_or(0)))
      .with("ETag", unquoted(part.ETag.value_or("")));
}

/// The request's list, before it is held against the parts.
Result<void> check_list(const api::CompleteMultipartUploadRequest& req,
                        const UploadRecord& upload) {
  if (req.ChecksumType && *req.ChecksumType != mode_of(upload)) {
    return errors::invalid_request(
        fmt::format("The upload was created using the {} checksum mode. The complete request must "
                    "use the same checksum mode.",
                    mode_of(upload)));
  }
  if (!req.MultipartUpload) return errors::invalid_request("You must specify at least one part");
  if (!req.MultipartUpload->Parts || req.MultipartUpload->Parts->empty() ||
      req.MultipartUpload->Parts->size() > kPartNumberMax) {
    return errors::malformed_xml();
  }
  std::int32_t before = 0;
  for (const api::CompletedPart& part : *req.MultipartUpload->Parts) {
    if (!part.PartNumber || !part.ETag) return errors::malformed_xml();
    if (*part.PartNumber <= before) {
      return Error{"InvalidPartOrder",
                   "The list of parts was not in ascending order. Parts must be ordered by part "
                   "number.",
                   400}
          .with("UploadId", *req.UploadId);
    }
    before = *part.PartNumber;
  }
  return {};
}

/// The checksum that the list gives for a part must be the stored one, and of its algorithm.
Result<void> check_part_checksum(const UploadRecord& upload, const std::string& upload_id,
                                 const api::CompletedPart& listed, const PartRecord& part) {
  for (const Algorithm algorithm : kChecksumAlgorithms) {
    const auto& sent = checksum_member(listed, algorithm);
    if (!sent) continue;
    if (!upload.checksum_asked) {
      // Such an upload knows no checksum but the one that S3 computes by itself.
      if (algorithm == upload.algorithm && codec::base64_encode(part.checksum->raw) == *sent) {
        return {};
      }
      return invalid_part(upload_id, listed);
    }
    if (algorithm != upload.algorithm) {
      return Error{"BadDigest",
                   fmt::format("The {} you specified for part {} did not match what we received.",
                               checksum_suffix(algorithm), part.number),
                   400};
    }
    if (*sent != codec::base64_encode(part.checksum->raw)) return invalid_part(upload_id, listed);
    return {};
  }
  if (upload.checksum_asked && !upload.full_object) {
    return errors::invalid_request(
        fmt::format("The upload was created using a {} checksum. The complete request must include "
                    "the checksum for each part. It was missing for part {} in the request.",
                    checksum_suffix(upload.algorithm), part.number));
  }
  return {};
}

Error part_too_small(const PartRecord& part) {
  return errors::entity_too_small(part.size_bytes, kPartBytesMin)
      .with("PartNumber", std::to_string(part.number))
      .with("ETag", checksum::hex(part.md5));
}

struct Assembly {
  std::vector<PartRecord> parts;
  std::vector<PartRecord> left_out;  ///< Uploaded, not listed: dropped.
};

Result<Assembly> pick_parts(const api::CompleteMultipartUploadRequest& req,
                            const UploadRecord& upload, std::vector<PartRecord> stored) {
  std::map<std::uint32_t, PartRecord> by_number;
  for (PartRecord& part : stored) by_number.emplace(part.number, std::move(part));
  Assembly assembly;
  for (const api::CompletedPart& listed : *req.MultipartUpload->Parts) {
    const auto found = by_number.find(static_cast<std::uint32_t>(*listed.PartNumber));
    if (found == by_number.end() || unquoted(*listed.ETag) != checksum::hex(found->second.md5)) {
      return invalid_part(*req.UploadId, listed);
    }
    CUMULITE_TRY(check_part_checksum(upload, *req.UploadId, listed, found->second));
    assembly.parts.push_back(std::move(found->second));
    by_number.erase(found);
  }
  for (std::size_t i = 0; i + 1 < assembly.parts.size(); ++i) {
    if (assembly.parts[i].size_bytes < kPartBytesMin) return part_too_small(assembly.parts[i]);
  }
  for (auto& [number, part] : by_number) assembly.left_out.push_back(std::move(part));
  return assembly;
}

StoredChecksum combine(const UploadRecord& upload, const std::vector<PartRecord>& parts) {
  StoredChecksum result{upload.algorithm, {}, !upload.full_object};
  if (upload.full_object) {
    result.raw = parts.front().checksum->raw;
    for (std::size_t i = 1; i < parts.size(); ++i) {
      result.raw = checksum::combine_crc(upload.algorithm, result.raw, parts[i].checksum->raw,
                                         parts[i].size_bytes);
    }
    return result;
  }
  std::string all;
  for (const PartRecord& part : parts) all += part.checksum->raw;
  result.raw = checksum::digest(upload.algorithm, all);
  return result;
}

/// What the request says the checksum of the whole is. Without its type it is taken for that of
/// checksums, so one of a whole object needs the type.
Result<void> check_claim(const api::CompleteMultipartUploadRequest& req, const UploadRecord& upload,
                         const std::string& text) {
  const auto bad = [&] { return errors::bad_checksum(checksum_suffix(upload.algorithm)); };
  const auto& claimed = checksum_member(req, upload.algorithm);
  if (upload.checksum_asked && upload.full_object) {
    const bool any =
        std::any_of(kChecksumAlgorithms.begin(), kChecksumAlgorithms.end(),
                    [&](Algorithm each) { return checksum_member(req, each).has_value(); });
    if (!any || (claimed == text && req.ChecksumType)) return {};
    return bad();
  }
  if (!claimed || *claimed == text) return {};
  if (*claimed + fmt::format("-{}", req.MultipartUpload->Parts->size()) == text) return {};
  return bad();
}

/// Size, ETag and checksum of the whole, held against what the request claims of it.
Result<ObjectRecord> assemble(const api::CompleteMultipartUploadRequest& req,
                              const UploadRecord& upload, const std::vector<PartRecord>& parts) {
  ObjectRecord record = upload.object;
  std::string all_md5;
  for (const PartRecord& part : parts) {
    record.size_bytes += part.size_bytes;
    all_md5 += part.md5;
  }
  record.part_count = static_cast<std::uint32_t>(parts.size());
  record.etag =
      fmt::format("{}-{}", checksum::hex(checksum::digest(Algorithm::kMd5, all_md5)), parts.size());
  if (req.MpuObjectSize && static_cast<std::uint64_t>(*req.MpuObjectSize) != record.size_bytes) {
    return errors::invalid_request(fmt::format(
        "The provided 'x-amz-mp-object-size' header value {} does not match what was computed: {}",
        *req.MpuObjectSize, record.size_bytes));
  }
  record.checksum = combine(upload, parts);
  CUMULITE_TRY(check_claim(req, upload, checksum_text(*record.checksum, record.part_count)));
  // S3 computes none of its own over what it cannot read.
  if (!upload.checksum_asked && !record.encryption.customer_key_md5.empty()) {
    record.checksum.reset();
  }
  return record;
}

/// What happened to the key after the upload began beats a condition that holds by now.
Result<void> check_conditions(const storage::Reader& reader, const BucketRecord& bucket,
                              const api::CompleteMultipartUploadRequest& req,
                              const UploadRecord& upload) {
  CUMULITE_TRY(check_write(reader, bucket, *req.Key, req.IfMatch, req.IfNoneMatch));
  if (req.IfNoneMatch && upload.over_object) {
    return errors::conditional_conflict("If-None-Match", *req.Key);
  }
  if (!req.IfMatch) return {};
  const auto latest = find_latest(reader, bucket, *req.Key);
  if (latest && latest->record.sequence > upload.object.sequence) {
    return errors::conditional_conflict("If-Match", *req.Key);
  }
  return {};
}

/// An upload with a customer key and a checksum needs the key to complete, any other does not; but
/// a key that is sent must be the right one.
Result<void> check_key_again(const api::CompleteMultipartUploadRequest& req,
                             const UploadRecord& upload) {
  CUMULITE_ASSIGN(const CustomerKey key, customer_key_of(req));
  const bool encrypted = !upload.object.encryption.customer_key_md5.empty();
  if (!key && !(encrypted && upload.checksum_asked)) return {};
  return check_upload_key(upload, key);
}

/// A repeated complete is answered as the first, while the object is still what it made.
std::optional<ObjectRecord> find_completed(const storage::Reader& reader,
                                           const BucketRecord& bucket,
                                           const api::CompleteMultipartUploadRequest& req) {
  const auto latest = find_latest(reader, bucket, *req.Key);
  if (!latest || latest->record.delete_marker || latest->record.part_count == 0 ||
      latest->record.upload_id != *req.UploadId) {
    return std::nullopt;
  }
  return latest->record;
}

struct Completed {
  ObjectRecord record;
  bool checksum_asked = false;
};

Result<Completed> complete(storage::Txn& txn, Context& ctx, const std::string& name,
                           const api::CompleteMultipartUploadRequest& req) {
  const auto bucket = find_bucket(txn, name);
  if (!bucket) return errors::no_such_bucket(name);
  auto upload = find_upload(txn, name, *req.Key, *req.UploadId);
  if (!upload.ok()) {
    if (auto completed = find_completed(txn, *bucket, req)) return Completed{*completed};
    return std::move(upload).error();
  }
  CUMULITE_TRY(check_key_again(req, *upload));
  CUMULITE_TRY(check_list(req, *upload));
  CUMULITE_ASSIGN(const Assembly assembly,
                  pick_parts(req, *upload, list_upload_parts(txn, name, *req.Key, *req.UploadId)));
  CUMULITE_ASSIGN(ObjectRecord record, assemble(req, *upload, assembly.parts));
  CUMULITE_TRY(check_conditions(txn, *bucket, req, *upload));
  for (const PartRecord& part : assembly.left_out) {
    if (part.blob.id != 0) ctx.env.blobs.release(txn, part.blob);
  }
  drop_upload_rows(txn, name, *req.Key, *req.UploadId);
  // The object is as old as its completion.
  record.modified_ms = whole_seconds(ctx.now_ms);
  record.sequence = next_sequence(ctx.now_ms);
  add_version(txn, ctx.env, *bucket, *req.Key, record, assembly.parts);
  emit_event(txn, ctx.env, cause_of(ctx), *bucket,
             {"ObjectCreated:CompleteMultipartUpload", *req.Key, record});
  return Completed{std::move(record), upload->checksum_asked};
}

}  // namespace

Result<api::CompleteMultipartUploadOutput> complete_multipart_upload(
    Context& ctx, const api::CompleteMultipartUploadRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  storage::Domains domains = object_domains(bucket.name, *req.Key);
  for (auto& domain : upload_domains(bucket.name, *req.Key, *req.UploadId)) {
    domains.push_back(std::move(domain));
  }
  CUMULITE_ASSIGN(const Completed completed,
                  ctx.env.store.transact(domains, [&](storage::Txn& txn) {
                    return complete(txn, ctx, bucket.name, req);
                  }));
  const ObjectRecord& record = completed.record;
  api::CompleteMultipartUploadOutput out;
  out.Bucket = req.Bucket;
  out.Key = req.Key;
  out.Location = object_url(ctx, bucket.name, *req.Key);
  out.ETag = quoted_etag(record);
  out.VersionId = written_version(record);
  // What S3 computed by itself over what KMS encrypts is told to readers only.
  if (completed.checksum_asked || record.encryption.kms_key_id.empty()) set_checksum(out, record);
  set_encryption(out, record);
  out.Expiration = expiration_header(ctx.env.store, bucket, *req.Key, record);
  return out;
}

}  // namespace cumulite::s3
