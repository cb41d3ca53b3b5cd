#include "emulator/services/s3/service.h"

#include "api/s3.h"
#include "emulator/core/admin_registry.h"
#include "emulator/services/s3/access/authorize.h"
#include "emulator/services/s3/analytics/activity.h"
#include "emulator/services/s3/analytics/run.h"
#include "emulator/services/s3/archive/capacity.h"
#include "emulator/services/s3/archive/restore.h"
#include "emulator/services/s3/bucket/drop.h"
#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/cors/cors.h"
#include "emulator/services/s3/inventory/run.h"
#include "emulator/services/s3/lifecycle/run.h"
#include "emulator/services/s3/logging/access_log.h"
#include "emulator/services/s3/object/checksums.h"
#include "emulator/services/s3/post/post_object.h"
#include "emulator/services/s3/replication/replicate.h"
#include "emulator/services/s3/tiering/run.h"
#include "emulator/services/s3/website/website.h"

namespace cumulite::s3 {

namespace {

/// Manifests, policies and configurations are documents of bounded size.
constexpr std::uint64_t kPutBytesMax = std::uint64_t{5} << 30;

class SnapshotRows final : public SnapshotPart {
 public:
  explicit SnapshotRows(Environment& env) : env_(env) {}

  std::vector<RowRange> rows_of(std::string_view account) override {
    return rows_of_account(env_.store, account);
  }

  std::vector<storage::BlobRef> bodies_of(const RowRange& range,
                                          const storage::KeyValue& row) override {
    return bodies_of_row(range, row);
  }

  void reload(std::string_view) override { forget_buckets(); }

 private:
  Environment& env_;
};

class S3Service final : public Service {
 public:
  // A store may lie where another one lay before.
  explicit S3Service(Environment& env) : env_(env) { forget_buckets(); }

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

  void start() override {
    const auto on = [this](std::string_view kind, auto* handler) {
      env_.due.register_kind(
          std::string(kind),
          [this, handler](const DueRow& row, std::int64_t now_ms) { handler(env_, row, now_ms); });
    };
    on(kLifecycleKind, &run_lifecycle);
    on(kRestoreKind, &finish_restore);
    on(kRestoreExpiryKind, &expire_restore);
    on(kLogDeliveryKind, &deliver_log);
    on(kInventoryKind, &run_inventory);
    on(kAnalyticsKind, &run_analytics);
    on(kTieringKind, &run_tiering);
    env_.outbox.register_target(std::string(kReplicationEvents), 0, [this](const Event& event) {
      return deliver_replicas(env_, event);
    });
    access_log_.load(env_);
    add_capacity_path(env_);
    env_.admin.add_part(std::make_unique<SnapshotRows>(env_));
  }

  void drop_account(std::string_view account) override { drop_buckets(env_, account); }

  void reset(std::string_view) override { forget_buckets(); }

  Result<void> authorize(Context& ctx, const model::Operation& operation) override {
    return authorize_operation(ctx, operation);
  }

  Invocation run_pseudo(Context& ctx, const route::Route& route) override {
    const std::string bucket(route.label("Bucket"));
    if (route.website_host) {
      serve_website(ctx, bucket, std::string(route.label("Key")));
      return std::monostate{};
    }
    auto done =
        route.kind == route::Kind::kPreflight ? preflight(ctx, bucket) : post_object(ctx, bucket);
    if (!done.ok()) return std::move(done).error();
    return std::monostate{};
  }

  void decorate(Context& ctx) override {
    if (ctx.route == nullptr) return;
    access_log_.record(ctx);
    if (ctx.route->kind == route::Kind::kPreflight) return;
    count_activity(ctx);
    add_cors_headers(ctx, ctx.route->label("Bucket"));
    if (ctx.response.status < 300 && is_charged(ctx, ctx.route->label("Bucket"))) {
      ctx.response.add_header("x-amz-request-charged", "requester");
    }
  }

 private:
  Environment& env_;
  AccessLog access_log_;
};

}  // namespace

std::unique_ptr<Service> make_service(Environment& env) {
  return std::make_unique<S3Service>(env);
}

}  // namespace cumulite::s3
