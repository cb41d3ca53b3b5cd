#include "emulator/services/sqs/enqueue.h"

#include <unordered_set>
#include <utility>

#include "emulator/services/sqs/acknowledging.h"
#include "emulator/services/sqs/delivery.h"
#include "emulator/services/sqs/outgoing.h"
#include "emulator/services/sqs/queue_access.h"
#include "emulator/services/sqs/receiving.h"

namespace cumulite::sqs {
namespace {

QueuePointer find(Environment& env, std::string_view queue_arn) {
  SqsService* service = find_service(env);
  return service == nullptr ? nullptr : service->queues().find_arn(queue_arn);
}

}  // namespace

Result<void> enqueue(Environment& env, std::string_view queue_arn, const SqsDelivery& delivery) {
  const QueuePointer queue = find(env, queue_arn);
  if (queue == nullptr) return errors::queue_does_not_exist();
  return deliver(env, *queue, delivery, [](storage::Txn&, const Sent&) {});
}

Result<std::vector<api::Message>> receive_batch(Environment& env, std::string_view queue_arn,
                                                std::size_t max) {
  const QueuePointer queue = find(env, queue_arn);
  if (queue == nullptr) return errors::queue_does_not_exist();
  const std::int64_t hidden_seconds = queue->config()->visibility_timeout_seconds;
  auto received =
      receive(*find_service(env), *queue, {.max = max, .visibility_ms = hidden_seconds * 1000},
              env.clock.now_ms(queue->account));
  if (!received.ok()) return std::move(received).error();
  if (received->messages.empty() && received->wake_ms != 0) {
    env.due.wake_at(queue->account, received->wake_ms, queue->topic);
  }
  std::vector<api::Message> messages;
  for (const StoredMessage& message : received->messages) {
    messages.push_back(to_api_message(*queue, message, AttributeSelection::all()));
  }
  return messages;
}

Result<void> delete_batch(Environment& env, std::string_view queue_arn,
                          const std::vector<std::string>& receipt_handles) {
  const QueuePointer queue = find(env, queue_arn);
  if (queue == nullptr) return errors::queue_does_not_exist();
  return with_mailbox(env.store, *queue, env.clock.now_ms(queue->account),
                      [&](storage::Txn& txn, const QueueConfig&) -> Result<void> {
                        for (const std::string& handle : receipt_handles) {
                          // A message that another receive took over stays, as in SQS.
                          static_cast<void>(delete_by_handle(txn, *queue, handle));
                        }
                        return {};
                      });
}

Result<void> change_visibility(Environment& env, std::string_view queue_arn,
                               const std::string& receipt_handle, std::int64_t seconds) {
  const QueuePointer queue = find(env, queue_arn);
  if (queue == nullptr) return errors::queue_does_not_exist();
  const std::int64_t now_ms = env.clock.now_ms(queue->account);
  return with_mailbox(
      env.store, *queue, now_ms, [&](storage::Txn& txn, const QueueConfig&) -> Result<void> {
        return change_visibility_by_handle(txn, *queue, receipt_handle, seconds, now_ms);
      });
}

std::uint64_t count_ready(Environment& env, std::string_view queue_arn) {
  const QueuePointer queue = find(env, queue_arn);
  if (queue == nullptr) return 0;
  auto count = with_mailbox(env.store, *queue, env.clock.now_ms(queue->account),
                            [&](storage::Txn&, const QueueConfig&) -> Result<std::uint64_t> {
                              const QueueIndex& index = queue->mailbox.index();
                              return index.has_ready() ? index.counts().ready : 0;
                            });
  return count.ok() ? *count : 0;
}

std::optional<std::int64_t> visibility_seconds(Environment& env, std::string_view queue_arn) {
  const QueuePointer queue = find(env, queue_arn);
  if (queue == nullptr) return std::nullopt;
  return queue->config()->visibility_timeout_seconds;
}

Result<std::vector<PeekedMessage>> peek(Environment& env, std::string_view queue_arn,
                                        std::size_t limit) {
  const QueuePointer queue = find(env, queue_arn);
  if (queue == nullptr) return errors::queue_does_not_exist();
  return with_mailbox(
      env.store, *queue, env.clock.now_ms(queue->account),
      [&](storage::Txn& txn, const QueueConfig&) -> Result<std::vector<PeekedMessage>> {
        std::vector<PeekedMessage> peeked;
        Mailbox& mailbox = queue->mailbox;
        // Only a FIFO queue has messages that are visible and not to be had.
        const auto picked =
            queue->fifo ? mailbox.index().pick(limit) : std::vector<std::uint64_t>();
        const std::unordered_set<std::uint64_t> available(picked.begin(), picked.end());
        for (const std::uint64_t sequence : mailbox.index().sequences()) {
          if (peeked.size() == limit) break;
          const auto message = mailbox.read(txn, sequence);
          if (!message) continue;
          const auto state = mailbox.index().find(sequence)->state;
          PeekedMessage& shown = peeked.emplace_back();
          shown.message = to_api_message(*queue, *message, AttributeSelection::all());
          shown.message.ReceiptHandle.reset();
          shown.is_in_flight = state == QueueIndex::State::kInFlight;
          shown.is_delayed = state == QueueIndex::State::kDelayed;
          shown.is_available =
              queue->fifo ? available.contains(sequence) : state == QueueIndex::State::kReady;
        }
        return peeked;
      });
}

std::string arn_of_url(Environment& env, std::string_view queue_url, std::string_view account,
                       std::string_view region) {
  SqsService* service = find_service(env);
  auto address = parse_queue_url(queue_url);
  if (service == nullptr || !address) return {};
  if (address->account.empty()) address->account = account;
  if (address->region.empty()) address->region = region;
  const QueuePointer queue =
      service->queues().find(address->account, address->region, address->name);
  return queue == nullptr ? std::string() : queue->arn;
}

}  // namespace cumulite::sqs
