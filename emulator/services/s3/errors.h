#pragma once

#include <cstdint>
#include <string_view>

#include "protocol/error.h"

/// S3's refusals, one maker a message, worded as S3 words them.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
namespace cumulite::s3::errors {

Error no_such_bucket(std::string_view bucket);
Error no_such_key(std::string_view key);
Error no_such_version(std::string_view key, std::string_view version_id);
Error no_such_upload(std::string_view upload_id);
/// HEAD on what is not there, and other plain 404s without a code of their own.
Error invalid_bucket_name(std::string_view bucket);
Error bucket_already_exists(std::string_view bucket);
Error bucket_already_owned_by_you(std::string_view bucket);
Error bucket_not_empty(std::string_view bucket);
Error access_denied();
Error invalid_argument(std::string_view message, std::string_view name, std::string_view value);
/// InvalidArgument without a value of its own.
Error invalid_argument(std::string_view message, std::string_view name);
Error invalid_request(std::string_view message);
Error malformed_xml();
Error malformed_policy(std::string_view message);
Error not_implemented_header(std::string_view header);
/// `reason` says what of the header (or headers) is not accepted.
Error not_implemented_header(std::string_view header, std::string_view reason);
Error precondition_failed(std::string_view condition);
Error conditional_conflict(std::string_view condition, std::string_view key);
/// The delete marker stands in the way of a read by version id.
Error method_not_allowed(std::string_view method, std::string_view resource_type);
Error invalid_range(std::string_view asked, std::uint64_t size);
Error invalid_part_number(std::string_view part_number, std::uint32_t count);
Error missing_header(std::string_view message, std::string_view header);
Error invalid_digest(std::string_view sent);
Error bad_digest(std::string_view expected, std::string_view calculated);
Error bad_checksum(std::string_view algorithm);
Error invalid_checksum_header(std::string_view header);
Error key_too_long(std::size_t size);
Error entity_too_large(std::uint64_t size, std::uint64_t size_max);
Error entity_too_small(std::uint64_t size, std::uint64_t size_min);
Error metadata_too_large(std::size_t size);
Error invalid_storage_class(std::string_view name);
/// `access_tier` is that of INTELLIGENT_TIERING, or empty.
Error invalid_object_state(std::string_view storage_class, std::string_view access_tier);
Error invalid_bucket_state(std::string_view message);
Error invalid_tag(std::string_view message);
Error no_such_configuration(std::string_view code, std::string_view message,
                            std::string_view bucket);

}  // namespace cumulite::s3::errors
