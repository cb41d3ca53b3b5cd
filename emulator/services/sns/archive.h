#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/services/sns/message.h"
#include "emulator/services/sns/topic.h"
#include "protocol/result.h"

/// Message archives of FIFO topics: rows by time, kept for the days of the ArchivePolicy. All of
/// it happens within the topic's domain.
/// https://docs.aws.amazon.com/sns/latest/dg/fifo-message-archiving-replay.html
namespace cumulite::sns {

/// Of an ArchivePolicy {"MessageRetentionPeriod": DAYS}; 1 to 365.
/// Errors: InvalidParameter.
Result<int> read_retention_days(std::string_view policy);

/// Keeps the message if the topic asks for it, and drops some that are past their time.
void archive_message(storage::Txn& txn, const Topic& topic, const TopicConfig& config,
                     const Message& message, std::uint64_t number);

/// After the attributes of `config` were changed from `old`: an archive that is no longer wanted
/// is dropped, as SNS does.
void update_archive(storage::Txn& txn, const Topic& topic, const TopicConfig& old,
                    TopicConfig& config, std::int64_t now_ms);

/// Calls `visit` with the archived messages from that key on, at most `limit`, while it returns
/// true. The key behind the last visited one, or nullopt when the archive has no more.
std::optional<std::string> visit_archive(storage::Txn& txn, const Topic& topic,
                                         const std::string& from, std::size_t limit,
                                         const std::function<bool(Message)>& visit);

}  // namespace cumulite::sns
