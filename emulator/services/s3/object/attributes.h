#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/core/context.h"
#include "emulator/services/s3/object/checksums.h"
#include "emulator/services/s3/object/header_text.h"
#include "emulator/services/s3/object/versions.h"
#include "emulator/services/s3/records/bucket_record.h"
#include "emulator/services/s3/records/object_record.h"
#include "protocol/model/shape.h"
#include "protocol/result.h"

/// Between the headers of requests and answers and an object's record. The request structs of put,
/// copy, multipart creation, and the answers of get and head share their members' names.
namespace cumulite::s3 {

/// Errors: MetadataTooLarge.
Result<void> check_metadata(const model::Map<std::string>& metadata);
/// Errors: InvalidStorageClass.
Result<void> check_storage_class(const std::string& name);
/// `aws-chunked` is the transport's, not the object's.
std::string without_aws_chunked(std::string_view content_encoding);
/// Errors: InvalidArgument for a website redirect that is neither a path nor a URL.
Result<void> check_redirect(const std::string& location);

/// Content headers and user metadata. Encoded words in metadata are `decoded`, unless they come
/// from a form, which has no need of them.
template <class Request>
Result<void> fill_content(const Request& req, ObjectRecord& record, bool decoded = true) {
  record.content_type = req.ContentType.value_or("");
  if (record.content_type.empty()) record.content_type = "binary/octet-stream";
  record.cache_control = req.CacheControl.value_or("");
  record.content_disposition = req.ContentDisposition.value_or("");
  record.content_encoding = without_aws_chunked(req.ContentEncoding.value_or(""));
  record.content_language = req.ContentLanguage.value_or("");
  record.expires = req.Expires.value_or("");
  if (!req.Metadata) return {};
  CUMULITE_TRY(check_metadata(*req.Metadata));
  for (const auto& [name, value] : *req.Metadata) {
    const auto same = [&](const auto& known) { return known.first == name; };
    const auto found = std::find_if(record.metadata.begin(), record.metadata.end(), same);
    // A name that is repeated stands for the list of its values.
    if (found == record.metadata.end()) {
      record.metadata.emplace_back(name, decoded ? metadata_value(value) : value);
    } else {
      found->second += "," + value;
    }
  }
  return {};
}

template <class Request>
Result<void> fill_placement(const Request& req, ObjectRecord& record) {
  if (req.StorageClass) {
    CUMULITE_TRY(check_storage_class(*req.StorageClass));
    record.storage_class = *req.StorageClass;
  }
  if (req.WebsiteRedirectLocation) {
    CUMULITE_TRY(check_redirect(*req.WebsiteRedirectLocation));
    record.website_redirect = *req.WebsiteRedirectLocation;
  }
  return {};
}

inline std::optional<std::string> text_or_absent(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

inline std::string quoted_etag(const ObjectRecord& record) {
  return '"' + record.etag + '"';
}

/// Version id, if the bucket has or had versioning.
inline std::optional<std::string> shown_version(const BucketRecord& bucket,
                                                const ObjectRecord& record) {
  if (bucket.versioning == Versioning::kOff) return std::nullopt;
  return version_id_of(record);
}

/// A write's answer does not show the null version of a suspended bucket, nor a copy's its source.
inline std::optional<std::string> written_version(const ObjectRecord& record) {
  return record.null_version ? std::nullopt : std::optional<std::string>(version_id_of(record));
}

template <class Output>
void set_encryption(Output& out, const ObjectRecord& record) {
  const EncryptionRecord& encryption = record.encryption;
  if (!encryption.customer_key_md5.empty()) {
    if constexpr (requires { out.SSECustomerAlgorithm; }) {
      out.SSECustomerAlgorithm = "AES256";
      out.SSECustomerKeyMD5 = encryption.customer_key_md5;
    }
    return;
  }
  out.ServerSideEncryption = encryption.algorithm;
  out.SSEKMSKeyId = text_or_absent(encryption.kms_key_id);
  if (encryption.bucket_key) out.BucketKeyEnabled = true;
}

/// `x-amz-restore` of an archived object, or nullopt.
std::optional<std::string> restore_header(const ObjectRecord& record);
/// Whether the bytes of an archived object can be read now.
bool is_readable(const ObjectRecord& record);

/// What get and head answer alike.
template <class Output>
void fill_answer(Output& out, const BucketRecord& bucket, const ObjectRecord& record) {
  out.AcceptRanges = "bytes";
  out.LastModified = model::Timestamp{record.modified_ms};
  out.ETag = quoted_etag(record);
  out.VersionId = shown_version(bucket, record);
  out.ContentType = record.content_type;
  out.CacheControl = text_or_absent(record.cache_control);
  out.ContentDisposition = text_or_absent(record.content_disposition);
  out.ContentEncoding = text_or_absent(record.content_encoding);
  out.ContentLanguage = text_or_absent(record.content_language);
  out.Expires = text_or_absent(record.expires);
  out.WebsiteRedirectLocation = text_or_absent(record.website_redirect);
  if (!record.metadata.empty()) {
    out.Metadata = record.metadata;
    for (auto& [name, value] : *out.Metadata) value = metadata_header(value);
  }
  if (record.storage_class != "STANDARD") out.StorageClass = record.storage_class;
  if (!record.tags.empty()) out.TagCount = static_cast<std::int32_t>(record.tags.size());
  out.Restore = restore_header(record);
  out.ReplicationStatus = text_or_absent(record.replication_status);
  out.ObjectLockMode = text_or_absent(record.lock.mode);
  if (record.lock.retain_until_ms != 0) {
    out.ObjectLockRetainUntilDate = model::Timestamp{record.lock.retain_until_ms};
  }
  out.ObjectLockLegalHoldStatus = text_or_absent(record.lock.legal_hold);
  set_encryption(out, record);
}

}  // namespace cumulite::s3
