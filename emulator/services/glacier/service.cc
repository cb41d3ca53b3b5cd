#include "emulator/services/glacier/service.h"

#include "api/glacier.h"
#include "emulator/core/admin_registry.h"
#include "emulator/core/spaces.h"
#include "emulator/services/glacier/archive/payload.h"
#include "emulator/services/glacier/contents.h"
#include "emulator/services/glacier/due.h"
#include "emulator/services/glacier/retrieval/limits.h"
#include "storage/kv/key_codec.h"

namespace cumulite::glacier {

namespace {

class SnapshotRows final : public SnapshotPart {
 public:
  std::vector<RowRange> rows_of(std::string_view account) override {
    return {RowRange::below(spaces::kGlacier, keys::account(account))};
  }

  std::vector<storage::BlobRef> bodies_of(const RowRange& range,
                                          const storage::KeyValue& row) override {
    (void)range;
    return blobs_of(row);
  }
};

class GlacierService final : public Service {
 public:
  explicit GlacierService(Environment& env) : env_(env) {}

  const model::ServiceModel& model() const override { return api::kModel; }

  std::span<const OperationRow> rows() const override { return operation_rows(); }

  Result<BodyPlan> plan_body(const http::Request& request,
                             const model::Operation& operation) override {
    (void)operation;
    return plan_payload(request);
  }

  void start() override {
    register_due_kinds(env_);
    add_admin_paths(env_);
    env_.admin.add_part(std::make_unique<SnapshotRows>());
  }

  void drop_account(std::string_view account) override { drop_rows(env_, keys::account(account)); }

 private:
  Environment& env_;
};

}  // namespace

std::unique_ptr<Service> make_service(Environment& env) {
  return std::make_unique<GlacierService>(env);
}

}  // namespace cumulite::glacier
