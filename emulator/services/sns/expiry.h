#pragma once

#include "emulator/services/sns/service.h"
#include "protocol/time_units.h"

/// Subscriptions that go away by themselves: those that nobody confirmed, and those that are only
/// shown for a while after their topic was deleted or they were cancelled.
namespace cumulite::sns {

inline constexpr std::int64_t kConfirmationMs = 2 * kDayMs;
inline constexpr std::int64_t kOrphanMs = 3 * kDayMs;

/// In the transaction that made the subscription wait. A subscription that is confirmed when the
/// time comes stays.
void schedule_expiry(Environment& env, storage::Txn& txn, const Subscription& subscription,
                     std::int64_t due_ms);

void register_expiry(SnsService& service);

}  // namespace cumulite::sns
