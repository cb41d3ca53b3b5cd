#include "emulator/services/s3/service.h"

#include "api/s3.h"
#include "emulator/services/s3/object/checksums.h"

namespace cumulite::s3 {

namespace {

/// Manifests, policies and configurations are documents of bounded size.
constexpr std::uint64_t kPutBytesMax = std::uint64_t{5} << 30;

class S3Service final : public Service {
 public:
  explicit S3Service(Environment& env) : env_(env) {}

  const model::ServiceModel& model() const override { return api::kModel; }

  std::span<const OperationRow> rows() const override { return operation_rows(); }

  Result<BodyPlan> plan_body(const http::Request& request,
                             const model::Operation& operation) override {
    BodyPlan plan;
    plan.bytes_max = kPutBytesMax;
    plan.digests.push_back(checksum::Algorithm::kMd5);
    CUMULITE_ASSIGN(const auto asked, requested_checksum(request));
    const auto algorithm = asked ? asked->algorithm : checksum::Algorithm::kCrc64Nvme;
    if (algorithm != checksum::Algorithm::kMd5) plan.digests.push_back(algorithm);
    // An upload that names no algorithm is summed up by this one, whatever its parts carry.
    if (&operation == &api::op::UploadPart::info() &&
        algorithm != checksum::Algorithm::kCrc64Nvme) {
      plan.digests.push_back(checksum::Algorithm::kCrc64Nvme);
    }
    return plan;
  }

 private:
  Environment& env_;
};

}  // namespace

std::unique_ptr<Service> make_service(Environment& env) {
  return std::make_unique<S3Service>(env);
}

}  // namespace cumulite::s3
