#pragma once

#include <string>
#include <string_view>

#include "emulator/services/sns/topic.h"
#include "protocol/result.h"

/// Attributes of topics: which there are, what values they take, how they are shown.
/// https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
namespace cumulite::sns {

enum class AttributeUse : std::uint8_t { kCreate, kSet };

/// Checks and sets one attribute. Errors: InvalidParameter.
Result<void> apply_topic_attribute(std::string_view name, const std::string& value,
                                   AttributeUse use, TopicConfig& config);

/// All that GetTopicAttributes shows at that time.
Attributes shown_topic_attributes(const TopicState& state, std::int64_t now_ms);

/// The policy that a topic has by itself.
std::string default_topic_policy(const TopicConfig& config);

}  // namespace cumulite::sns
