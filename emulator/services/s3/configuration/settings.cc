#include "emulator/services/s3/configuration/change.h"
#include "emulator/services/s3/handlers.h"

namespace cumulite::s3 {

Result<model::Unit> put_bucket_accelerate_configuration(
    Context& ctx, const api::PutBucketAccelerateConfigurationRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  if (bucket.name.find('.') != std::string::npos) {
    return errors::invalid_request(
        "S3 Transfer Acceleration is not supported for buckets with periods (.) in their names");
  }
  const std::string status =
      req.AccelerateConfiguration ? req.AccelerateConfiguration->Status.value_or("") : "";
  if (status != "Enabled" && status != "Suspended") return errors::malformed_xml();
  return put_configuration(ctx, req, Configuration::kAccelerate, *req.AccelerateConfiguration);
}

Result<api::GetBucketAccelerateConfigurationOutput> get_bucket_accelerate_configuration(
    Context& ctx, const api::GetBucketAccelerateConfigurationRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  api::GetBucketAccelerateConfigurationOutput out;
  if (const auto found = read_configuration<api::AccelerateConfiguration>(
          ctx.env.store, bucket, Configuration::kAccelerate)) {
    out.Status = found->Status;
  }
  return out;
}

Result<model::Unit> put_bucket_request_payment(Context& ctx,
                                               const api::PutBucketRequestPaymentRequest& req) {
  CUMULITE_TRY(load_bucket_of(ctx.env.store, req));
  const std::string payer =
      req.RequestPaymentConfiguration ? req.RequestPaymentConfiguration->Payer.value_or("") : "";
  if (payer != "Requester" && payer != "BucketOwner") return errors::malformed_xml();
  return put_configuration(ctx, req, Configuration::kRequestPayment,
                           *req.RequestPaymentConfiguration);
}

Result<api::GetBucketRequestPaymentOutput> get_bucket_request_payment(
    Context& ctx, const api::GetBucketRequestPaymentRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  const auto found = read_configuration<api::RequestPaymentConfiguration>(
      ctx.env.store, bucket, Configuration::kRequestPayment);
  return api::GetBucketRequestPaymentOutput{found ? found->Payer : std::string("BucketOwner")};
}

Result<model::Unit> put_bucket_abac(Context& ctx, const api::PutBucketAbacRequest& req) {
  CUMULITE_TRY(load_bucket_of(ctx.env.store, req));
  const std::string status = req.AbacStatus ? req.AbacStatus->Status.value_or("") : "";
  if (status != "Enabled" && status != "Disabled") return errors::malformed_xml();
  return put_configuration(ctx, req, Configuration::kAbac, *req.AbacStatus);
}

Result<api::GetBucketAbacOutput> get_bucket_abac(Context& ctx,
                                                 const api::GetBucketAbacRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  api::GetBucketAbacOutput out;
  out.AbacStatus = read_configuration<api::AbacStatus>(ctx.env.store, bucket, Configuration::kAbac);
  if (!out.AbacStatus) out.AbacStatus.emplace().Status = "Disabled";
  return out;
}

}  // namespace cumulite::s3
