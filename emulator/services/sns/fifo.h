#pragma once

#include <functional>

#include "emulator/services/sns/publishing.h"

/// FIFO topics: order, deduplication over five minutes, sequence numbers, archive.
/// https://docs.aws.amazon.com/sns/latest/dg/sns-fifo-topics.html
namespace cumulite::sns {

Result<Published> publish_fifo(SnsService& service, Topic& topic, Message message,
                               const std::function<void(storage::Txn&)>& also);

}  // namespace cumulite::sns
