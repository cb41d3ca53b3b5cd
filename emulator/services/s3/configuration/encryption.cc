#include "emulator/services/s3/configuration/change.h"
#include "emulator/services/s3/handlers.h"

namespace cumulite::s3 {

Result<model::Unit> put_bucket_encryption(Context& ctx,
                                          const api::PutBucketEncryptionRequest& req) {
  CUMULITE_TRY(load_bucket_of(ctx.env.store, req));
  const auto& configuration = req.ServerSideEncryptionConfiguration;
  if (!configuration || !configuration->Rules || configuration->Rules->size() != 1) {
    return errors::malformed_xml();
  }
  const auto& chosen = configuration->Rules->front().ApplyServerSideEncryptionByDefault;
  if (!chosen || !chosen->SSEAlgorithm) return errors::malformed_xml();
  const std::string& algorithm = *chosen->SSEAlgorithm;
  const bool kms = algorithm == "aws:kms" || algorithm == "aws:kms:dsse";
  if (!kms && algorithm != "AES256") return errors::malformed_xml();
  if (!kms && chosen->KMSMasterKeyID) {
    return errors::invalid_argument(
        "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or "
        "aws:kms:dsse",
        "ApplyServerSideEncryptionByDefault");
  }
  return put_configuration(ctx, req, Configuration::kEncryption, *configuration);
}

Result<api::GetBucketEncryptionOutput> get_bucket_encryption(
    Context& ctx, const api::GetBucketEncryptionRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  api::GetBucketEncryptionOutput out;
  out.ServerSideEncryptionConfiguration =
      read_configuration<api::ServerSideEncryptionConfiguration>(ctx.env.store, bucket,
                                                                 Configuration::kEncryption);
  if (!out.ServerSideEncryptionConfiguration) {
    // Every bucket encrypts with S3's own keys unless told otherwise.
    api::ServerSideEncryptionRule rule;
    rule.ApplyServerSideEncryptionByDefault.emplace().SSEAlgorithm = "AES256";
    rule.BucketKeyEnabled = false;
    out.ServerSideEncryptionConfiguration.emplace().Rules = {rule};
  }
  return out;
}

Result<model::Unit> delete_bucket_encryption(Context& ctx,
                                             const api::DeleteBucketEncryptionRequest& req) {
  return delete_configuration(ctx, req, Configuration::kEncryption);
}

}  // namespace cumulite::s3
