#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/services/sns/arn.h"
#include "emulator/services/sns/errors.h"
#include "emulator/services/sns/keys.h"
#include "emulator/services/sns/service.h"

/// How operations find what they are about, and change it.
namespace cumulite::sns {

/// The topic of that ARN, in the caller's region, if the caller may do to it what the call asks
/// for; `values`: see check_topic_access.
/// Errors: InvalidParameter for what is no ARN or of another region; NotFound; AuthorizationError.
Result<TopicPointer> find_topic(Context& ctx, const std::optional<std::string>& arn,
                                std::string_view parameter = "TopicArn",
                                const Attributes& values = {});
/// Checks of an ARN parameter without looking it up.
Result<Arn> check_topic_arn(Context& ctx, const std::optional<std::string>& arn,
                            std::string_view parameter);

/// Errors: InvalidParameter, NotFound, AuthorizationError.
Result<SubscriptionPointer> find_subscription(Context& ctx, const std::optional<std::string>& arn);

/// Changes the definition of a topic in a transaction of its own; `change` may refuse.
Result<void> change_topic(SnsService& service, const TopicPointer& topic,
                          const std::function<Result<void>(storage::Txn&, TopicConfig&)>& change);
/// Same for a subscription; errors: NotFound if it is gone.
Result<void> change_subscription(
    SnsService& service, const SubscriptionPointer& subscription,
    const std::function<Result<void>(storage::Txn&, Subscription&)>& change);

/// Writes the row and, on commit, the memory; within the domain of its topic.
void store_subscription(SnsService& service, storage::Txn& txn, Subscription subscription);

// --- paging: a token is the last key shown, in base64
inline constexpr std::size_t kPageSize = 100;
std::string page_token(std::string_view last);
/// Errors: InvalidParameter "NextToken".
Result<std::string> page_start(const std::optional<std::string>& token);

}  // namespace cumulite::sns
