#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/services/sns/service.h"
#include "protocol/result.h"

/// Replays of archived messages to one subscription of a FIFO topic. A replay is an event of the
/// outbox (kind "sns.replay") that moves along the archive, a page a transaction. Until it comes
/// to the archive's end the subscription gets nothing else: new messages are archived too, so that
/// they come in their turn. With an EndingPoint it gets nothing from beyond it.
/// https://docs.aws.amazon.com/sns/latest/dg/message-archiving-and-replay-subscriber.html
namespace cumulite::sns {

inline constexpr std::string_view kReplayPending = "Pending";
inline constexpr std::string_view kReplayRunning = "In progress";
inline constexpr std::string_view kReplayCompleted = "Completed";
inline constexpr std::string_view kReplayFailed = "Failed";

/// {"PointType": "Timestamp", "StartingPoint": TIME, "EndingPoint": TIME}.
struct ReplayPolicy {
  std::int64_t starts_ms = 0;
  std::optional<std::int64_t> ends_ms;
};

/// What a checked policy says; nothing of a text that is none.
ReplayPolicy read_replay_policy(std::string_view policy);

/// Errors: InvalidParameter with the text after its first words.
Result<void> check_replay_policy(std::string_view policy, const Subscription& subscription);
/// Whether there is an archive to replay from. Errors: as above.
Result<void> check_replay_source(const TopicConfig& topic);

/// Begins what the subscription's ReplayPolicy asks for, in place of a replay that runs; without a
/// policy ends it. In the transaction that stores the subscription.
void restart_replay(SnsService& service, storage::Txn& txn, const Topic& topic,
                    Subscription& subscription);

void register_replay(SnsService& service);

}  // namespace cumulite::sns
