#include "emulator/services/sns/topic_attributes.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "emulator/services/sns/archive.h"
#include "emulator/services/sns/delivery_policy.h"
#include "emulator/services/sns/errors.h"
#include "protocol/codec/json_document.h"
#include "protocol/codec/timestamp.h"

namespace cumulite::sns {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kDisplayNameMax = 100;
constexpr std::size_t kTopicPolicyBytesMax = 30 * 1024;

constexpr std::string_view kFeedbackProtocols[] = {"HTTP", "Application", "Lambda", "SQS",
                                                   "Firehose"};

/// "LambdaSuccessFeedbackRoleArn" and its like: what follows the protocol, or empty.
std::string_view feedback_kind(std::string_view name) {
  for (const std::string_view protocol : kFeedbackProtocols) {
    if (name.starts_with(protocol)) {
      const auto kind = name.substr(protocol.size());
      if (kind == "SuccessFeedbackRoleArn" || kind == "FailureFeedbackRoleArn" ||
          kind == "SuccessFeedbackSampleRate") {
        return kind;
      }
    }
  }
  return {};
}

bool is_one_of(std::string_view value, std::initializer_list<std::string_view> allowed) {
  return std::find(allowed.begin(), allowed.end(), value) != allowed.end();
}

Result<void> check_feedback(std::string_view name, std::string_view kind,
                            const std::string& value) {
  if (value.empty()) return {};
  if (kind == "SuccessFeedbackSampleRate") {
    int rate = -1;
    const auto read = std::from_chars(value.data(), value.data() + value.size(), rate);
    const bool is_valid = read.ec == std::errc() && read.ptr == value.data() + value.size();
    if (is_valid && rate >= 0 && rate <= 100) return {};
    return errors::invalid_parameter(name);
  }
  return value.starts_with("arn:") ? Result<void>() : errors::invalid_parameter(name);
}

Result<void> check_policy(const std::string& value) {
  if (value.size() > kTopicPolicyBytesMax) return errors::invalid_parameter("Policy is too long");
  if (!ordered_json::parse(value, nullptr, false).is_object()) {
    return errors::invalid_parameter("Policy Error: null");
  }
  return {};
}

Result<void> check_fifo_attribute(std::string_view name, const std::string& value,
                                  const TopicConfig& config) {
  if (name == "ContentBasedDeduplication") {
    if (!config.fifo) {
      return errors::invalid_parameter(
          "Content-based deduplication can only be set for FIFO topics");
    }
    if (!is_one_of(value, {"true", "false"})) return errors::invalid_parameter(name);
  } else if (name == "FifoThroughputScope") {
    if (!config.fifo || !is_one_of(value, {"Topic", "MessageGroup"})) {
      return errors::invalid_parameter(name);
    }
  } else {
    if (!config.fifo)
      return errors::invalid_parameter("ArchivePolicy is only supported for FIFO topics");
    if (!value.empty() && value != "{}") CUMULITE_TRY(read_retention_days(value));
  }
  return {};
}

Result<void> check_value(std::string_view name, const std::string& value,
                         const TopicConfig& config) {
  if (name == "DisplayName") {
    const bool is_valid =
        value.size() <= kDisplayNameMax && value.find_first_of("\r\n") == std::string::npos;
    return is_valid ? Result<void>() : errors::invalid_parameter("DisplayName");
  }
  if (name == "Policy") return value.empty() ? Result<void>() : check_policy(value);
  if (name == "DeliveryPolicy") {
    if (value.empty()) return {};
    auto parsed = parse_topic_delivery_policy(value);
    if (!parsed.ok()) return errors::invalid_parameter(parsed.error().message);
    return {};
  }
  if (name == "KmsMasterKeyId") return {};
  if (name == "SignatureVersion") {
    return is_one_of(value, {"1", "2"}) ? Result<void>()
                                        : errors::invalid_parameter("SignatureVersion");
  }
  if (name == "TracingConfig") {
    return is_one_of(value, {"PassThrough", "Active"}) ? Result<void>()
                                                       : errors::invalid_parameter("TracingConfig");
  }
  if (is_one_of(name, {"ContentBasedDeduplication", "FifoThroughputScope", "ArchivePolicy"})) {
    return check_fifo_attribute(name, value, config);
  }
  if (const auto kind = feedback_kind(name); !kind.empty()) {
    return check_feedback(name, kind, value);
  }
  return errors::invalid_parameter("AttributeName");
}

std::string effective_delivery_policy(const TopicConfig& config) {
  const auto text = config.attribute("DeliveryPolicy");
  if (!text.empty()) {
    if (auto parsed = parse_topic_delivery_policy(text); parsed.ok()) return parsed->topic_json();
  }
  return DeliveryPolicy{}.topic_json();
}

}  // namespace

std::string default_topic_policy(const TopicConfig& config) {
  const ordered_json policy = {
      {"Version", "2008-10-17"},
      {"Id", "__default_policy_ID"},
      {"Statement",
       {{{"Sid", "__default_statement_ID"},
         {"Effect", "Allow"},
         {"Principal", {{"AWS", "*"}}},
         {"Action",
          {"SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:AddPermission",
           "SNS:RemovePermission", "SNS:DeleteTopic", "SNS:Subscribe",
           "SNS:ListSubscriptionsByTopic", "SNS:Publish"}},
         {"Resource", config.arn()},
         {"Condition", {{"StringEquals", {{"AWS:SourceOwner", config.account}}}}}}}}};
  return policy.dump();
}

Result<void> apply_topic_attribute(std::string_view name, const std::string& value,
                                   AttributeUse use, TopicConfig& config) {
  if (name == "FifoTopic") {
    // It was read before the others; later it cannot be changed.
    return use == AttributeUse::kCreate ? Result<void>()
                                        : errors::invalid_parameter("AttributeName");
  }
  CUMULITE_TRY(check_value(name, value, config));
  set_attribute(config.attributes, name, name == "ArchivePolicy" && value == "{}" ? "" : value);
  return {};
}

Attributes shown_topic_attributes(const TopicState& state, std::int64_t now_ms) {
  const TopicConfig& config = state.config;
  const auto count = [&](SubscriptionState wanted) {
    return std::to_string(std::count_if(
        state.subscriptions.begin(), state.subscriptions.end(),
        [&](const SubscriptionPointer& subscription) { return subscription->state == wanted; }));
  };
  Attributes shown;
  if (config.attribute("Policy").empty())
    shown.emplace_back("Policy", default_topic_policy(config));
  shown.emplace_back("Owner", config.account);
  shown.emplace_back("SubscriptionsPending", count(SubscriptionState::kPending));
  shown.emplace_back("TopicArn", config.arn());
  shown.emplace_back("EffectiveDeliveryPolicy", effective_delivery_policy(config));
  shown.emplace_back("SubscriptionsConfirmed", count(SubscriptionState::kConfirmed));
  if (config.attribute("DisplayName").empty()) shown.emplace_back("DisplayName", "");
  shown.emplace_back("SubscriptionsDeleted", std::to_string(config.subscriptions_deleted));
  if (config.fifo) {
    shown.emplace_back("FifoTopic", "true");
    if (config.attribute("ContentBasedDeduplication").empty()) {
      shown.emplace_back("ContentBasedDeduplication", "false");
    }
  }
  if (config.archive_days > 0) {
    std::string begins;
    codec::append_iso8601({config.archive_begins_ms(now_ms)}, true, begins);
    shown.emplace_back("BeginningArchiveTime", std::move(begins));
  }
  shown.insert(shown.end(), config.attributes.begin(), config.attributes.end());
  return shown;
}

}  // namespace cumulite::sns
