#include "emulator/services/s3/errors.h"

#include <fmt/format.h>

namespace cumulite::s3::errors {

Error no_such_bucket(std::string_view bucket) {
  return Error{"NoSuchBucket", "The specified bucket does not exist", 404}.with("BucketName",
                                                                                bucket);
}

Error no_such_key(std::string_view key) {
  return Error{"NoSuchKey", "The specified key does not exist.", 404}.with("Key", key);
}

Error no_such_version(std::string_view key, std::string_view version_id) {
  return Error{"NoSuchVersion", "The specified version does not exist.", 404}
      .with("Key", key)
      .with("VersionId", version_id);
}

Error no_such_upload(std::string_view upload_id) {
  return Error{"NoSuchUpload",
               "The specified upload does not exist. The upload ID may be invalid, or the upload "
               "may have been aborted or completed.",
               404}
      .with("UploadId", upload_id);
}

Error invalid_bucket_name(std::string_view bucket) {
  return Error{"InvalidBucketName", "The specified bucket is not valid.", 400}.with("BucketName",
                                                                                    bucket);
}

Error bucket_already_exists(std::string_view bucket) {
  return Error{"BucketAlreadyExists",
               "The requested bucket name is not available. The bucket namespace is shared by all "
               "users of the system. Please select a different name and try again.",
               409}
      .with("BucketName", bucket);
}

Error bucket_already_owned_by_you(std::string_view bucket) {
  return Error{"BucketAlreadyOwnedByYou",
               "Your previous request to create the named bucket succeeded and you already own it.",
               409}
      .with("BucketName", bucket);
}

Error bucket_not_empty(std::string_view bucket) {
  return Error{"BucketNotEmpty", "The bucket you tried to delete is not empty", 409}.with(
      "BucketName", bucket);
}

Error access_denied() {
  return {"AccessDenied", "Access Denied", 403};
}

Error invalid_argument(std::string_view message, std::string_view name, std::string_view value) {
  return Error{"InvalidArgument", std::string(message), 400}
      .with("ArgumentName", name)
      .with("ArgumentValue", value);
}

Error invalid_argument(std::string_view message, std::string_view name) {
  return Error{"InvalidArgument", std::string(message), 400}.with("ArgumentName", name);
}

Error invalid_request(std::string_view message) {
  return {"InvalidRequest", std::string(message), 400};
}

Error malformed_xml() {
  return {"MalformedXML",
          "The XML you provided was not well-formed or did not validate against our published "
          "schema",
          400};
}

Error malformed_policy(std::string_view message) {
  return {"MalformedPolicy", std::string(message), 400};
}

Error not_implemented_header(std::string_view header) {
  return Error{"NotImplemented",
               "A header you provided implies functionality that is not implemented", 501}
      .with("Header", header);
}

Error not_implemented_header(std::string_view header, std::string_view reason) {
  return not_implemented_header(header).with("additionalMessage", reason);
}

Error precondition_failed(std::string_view condition) {
  return Error{"PreconditionFailed",
               "At least one of the pre-conditions you specified did not hold", 412}
      .with("Condition", condition);
}

Error conditional_conflict(std::string_view condition, std::string_view key) {
  return Error{"ConditionalRequestConflict",
               "The conditional request cannot succeed due to a conflicting operation against this "
               "resource.",
               409}
      .with("Condition", condition)
      .with("Key", key);
}

Error method_not_allowed(std::string_view method, std::string_view resource_type) {
  return Error{"MethodNotAllowed", "The specified method is not allowed against this resource.",
               405}
      .with("Method", method)
      .with("ResourceType", resource_type);
}

Error invalid_range(std::string_view asked, std::uint64_t size) {
  return Error{"InvalidRange", "The requested range is not satisfiable", 416}
      .with("RangeRequested", asked)
      .with("ActualObjectSize", fmt::to_string(size));
}

Error invalid_part_number(std::string_view part_number, std::uint32_t count) {
  return Error{"InvalidPartNumber", "The requested partnumber is not satisfiable", 416}
      .with("PartNumberRequested", part_number)
      .with("ActualPartCount", fmt::to_string(count));
}

Error missing_header(std::string_view message, std::string_view header) {
  return Error{"MissingSecurityHeader", std::string(message), 400}.with("MissingHeaderName",
                                                                        header);
}

Error invalid_digest(std::string_view sent) {
  return Error{"InvalidDigest", "The Content-MD5 you specified was invalid.", 400}.with(
      "Content-MD5", sent);
}

Error bad_digest(std::string_view expected, std::string_view calculated) {
  return Error{"BadDigest", "The Content-MD5 you specified did not match what we received.", 400}
      .with("ExpectedDigest", expected)
      .with("CalculatedDigest", calculated);
}

Error bad_checksum(std::string_view algorithm) {
  return {"BadDigest",
          fmt::format("The {} you specified did not match the calculated checksum.", algorithm),
          400};
}

Error invalid_checksum_header(std::string_view header) {
  return invalid_request(fmt::format("Value for {} header is invalid.", header));
}

Error key_too_long(std::size_t size) {
  return Error{"KeyTooLongError", "Your key is too long", 400}
      .with("Size", fmt::to_string(size))
      .with("MaxSizeAllowed", "1024");
}

Error entity_too_large(std::uint64_t size, std::uint64_t size_max) {
  return Error{"EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", 400}
      .with("ProposedSize", fmt::to_string(size))
      .with("MaxSizeAllowed", fmt::to_string(size_max));
}

Error entity_too_small(std::uint64_t size, std::uint64_t size_min) {
  return Error{"EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size",
               400}
      .with("ProposedSize", fmt::to_string(size))
      .with("MinSizeAllowed", fmt::to_string(size_min));
}

Error metadata_too_large(std::size_t size) {
  return Error{"MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size",
               400}
      .with("Size", fmt::to_string(size))
      .with("MaxSizeAllowed", "2048");
}

Error invalid_storage_class(std::string_view name) {
  return Error{"InvalidStorageClass", "The storage class you specified is not valid", 400}.with(
      "StorageClassRequested", name);
}

Error invalid_object_state(std::string_view storage_class, std::string_view access_tier) {
  Error error =
      Error{"InvalidObjectState", "The operation is not valid for the object's storage class", 403}
          .with("StorageClass", storage_class);
  if (access_tier.empty()) return error;
  error.message = "The operation is not valid for the object's access tier";
  return std::move(error).with("AccessTier", access_tier);
}

Error invalid_bucket_state(std::string_view message) {
  return {"InvalidBucketState", std::string(message), 409};
}

Error invalid_tag(std::string_view message) {
  return {"InvalidTag", std::string(message), 400};
}

Error no_such_configuration(std::string_view code, std::string_view message,
                            std::string_view bucket) {
  return Error{std::string(code), std::string(message), 404}.with("BucketName", bucket);
}

}  // namespace cumulite::s3::errors
