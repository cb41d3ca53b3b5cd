#pragma once

#include <memory>

#include "emulator/core/service.h"
#include "emulator/services/sqs/queue.h"

/// Amazon Simple Queue Service.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/
namespace cumulite::sqs {

/// The service: its queues in memory, and what it registers with the daemon at start.
class SqsService final : public Service {
 public:
  explicit SqsService(Environment& env);

  const model::ServiceModel& model() const override;
  std::span<const OperationRow> rows() const override;
  void start() override;
  bool has_target(std::string_view arn) override;
  /// Queues' policies may let anybody in; what is about no queue needs a known caller.
  Result<void> authorize(Context& ctx, const model::Operation& operation) override;
  void drop_account(std::string_view account) override;
  void reset(std::string_view account) override;

  Environment& env() { return env_; }

  QueueDirectory& queues() { return queues_; }

 private:
  Environment& env_;
  QueueDirectory queues_;
};

std::unique_ptr<Service> make_service(Environment& env);

/// The service that a context's operation belongs to.
inline SqsService& service_of(Context& ctx) {
  return static_cast<SqsService&>(ctx.service);
}

/// The daemon's SQS service; null before it is added to the registry.
SqsService* find_service(Environment& env);

}  // namespace cumulite::sqs
