#include "emulator/functions/sources/sqs_queue_source.h"

#include <utility>

#include "emulator/services/sqs/enqueue.h"
#include "storage/kv/replaceable.h"

namespace cumulite::functions {
namespace {

QueueMessage queue_message(sqs::api::Message&& message) {
  QueueMessage converted;
  converted.message_id = std::move(message.MessageId).value_or("");
  converted.receipt_handle = std::move(message.ReceiptHandle).value_or("");
  converted.body = std::move(message.Body).value_or("");
  converted.md5_of_body = std::move(message.MD5OfBody).value_or("");
  converted.md5_of_attributes = std::move(message.MD5OfMessageAttributes).value_or("");
  if (message.Attributes) converted.attributes = std::move(*message.Attributes);
  if (!message.MessageAttributes) return converted;
  for (auto& [name, value] : *message.MessageAttributes) {
    auto& bytes = value.BinaryValue ? value.BinaryValue : value.StringValue;
    converted.message_attributes.push_back(
        {name, value.DataType.value_or("String"), std::move(bytes).value_or("")});
  }
  return converted;
}

class SqsQueueSource final : public QueueSource {
 public:
  explicit SqsQueueSource(Environment& env)
      : env_(env), fence_(storage::replaceable(env.store).fence()) {}

  std::vector<QueueMessage> receive(std::string_view queue_arn, std::size_t count) override {
    const storage::Fence::Pass pass(fence_);
    std::vector<QueueMessage> messages;
    // A queue that is not there (yet) has no messages: the event source waits for it.
    auto batch = sqs::receive_batch(env_, queue_arn, count);
    if (!batch.ok()) return messages;
    for (auto& message : *batch) messages.push_back(queue_message(std::move(message)));
    return messages;
  }

  void remove(std::string_view queue_arn,
              const std::vector<std::string>& receipt_handles) override {
    const storage::Fence::Pass pass(fence_);
    // The queue may have been deleted meanwhile, and its messages with it.
    (void)sqs::delete_batch(env_, queue_arn, receipt_handles).ok();
  }

  std::uint64_t visible(std::string_view queue_arn) override {
    const storage::Fence::Pass pass(fence_);
    return sqs::count_ready(env_, queue_arn);
  }

  std::optional<std::int64_t> visibility_seconds(std::string_view queue_arn) override {
    const storage::Fence::Pass pass(fence_);
    return sqs::visibility_seconds(env_, queue_arn);
  }

  std::string topic(std::string_view queue_arn) override { return sqs::topic_of(queue_arn); }

 private:
  Environment& env_;
  storage::Fence& fence_;
};

}  // namespace

std::unique_ptr<QueueSource> make_sqs_queue_source(Environment& env) {
  return std::make_unique<SqsQueueSource>(env);
}

}  // namespace cumulite::functions
