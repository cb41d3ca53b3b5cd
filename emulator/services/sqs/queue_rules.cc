#include "emulator/services/sqs/queue_rules.h"

#include <algorithm>
#include <cctype>

#include "emulator/core/spaces.h"
#include "emulator/services/sqs/redrive_policy.h"

namespace cumulite::sqs {
namespace {

constexpr std::size_t kQueueNameBytesMax = 80;
constexpr std::string_view kFifoSuffix = ".fifo";

bool has_name_characters(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
  });
}

}  // namespace

Result<void> check_queue_name(std::string_view name, bool fifo) {
  if (!fifo) {
    if (name.size() <= kQueueNameBytesMax && has_name_characters(name)) return {};
    return errors::invalid_queue_name();
  }
  if (name.size() > kQueueNameBytesMax || !name.ends_with(kFifoSuffix) ||
      !has_name_characters(name.substr(0, name.size() - kFifoSuffix.size()))) {
    return errors::invalid_fifo_queue_name();
  }
  return {};
}

Result<void> check_dead_letter_queue(SqsService& service, const QueueConfig& config) {
  if (!config.redrive) return {};
  const auto refuse = [&config](std::string_view reason) {
    return errors::invalid_value(config.redrive_policy, "RedrivePolicy", reason);
  };
  const auto address = parse_queue_arn(config.redrive->dead_letter_arn);
  if (!address) return refuse("Invalid value for deadLetterTargetArn.");
  if (address->account != config.account) {
    return refuse("Dead-letter target owner should be same as the source.");
  }
  if (address->region != config.region) {
    return refuse("Dead-letter target should be in the same region as the source.");
  }
  const QueuePointer target = service.queues().find_arn(config.redrive->dead_letter_arn);
  if (target == nullptr) return refuse("Dead letter target does not exist.");
  if (target->fifo != config.fifo) {
    return refuse("Dead-letter queue must be same type of queue as the source.");
  }
  const auto& policy = target->config()->redrive_allow_policy;
  if (policy.empty()) return {};
  const auto allowance = read_redrive_allow_policy(policy);
  if (allowance.ok() && !allowance->allows(config.arn())) {
    return refuse("The redrive allow policy of the dead-letter queue does not permit this source.");
  }
  return {};
}

void store_definition(storage::Txn& txn, Queue& queue, QueueConfig config) {
  txn.put(spaces::kSqs, queue.key, encode_queue(config));
  txn.on_commit([&queue, config = std::move(config)] { queue.publish(config); });
}

}  // namespace cumulite::sqs
