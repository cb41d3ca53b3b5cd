#include "protocol/wire/error_codes.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>

namespace cumulite::wire {
namespace {

struct CodeStatus {
  std::string_view code;
  int status;
};

/// Codes that any service answers; AWS's "Common Errors" pages.
constexpr CodeStatus kCommonStatuses[] = {
    {"AccessDenied", 403},
    {"ExpiredToken", 403},
    {"InternalError", 500},
    {"InternalFailure", 500},
    {"InternalServerError", 500},
    {"InvalidAccessKeyId", 403},
    {"InvalidClientTokenId", 403},
    {"MethodNotAllowed", 405},
    {"MissingAuthenticationToken", 403},
    {"NotImplemented", 501},
    {"OptInRequired", 403},
    {"RequestEntityTooLarge", 413},
    {"RequestTimeout", 408},
    {"ServiceUnavailable", 503},
    {"SignatureDoesNotMatch", 403},
};

/// S3's "List of error codes", where the status is not 400. Codes of 400 need no row.
constexpr CodeStatus kS3Statuses[] = {
    {"AccessControlListNotSupported", 400},
    {"AccessForbidden", 403},
    {"AccessPointAlreadyOwnedByYou", 409},
    {"AccountProblem", 403},
    {"AllAccessDisabled", 403},
    {"BucketAlreadyExists", 409},
    {"BucketAlreadyOwnedByYou", 409},
    {"BucketHasAccessPointsAttached", 400},
    {"BucketNotEmpty", 409},
    {"ClientTokenConflict", 409},
    {"ConditionalRequestConflict", 409},
    {"ConnectionClosedByRequester", 400},
    {"CrossLocationLoggingProhibited", 403},
    {"CrossLocationLoggingProhibitted", 403},
    {"ExpiredToken", 400},
    {"InvalidAccessKeyId", 403},
    {"InvalidAccessPoint", 400},
    {"InvalidBucketOwnerAWSAccountID", 400},
    {"InvalidBucketState", 409},
    {"InvalidObjectState", 403},
    {"InvalidPayer", 403},
    {"InvalidRange", 416},
    {"InvalidSecurity", 403},
    {"InvalidSessionException", 400},
    {"MethodNotAllowed", 405},
    {"MissingContentLength", 411},
    {"NoSuchAccessPoint", 404},
    {"NoSuchAccessPointPolicy", 404},
    {"NoSuchAnnotation", 404},
    {"NoSuchAsyncRequest", 404},
    {"NoSuchBucket", 404},
    {"NoSuchBucketPolicy", 404},
    {"NoSuchCORSConfiguration", 404},
    {"NoSuchConfiguration", 404},
    {"NoSuchKey", 404},
    {"NoSuchLifecycleConfiguration", 404},
    {"NoSuchMultiRegionAccessPoint", 404},
    {"NoSuchObjectLockConfiguration", 404},
    {"NoSuchPublicAccessBlockConfiguration", 404},
    {"NoSuchTagSet", 404},
    {"NoSuchTagSetError", 404},
    {"NoSuchUpload", 404},
    {"NoSuchVersion", 404},
    {"NoSuchWebsiteConfiguration", 404},
    {"NotDeviceOwnerError", 403},
    {"NotModified", 304},
    {"NotSignedUp", 403},
    {"ObjectAlreadyInActiveTierError", 403},
    {"ObjectLockConfigurationNotFoundError", 404},
    {"ObjectNotInActiveTierError", 403},
    {"OperationAborted", 409},
    {"OwnershipControlsNotFoundError", 404},
    {"PermanentRedirect", 301},
    {"PreconditionFailed", 412},
    {"Redirect", 307},
    {"ReplicationConfigurationNotFoundError", 404},
    {"RequestHeaderSectionTooLarge", 400},
    {"RequestTimeTooSkewed", 403},
    {"RequestTimeout", 400},
    {"RestoreAlreadyInProgress", 409},
    {"ServerSideEncryptionConfigurationNotFoundError", 404},
    {"SignatureDoesNotMatch", 403},
    {"SlowDown", 503},
    {"TemporaryRedirect", 307},
    {"TokenCodeInvalidError", 400},
    {"TokenRefreshRequired", 400},
    {"UnauthorizedAccess", 403},
    {"UnauthorizedAccessError", 403},
    {"UnsupportedMediaType", 415},
};

constexpr CodeStatus kSqsStatuses[] = {
    {"OverLimit", 403},
    {"PurgeQueueInProgress", 403},
    {"RequestThrottled", 403},
    {"ResourceNotFoundException", 404},
};

constexpr CodeStatus kGlacierStatuses[] = {
    {"AccessDeniedException", 403},     {"ExpiredTokenException", 403},
    {"InvalidSignatureException", 403}, {"MissingAuthenticationTokenException", 403},
    {"ThrottlingException", 400},       {"UnrecognizedClientException", 403},
};

/// What any call of a REST-JSON service may answer without saying so in its model.
constexpr CodeStatus kRestStatuses[] = {
    {"AccessDeniedException", 403},       {"ExpiredTokenException", 403},
    {"InvalidSignatureException", 403},   {"MissingAuthenticationTokenException", 403},
    {"UnrecognizedClientException", 403},
};

struct ServiceStatuses {
  std::string_view service;
  std::span<const CodeStatus> rows;
};

constexpr ServiceStatuses kServiceStatuses[] = {
    {"s3", kS3Statuses},           {"s3control", kS3Statuses}, {"sqs", kSqsStatuses},
    {"glacier", kGlacierStatuses}, {"lambda", kRestStatuses},  {"sesv2", kRestStatuses}};

/// SQS's codes in its two protocols: the JSON model renamed them, and answers the old one in
/// `x-amzn-query-error`. Codes that are equal in both have no row.
struct SqsCode {
  std::string_view json;
  std::string_view query;
  std::string_view query_message = {};
};

constexpr SqsCode kSqsCodes[] = {
    {"BatchEntryIdsNotDistinct", "AWS.SimpleQueueService.BatchEntryIdsNotDistinct"},
    {"BatchRequestTooLong", "AWS.SimpleQueueService.BatchRequestTooLong"},
    {"EmptyBatchRequest", "AWS.SimpleQueueService.EmptyBatchRequest"},
    {"InvalidBatchEntryId", "AWS.SimpleQueueService.InvalidBatchEntryId"},
    {"InvalidParameterValueException", "InvalidParameterValue"},
    {"KmsAccessDenied", "KMS.AccessDeniedException"},
    {"KmsDisabled", "KMS.DisabledException"},
    {"KmsInvalidKeyUsage", "KMS.InvalidKeyUsageException"},
    {"KmsInvalidState", "KMS.InvalidStateException"},
    {"KmsNotFound", "KMS.NotFoundException"},
    {"KmsOptInRequired", "KMS.OptInRequired"},
    {"KmsThrottled", "KMS.ThrottlingException"},
    {"MessageNotInflight", "AWS.SimpleQueueService.MessageNotInflight"},
    {"MissingRequiredParameterException", "MissingParameter"},
    {"PurgeQueueInProgress", "AWS.SimpleQueueService.PurgeQueueInProgress"},
    {"QueueDeletedRecently", "AWS.SimpleQueueService.QueueDeletedRecently"},
    {"QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue",
     "The specified queue does not exist for this wsdl version."},
    {"QueueNameExists", "QueueAlreadyExists"},
    {"TooManyEntriesInBatchRequest", "AWS.SimpleQueueService.TooManyEntriesInBatchRequest"},
    {"UnsupportedOperation", "AWS.SimpleQueueService.UnsupportedOperation"},
};

int find_status(std::span<const CodeStatus> rows, std::string_view code) {
  const auto row = std::find_if(rows.begin(), rows.end(),
                                [&](const CodeStatus& each) { return each.code == code; });
  return row == rows.end() ? 0 : row->status;
}

int supplementary_status(std::string_view service, std::string_view code) {
  for (const auto& each : kServiceStatuses) {
    if (each.service != service) continue;
    if (const int status = find_status(each.rows, code)) return status;
  }
  return find_status(kCommonStatuses, code);
}

void apply_model(const model::ServiceModel& service, ErrorInfo& info, int& status) {
  for (const auto& shape : service.errors) {
    if (shape.name != info.json_name && shape.code != info.json_name) continue;
    info.json_name = shape.name;
    if (shape.code != shape.name) info.query_code = shape.code;
    if (!shape.message_name.empty()) info.message_name = shape.message_name;
    info.receiver_fault = shape.receiver_fault;
    status = shape.http_status != 0 ? shape.http_status : shape.receiver_fault ? 500 : 0;
    return;
  }
}

}  // namespace

ErrorInfo describe_error(const model::ServiceModel& service, const Error& error) {
  ErrorInfo info;
  info.json_name = error.code;
  info.query_code = error.code;
  if (service.id == "sqs") {
    for (const auto& row : kSqsCodes) {
      if (row.json != error.code && row.query != error.code) continue;
      info.json_name = row.json;
      info.query_code = row.query;
      info.query_message = row.query_message;
    }
  }
  int status = 0;
  apply_model(service, info, status);
  if (error.http_status != 0) status = error.http_status;
  if (status == 0) status = supplementary_status(service.id, info.json_name);
  info.status = status == 0 ? 400 : status;
  if (info.status >= 500) info.receiver_fault = true;
  return info;
}

}  // namespace cumulite::wire
