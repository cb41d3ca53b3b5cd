#include <algorithm>
#include <utility>

#include "emulator/services/s3/access/authorize.h"
#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/handlers.h"
#include "emulator/services/s3/lifecycle/rules.h"
#include "emulator/services/s3/object/attributes.h"
#include "emulator/services/s3/object/body_source.h"
#include "emulator/services/s3/object/conditions.h"
#include "emulator/services/s3/object/encryption.h"
#include "emulator/services/s3/object/header_text.h"
#include "emulator/services/s3/object/reading.h"
#include "emulator/services/s3/object/versions.h"
#include "emulator/services/s3/tiering/run.h"
#include "protocol/codec/base64.h"
#include "protocol/codec/text.h"

namespace cumulite::s3 {

namespace {

/// Between reading the row and opening the body another request may replace both.
constexpr int kTriesMax = 4;
constexpr std::string_view kEncryptionHeader = "x-amz-server-side-encryption";
constexpr std::size_t kCustomerKeyBytes = 32;

template <class Request>
ReadConditions conditions_of(const Request& req) {
  return {req.IfMatch, req.IfNoneMatch, req.IfModifiedSince, req.IfUnmodifiedSince};
}

Result<void> override_header(const std::optional<std::string>& asked, std::string_view name,
                             std::optional<std::string>& header) {
  if (!asked) return {};
  if (!fits_latin1(*asked)) {
    return errors::invalid_argument("Header value cannot be represented using ISO-8859-1.", name,
                                    *asked);
  }
  header = latin1_header(*asked);
  return {};
}

template <class Output, class Request>
Result<void> override_headers(Output& out, const Request& req) {
  CUMULITE_TRY(
      override_header(req.ResponseCacheControl, "response-cache-control", out.CacheControl));
  CUMULITE_TRY(override_header(req.ResponseContentDisposition, "response-content-disposition",
                               out.ContentDisposition));
  CUMULITE_TRY(override_header(req.ResponseContentEncoding, "response-content-encoding",
                               out.ContentEncoding));
  CUMULITE_TRY(override_header(req.ResponseContentLanguage, "response-content-language",
                               out.ContentLanguage));
  CUMULITE_TRY(override_header(req.ResponseContentType, "response-content-type", out.ContentType));
  if (req.ResponseExpires) out.Expires = http::http_date(req.ResponseExpires->ms);
  return {};
}

/// A range must not be answered with the checksum of the whole. Parts have their own only where
/// that of the whole is made of theirs; one that is the whole has that.
template <class Output>
void set_checksums(Output& out, const ObjectRecord& record, const Selection& selection) {
  if (selection.part && record.checksum && record.checksum->composite) {
    if (const auto& checksum = selection.part->checksum) {
      checksum_member(out, checksum->algorithm) = checksum_text(*checksum, 0);
      out.ChecksumType = std::string(checksum_type(*record.checksum));
    }
  } else if (!selection.partial || selection.range.length == record.size_bytes) {
    set_checksum(out, record);
  }
}

struct Read {
  BucketRecord bucket;
  ObjectRecord record;
  Selection selection;
  std::string customer_key;
  bool latest = false;
  bool not_modified = false;
};

/// Everything up to the bytes, alike for get and head.
template <class Request>
Result<Read> read_head(const Context& ctx, const Request& req) {
  Read read;
  // What encrypts a write says nothing of a read, but for the client's own key.
  if (ctx.request.has_header(kEncryptionHeader)) {
    return errors::invalid_argument(
        "x-amz-server-side-encryption header is not supported for this operation.",
        kEncryptionHeader, ctx.request.header(kEncryptionHeader));
  }
  CUMULITE_ASSIGN(read.bucket, load_bucket_of(ctx.env.store, req));
  CUMULITE_TRY(check_key(*req.Key));
  auto found = find_object(ctx, ctx.env.store, read.bucket, *req.Key, req.VersionId);
  CUMULITE_TRY(authorize_read(ctx, read.bucket, *req.Key, found.ok() ? &found->record : nullptr));
  if (!found.ok()) return std::move(found).error();
  read.record = std::move(found->record);
  read.latest = found->latest;
  // A read compares the key before it looks at its form: one of no form is not the right one.
  if (req.SSECustomerAlgorithm == "AES256" && req.SSECustomerKey) {
    const auto raw = codec::base64_decode(*req.SSECustomerKey);
    const bool formed = raw && raw->size() == kCustomerKeyBytes;
    if (!formed || req.SSECustomerKeyMD5.value_or("").empty()) return wrong_customer_key();
  }
  CUMULITE_ASSIGN(const CustomerKey key, customer_key_of(req));
  CUMULITE_TRY(check_customer_key(read.record, key));
  read.customer_key = key.key;
  CUMULITE_ASSIGN(const ReadOutcome outcome,
                  check_read(conditions_of(req), read.record, ctx.now_ms));
  read.not_modified = outcome == ReadOutcome::kNotModified;
  if (read.not_modified) return read;
  CUMULITE_ASSIGN(read.selection,
                  select_bytes(ctx, read.bucket, *req.Key, read.record, req.Range, req.PartNumber));
  return read;
}

template <class Output, class Request>
Result<void> fill_output(Context& ctx, Output& out, const Read& read, const Request& req) {
  fill_answer(out, read.bucket, read.record);
  // A version that is named is shown without what will become of it, even the current one.
  if (read.latest && !req.VersionId) {
    out.Expiration = expiration_header(ctx.env.store, read.bucket, *req.Key, read.record);
  }
  if (read.selection.partial) {
    ctx.response.status = 206;
    out.ContentRange = content_range(read.selection, read.record);
  }
  if (req.PartNumber && read.record.part_count > 0) {
    out.PartsCount = static_cast<std::int32_t>(read.record.part_count);
  }
  if (req.ChecksumMode && codec::lower(*req.ChecksumMode) == "enabled") {
    set_checksums(out, read.record, read.selection);
  }
  if constexpr (requires { out.ArchiveStatus; }) {
    out.ArchiveStatus = text_or_absent(read.record.access_tier);
  }
  return override_headers(out, req);
}

template <class Output>
Output not_modified_answer(Context& ctx, const Read& read) {
  ctx.response.status = 304;
  ctx.response.no_content_length = true;
  Output out;
  out.ETag = quoted_etag(read.record);
  out.LastModified = model::Timestamp{read.record.modified_ms};
  out.VersionId = shown_version(read.bucket, read.record);
  return out;
}

void attach_body(Context& ctx, const Read& read, const std::string& key) {
  const ByteRange& range = read.selection.range;
  const ObjectRecord& record = read.record;
  if (range.length == 0) return;
  if (record.part_count == 0 && !record.blob.in_file && record.encryption.nonce.empty()) {
    ctx.response.body = ctx.env.blobs.read_all(record.blob);
    if (range.length != record.size_bytes) {
      ctx.response.body = ctx.response.body.substr(range.offset, range.length);
    }
    return;
  }
  ctx.response.stream =
      stream_segments(ctx.env.blobs, segments_of(ctx.env.store, read.bucket, key, record, range),
                      read.customer_key);
  ctx.response.stream_length = range.length;
}

}  // namespace

Result<api::GetObjectOutput> get_object(Context& ctx, const api::GetObjectRequest& req) {
  for (int tries = 1;; ++tries) {
    CUMULITE_ASSIGN(const Read read, read_head(ctx, req));
    if (read.not_modified) return not_modified_answer<api::GetObjectOutput>(ctx, read);
    if (!is_readable(read.record)) {
      return errors::invalid_object_state(read.record.storage_class, read.record.access_tier);
    }
    try {
      attach_body(ctx, read, *req.Key);
    } catch (const storage::StorageError&) {
      if (tries == kTriesMax) throw;
      continue;
    }
    api::GetObjectOutput out;
    CUMULITE_TRY(fill_output(ctx, out, read, req));
    note_access(ctx, read.bucket, *req.Key, read.record);
    return out;
  }
}

Result<api::HeadObjectOutput> head_object(Context& ctx, const api::HeadObjectRequest& req) {
  CUMULITE_ASSIGN(const Read read, read_head(ctx, req));
  if (read.not_modified) return not_modified_answer<api::HeadObjectOutput>(ctx, read);
  api::HeadObjectOutput out;
  CUMULITE_TRY(fill_output(ctx, out, read, req));
  ctx.response.content_length_override = static_cast<std::int64_t>(read.selection.range.length);
  return out;
}

}  // namespace cumulite::s3
