#include "emulator/core/arn.h"
#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/handlers.h"
#include "emulator/services/s3/object/update.h"

namespace cumulite::s3 {

namespace {

constexpr std::string_view kUnchangeable =
    "The UpdateObjectEncryption operation doesn't support source objects with the encryption type "
    "DSSE-KMS or SSE-C. Only source objects encrypted with SSE-S3 or SSE-KMS are supported.";

/// "arn:aws:kms:REGION:ACCOUNT:key/ID" with every part.
bool is_key_arn(std::string_view text) {
  auto arn = parse_arn(text);
  return arn && arn->partition.starts_with("aws") && arn->service == "kms" &&
         !arn->region.empty() && is_account_id(arn->account) &&
         take_prefix(arn->resource, "key/") && !arn->resource.empty();
}

Result<void> check_target(const api::UpdateObjectEncryptionRequest& req) {
  if (!req.ObjectEncryption || !req.ObjectEncryption->SSEKMS) {
    return errors::invalid_request(
        "Requests that modify an object encryption configuration require a valid new encryption "
        "type. Valid values are SSEKMS. Modify the request to specify SSE-KMS for the updated "
        "encryption type, and then try again.");
  }
  const auto& arn = req.ObjectEncryption->SSEKMS->KMSKeyArn;
  if (!arn || arn->empty()) {
    return errors::invalid_request(
        "Requests that modify an object's encryption type to SSE-KMS require an Amazon Web "
        "Services KMS key Amazon Resource Name (ARN). Modify the request to specify a KMS key ARN, "
        "and then try again.");
  }
  if (!is_key_arn(*arn)) {
    return errors::invalid_request(
        "Requests that modify an object's encryption type to SSE-KMS require a valid Amazon Web "
        "Services KMS key Amazon Resource Name (ARN). Confirm that you have a correctly formatted "
        "KMS key ARN in your request, and then try again.");
  }
  return {};
}

/// Retention of either mode, or a legal hold: here no bypass helps.
bool is_locked(const LockRecord& lock, std::int64_t now_ms) {
  return lock.legal_hold == "ON" || (!lock.mode.empty() && lock.retain_until_ms > now_ms);
}

}  // namespace

/// Changes how a stored object is encrypted, and nothing else of it.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_UpdateObjectEncryption.html
Result<api::UpdateObjectEncryptionResponse> update_object_encryption(
    Context& ctx, const api::UpdateObjectEncryptionRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  CUMULITE_TRY(check_target(req));
  const auto& target = *req.ObjectEncryption->SSEKMS;
  const auto change = [&](const BucketRecord&, ObjectRecord& record) -> Result<void> {
    EncryptionRecord& encryption = record.encryption;
    if (!encryption.customer_key_md5.empty() || encryption.algorithm == "aws:kms:dsse") {
      return errors::invalid_request(kUnchangeable);
    }
    if (is_locked(record.lock, ctx.now_ms)) {
      return Error{"AccessDenied",
                   "The encryption type for the specified object can't be updated because that "
                   "object is protected by S3 Object Lock.",
                   403};
    }
    encryption.algorithm = "aws:kms";
    encryption.kms_key_id = *target.KMSKeyArn;
    encryption.bucket_key = target.BucketKeyEnabled.value_or(false);
    return {};
  };
  CUMULITE_TRY(update_object(ctx, bucket.name, *req.Key, req.VersionId, "", change));
  return api::UpdateObjectEncryptionResponse{};
}

}  // namespace cumulite::s3
