#include "emulator/services/sqs/queue_attributes.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "emulator/services/sqs/errors.h"
#include "emulator/services/sqs/redrive_policy.h"

namespace cumulite::sqs {
namespace {

struct NumberAttribute {
  std::string_view name;
  std::int32_t QueueConfig::*member;
  std::int32_t min;
  std::int32_t max;
};

constexpr NumberAttribute kNumbers[] = {
    {"DelaySeconds", &QueueConfig::delay_seconds, 0, 900},
    {"MaximumMessageSize", &QueueConfig::message_bytes_max, 1'024, kMessageBytesMax},
    {"MessageRetentionPeriod", &QueueConfig::retention_seconds, 60, 1'209'600},
    {"ReceiveMessageWaitTimeSeconds", &QueueConfig::receive_wait_seconds, 0, 20},
    {"VisibilityTimeout", &QueueConfig::visibility_timeout_seconds, 0, 43'200},
};

std::optional<std::int64_t> to_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_word(std::string_view text, std::string_view word) {
  return std::equal(text.begin(), text.end(), word.begin(), word.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
  });
}

std::optional<bool> to_boolean(std::string_view text) {
  if (is_word(text, "true")) return true;
  if (is_word(text, "false")) return false;
  return std::nullopt;
}

Result<void> apply_boolean(std::string_view name, const std::string& value, bool& member) {
  const auto flag = to_boolean(value);
  if (!flag) return errors::invalid_attribute_value(name);
  member = *flag;
  return {};
}

Result<void> apply_number(const NumberAttribute& attribute, const std::string& value,
                          QueueConfig& config) {
  const auto number = to_integer(value);
  if (!number || *number < attribute.min || *number > attribute.max) {
    return errors::invalid_attribute_value(attribute.name);
  }
  config.*attribute.member = static_cast<std::int32_t>(*number);
  return {};
}

Result<void> apply_fifo(std::string_view name, const std::string& value, AttributeUse use,
                        QueueConfig& config) {
  if (name == "FifoQueue") {
    if (use == AttributeUse::kCreate) return {};
    if (!config.fifo) return errors::unknown_attribute(name);
    if (to_boolean(value) == true) return {};
    return errors::invalid_attribute_value(name, "Modifying queue type is not supported.");
  }
  if (name == "ContentBasedDeduplication") {
    if (!config.fifo) return errors::unknown_attribute(name);
    return apply_boolean(name, value, config.content_based_deduplication);
  }
  if (!config.fifo) return errors::attribute_for_fifo_only(name);
  const bool is_scope = name == "DeduplicationScope";
  const std::string_view wide = is_scope ? "queue" : "perQueue";
  const std::string_view narrow = is_scope ? "messageGroup" : "perMessageGroupId";
  if (value != wide && value != narrow) return errors::invalid_attribute_value(name);
  (is_scope ? config.deduplication_per_group : config.throughput_per_group) = value == narrow;
  return {};
}

Result<void> apply_document(std::string_view name, const std::string& value, QueueConfig& config) {
  if (name == "Policy") {
    if (!value.empty() && !is_json_object(value)) return errors::invalid_attribute_value(name);
    config.policy = value;
  } else if (name == "RedrivePolicy") {
    config.redrive.reset();
    if (!value.empty()) {
      auto target = read_redrive_policy(value);
      if (!target.ok()) return std::move(target).error();
      config.redrive = std::move(*target);
    }
    config.redrive_policy = value;
  } else {
    if (!value.empty()) CUMULITE_TRY(read_redrive_allow_policy(value));
    config.redrive_allow_policy = value;
  }
  return {};
}

Result<void> apply_encryption(std::string_view name, const std::string& value,
                              QueueConfig& config) {
  if (name == "KmsMasterKeyId") {
    config.kms_master_key_id = value;
    if (!value.empty()) config.managed_sse = false;
  } else if (name == "KmsDataKeyReusePeriodSeconds") {
    const auto seconds = to_integer(value);
    if (!seconds || *seconds < 60 || *seconds > 86'400) {
      return errors::invalid_attribute_value(name);
    }
    config.kms_reuse_seconds = value;
  } else {
    CUMULITE_TRY(apply_boolean(name, value, config.managed_sse));
    if (config.managed_sse) {
      config.kms_master_key_id.clear();
      config.kms_reuse_seconds.clear();
    }
  }
  return {};
}

Result<void> apply_attribute(std::string_view name, const std::string& value, AttributeUse use,
                             QueueConfig& config) {
  for (const NumberAttribute& attribute : kNumbers) {
    if (attribute.name == name) return apply_number(attribute, value, config);
  }
  if (name == "FifoQueue" || name == "ContentBasedDeduplication" || name == "DeduplicationScope" ||
      name == "FifoThroughputLimit") {
    return apply_fifo(name, value, use, config);
  }
  if (name == "Policy" || name == "RedrivePolicy" || name == "RedriveAllowPolicy") {
    return apply_document(name, value, config);
  }
  if (name == "KmsMasterKeyId" || name == "KmsDataKeyReusePeriodSeconds" ||
      name == "SqsManagedSseEnabled") {
    return apply_encryption(name, value, config);
  }
  return errors::unknown_attribute(name);
}

// Only one kind of server-side encryption at a time may be asked for.
Result<void> check_encryption(const Attributes& attributes) {
  const std::string* managed = model::find(attributes, "SqsManagedSseEnabled");
  const std::string* key = model::find(attributes, "KmsMasterKeyId");
  if (managed == nullptr || key == nullptr || key->empty()) return {};
  if (to_boolean(*managed) != true) return {};
  return errors::invalid_attribute_value(
      "SqsManagedSseEnabled",
      "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS "
      "SSE or SQS SSE.");
}

std::string boolean_text(bool value) {
  return value ? "true" : "false";
}

std::optional<std::string> fifo_text(const QueueConfig& config, std::string_view name) {
  if (!config.fifo) return std::nullopt;
  if (name == "FifoQueue") return "true";
  if (name == "ContentBasedDeduplication") return boolean_text(config.content_based_deduplication);
  if (name == "DeduplicationScope") {
    return config.deduplication_per_group ? "messageGroup" : "queue";
  }
  return config.throughput_per_group ? "perMessageGroupId" : "perQueue";
}

std::string seconds_text(std::int64_t milliseconds) {
  return std::to_string(milliseconds / 1000);
}

}  // namespace

Result<bool> asks_for_fifo(const Attributes& attributes) {
  const std::string* value = model::find(attributes, "FifoQueue");
  if (value == nullptr) return false;
  const auto flag = to_boolean(*value);
  if (!flag) return errors::invalid_attribute_value("FifoQueue");
  if (!*flag) return errors::unknown_attribute("FifoQueue");
  return true;
}

Result<void> apply_attributes(const Attributes& attributes, AttributeUse use, QueueConfig& config) {
  CUMULITE_TRY(check_encryption(attributes));
  for (const auto& [name, value] : attributes) {
    CUMULITE_TRY(apply_attribute(name, value, use, config));
  }
  if (config.throughput_per_group && !config.deduplication_per_group) {
    return errors::invalid_attribute_value(
        "FifoThroughputLimit",
        "The perMessageGroupId value is allowed only when the value for DeduplicationScope is "
        "messageGroup.");
  }
  return {};
}

std::optional<std::string> attribute_text(const QueueConfig& config, std::string_view name) {
  for (const NumberAttribute& attribute : kNumbers) {
    if (attribute.name == name) return std::to_string(config.*attribute.member);
  }
  if (name == "FifoQueue" || name == "ContentBasedDeduplication" || name == "DeduplicationScope" ||
      name == "FifoThroughputLimit") {
    return fifo_text(config, name);
  }
  if (name == "Policy") return unless_empty(config.policy);
  if (name == "RedrivePolicy") return unless_empty(config.redrive_policy);
  if (name == "RedriveAllowPolicy") return unless_empty(config.redrive_allow_policy);
  if (name == "KmsMasterKeyId") return unless_empty(config.kms_master_key_id);
  if (name == "KmsDataKeyReusePeriodSeconds") {
    if (config.kms_master_key_id.empty()) return std::nullopt;
    return config.kms_reuse_seconds.empty() ? "300" : config.kms_reuse_seconds;
  }
  if (name == "SqsManagedSseEnabled") return boolean_text(config.managed_sse);
  if (name == "QueueArn") return config.arn();
  if (name == "CreatedTimestamp") return seconds_text(config.created_ms);
  if (name == "LastModifiedTimestamp") return seconds_text(config.modified_ms);
  return std::nullopt;
}

const std::vector<std::string_view>& attribute_names() {
  static const std::vector<std::string_view> names = {
      "QueueArn",
      "ApproximateNumberOfMessages",
      "ApproximateNumberOfMessagesNotVisible",
      "ApproximateNumberOfMessagesDelayed",
      "CreatedTimestamp",
      "LastModifiedTimestamp",
      "VisibilityTimeout",
      "MaximumMessageSize",
      "MessageRetentionPeriod",
      "DelaySeconds",
      "ReceiveMessageWaitTimeSeconds",
      "Policy",
      "RedrivePolicy",
      "RedriveAllowPolicy",
      "KmsMasterKeyId",
      "KmsDataKeyReusePeriodSeconds",
      "SqsManagedSseEnabled",
      "FifoQueue",
      "ContentBasedDeduplication",
      "DeduplicationScope",
      "FifoThroughputLimit",
  };
  return names;
}

std::optional<std::string> first_difference(const Attributes& given, const QueueConfig& left,
                                            const QueueConfig& right) {
  for (const auto& [name, value] : given) {
    const auto first = attribute_text(left, name).value_or("");
    const auto second = attribute_text(right, name).value_or("");
    if (!is_same_json(first, second)) return name;
  }
  return std::nullopt;
}

}  // namespace cumulite::sqs
