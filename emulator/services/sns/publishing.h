#pragma once

#include <functional>

#include "emulator/services/sns/message.h"
#include "emulator/services/sns/service.h"
#include "protocol/result.h"

/// Publishing to a topic: deduplication, numbering, and all consequences in one transaction.
namespace cumulite::sns {

struct Published {
  std::string message_id;
  std::string sequence_number;  ///< FIFO topics.
};

/// A message with an id.
Message new_message(std::int64_t now_ms);

/// `also` runs in the same transaction. A repetition within the deduplication window of a FIFO
/// topic is answered as the first was, and delivered to nobody.
/// Errors: what FIFO topics demand; AuthorizationError by the data protection policy; NotFound if
/// the topic was deleted meanwhile.
Result<Published> publish_to_topic(SnsService& service, Topic& topic, Message message,
                                   const std::function<void(storage::Txn&)>& also = {});

/// Checks group and deduplication id against the topic's kind.
Result<void> check_fifo(const TopicConfig& config, bool has_group, bool has_deduplication);

}  // namespace cumulite::sns
