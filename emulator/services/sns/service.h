#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "emulator/core/service.h"
#include "emulator/services/sns/directory.h"
#include "emulator/services/sns/signer.h"

/// Amazon Simple Notification Service.
/// https://docs.aws.amazon.com/sns/latest/api/
namespace cumulite::sns {

/// The service: its topics in memory, and what it registers with the daemon at start.
class SnsService final : public Service {
 public:
  explicit SnsService(Environment& env);

  const model::ServiceModel& model() const override;
  std::span<const OperationRow> rows() const override;
  void start() override;
  bool has_target(std::string_view arn) override;
  /// Topics' policies may let anybody in, tokens and links too; all else needs a known caller.
  Result<void> authorize(Context& ctx, const model::Operation& operation) override;
  void drop_account(std::string_view account) override;
  void reset(std::string_view account) override;

  Environment& env() { return env_; }

  Directory& directory() { return directory_; }

  Signer& signer() { return signer_; }

  /// Direct messages that could have gone to the status log, some of which do.
  std::atomic<std::uint64_t> direct_samples = 0;

 private:
  Environment& env_;
  Directory directory_;
  Signer signer_;
};

std::unique_ptr<Service> make_service(Environment& env);

/// The service that a context's operation belongs to.
inline SnsService& service_of(Context& ctx) {
  return static_cast<SnsService&>(ctx.service);
}

}  // namespace cumulite::sns
