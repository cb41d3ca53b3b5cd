#pragma once

#include "emulator/services/sns/service.h"

/// Subscriptions that go away by themselves: those that nobody confirmed, and those that are only
/// shown for a while after their topic was deleted or they were cancelled.
namespace cumulite::sns {

inline constexpr std::int64_t kConfirmationMs = 2LL * 24 * 3600 * 1000;
inline constexpr std::int64_t kOrphanMs = 3LL * 24 * 3600 * 1000;

/// In the transaction that made the subscription wait. A subscription that is confirmed when the
/// time comes stays.
void schedule_expiry(Environment& env, storage::Txn& txn, const Subscription& subscription,
                     std::int64_t due_ms);

void register_expiry(SnsService& service);

}  // namespace cumulite::sns
