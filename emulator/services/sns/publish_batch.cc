#include <algorithm>
#include <cctype>
#include <set>

#include "emulator/services/sns/access.h"
#include "emulator/services/sns/authorization.h"
#include "emulator/services/sns/message_input.h"
#include "emulator/services/sns/operations.h"
#include "emulator/services/sns/publishing.h"

namespace cumulite::sns {
namespace {

constexpr std::size_t kEntriesMax = 10;
constexpr std::size_t kIdBytesMax = 80;

using Entry = api::PublishBatchRequestEntry;

Result<void> check_entry_id(std::string_view id) {
  if (id.size() > kIdBytesMax) return errors::batch_entry_id_too_long(id);
  const bool is_valid = !id.empty() && std::all_of(id.begin(), id.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
  });
  return is_valid ? Result<void>() : errors::invalid_batch_entry_id(id);
}

std::size_t entry_bytes(const Entry& entry) {
  std::size_t bytes = entry.Message.value_or("").size();
  if (!entry.MessageAttributes) return bytes;
  for (const auto& [name, value] : *entry.MessageAttributes) {
    bytes += name.size() + value.DataType.value_or("").size() +
             value.StringValue.value_or("").size() + value.BinaryValue.value_or("").size();
  }
  return bytes;
}

/// What refuses the batch as a whole.
Result<void> check_batch(const std::vector<Entry>& entries) {
  std::set<std::string> seen;
  std::size_t bytes = 0;
  for (const Entry& entry : entries) {
    const std::string id = entry.Id.value_or("");
    CUMULITE_TRY(check_entry_id(id));
    if (!seen.insert(id).second) return errors::ids_not_distinct();
    bytes += entry_bytes(entry);
  }
  return bytes > kMessageBytesMax ? errors::batch_too_long() : Result<void>();
}

/// What is wrong with one message refuses all of them (golden
/// test_empty_or_wrong_message_attributes).
Result<std::vector<Message>> read_messages(const Context& ctx, const std::vector<Entry>& entries) {
  std::vector<Message> messages;
  for (const Entry& entry : entries) {
    CUMULITE_ASSIGN(
        Message message,
        read_message({entry.Message, entry.Subject, entry.MessageStructure, entry.MessageAttributes,
                      entry.MessageGroupId, entry.MessageDeduplicationId},
                     ctx.now_ms));
    message.trace_header = std::string(ctx.request.header("X-Amzn-Trace-Id"));
    message.publisher = principal_of(ctx);
    messages.push_back(std::move(message));
  }
  return messages;
}

}  // namespace

Result<api::PublishBatchResponse> publish_batch(Context& ctx, const api::PublishBatchInput& req) {
  const auto entries = req.PublishBatchRequestEntries.value_or(std::vector<Entry>());
  if (entries.size() > kEntriesMax) return errors::too_many_entries();
  CUMULITE_ASSIGN(const TopicPointer topic, find_topic(ctx, req.TopicArn));
  if (entries.empty()) return errors::empty_batch();
  CUMULITE_TRY(check_batch(entries));
  CUMULITE_ASSIGN(std::vector<Message> messages, read_messages(ctx, entries));
  const auto state = topic->state();
  for (const Entry& entry : entries) {
    CUMULITE_TRY(check_fifo(state->config, entry.MessageGroupId && !entry.MessageGroupId->empty(),
                            entry.MessageDeduplicationId.has_value()));
  }
  api::PublishBatchResponse response;
  response.Successful.emplace();
  response.Failed.emplace();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Entry& entry = entries[i];
    const auto published = publish_to_topic(service_of(ctx), *topic, std::move(messages[i]));
    if (!published.ok()) {
      response.Failed->push_back({.Id = entry.Id,
                                  .Code = published.error().code,
                                  .Message = published.error().message,
                                  .SenderFault = true});
      continue;
    }
    auto& done = response.Successful->emplace_back();
    done.Id = entry.Id;
    done.MessageId = published->message_id;
    if (!published->sequence_number.empty()) done.SequenceNumber = published->sequence_number;
  }
  return response;
}

}  // namespace cumulite::sns
