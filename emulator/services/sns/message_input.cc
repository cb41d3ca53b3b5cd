#include "emulator/services/sns/message_input.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "emulator/services/sns/errors.h"
#include "emulator/services/sns/publishing.h"
#include "protocol/codec/json_document.h"

namespace cumulite::sns {
namespace {

using nlohmann::json;

constexpr std::size_t kSubjectMax = 100;
constexpr std::size_t kNameBytesMax = 256;
constexpr std::size_t kGroupBytesMax = 128;

Result<void> check_attribute_name(std::string_view name) {
  if (name.empty() || name.size() > kNameBytesMax) {
    return errors::invalid_value("Length of message attribute name must be less than 256 bytes.");
  }
  if (name.front() == '.') {
    return errors::invalid_value(
        "Invalid message attribute name starting with character '.' was found.");
  }
  if (name.back() == '.') {
    return errors::invalid_value(
        "Invalid message attribute name ending with character '.' was found.");
  }
  for (std::size_t i = 0; i < name.size(); ++i) {
    const auto c = static_cast<unsigned char>(name[i]);
    if (std::isalnum(c) == 0 && c != '_' && c != '-' && c != '.') {
      return errors::invalid_value(
          fmt::format("Invalid non-alphanumeric character '#x{:X}' was found in the message "
                      "attribute name. Can only include alphanumeric characters, hyphens, "
                      "underscores, or dots.",
                      c));
    }
    if (c == '.' && name[i - 1] == '.') {
      return errors::invalid_value("Message attribute name can not have successive '.' character.");
    }
  }
  return {};
}

bool is_number(const std::string& text) {
  // Blanks and "0x", "nan", "inf", which strtod would take, are no numbers here.
  const bool has_valid_characters = std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isdigit(c) != 0 || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E';
  });
  if (!has_valid_characters || text.empty()) return false;
  char* end = nullptr;
  std::strtod(text.c_str(), &end);
  return end == text.c_str() + text.size();
}

Result<DeliveredAttribute> read_attribute(const std::string& name,
                                          const api::MessageAttributeValue& given) {
  CUMULITE_TRY(check_attribute_name(name));
  const std::string type = given.DataType.value_or("");
  const auto is_type = [&](std::string_view prefix) {
    return type == prefix || (type.starts_with(prefix) && type.size() > prefix.size() + 1 &&
                              type[prefix.size()] == '.');
  };
  const bool is_binary = is_type("Binary");
  if (!is_binary && !is_type("String") && !is_type("Number")) {
    return errors::invalid_value(
        fmt::format("The message attribute '{}' has an invalid message attribute type, the set of "
                    "supported type prefixes is Binary, Number, and String.",
                    name));
  }
  const auto& value = is_binary ? given.BinaryValue : given.StringValue;
  const auto& other = is_binary ? given.StringValue : given.BinaryValue;
  if (!value && other) {
    return errors::invalid_value(
        fmt::format("The message attribute '{}' with type '{}' must use field '{}'.", name, type,
                    is_binary ? "Binary" : "String"));
  }
  if (!value || value->empty()) {
    return errors::invalid_value(
        fmt::format("The message attribute '{}' must contain non-empty message attribute value for "
                    "message attribute type '{}'.",
                    name, type));
  }
  if (is_type("Number") && !is_number(*value)) {
    return errors::invalid_value(
        fmt::format("Could not cast message attribute '{}' value to number.", name));
  }
  return DeliveredAttribute{name, type, *value};
}

/// {"default": TEXT, PROTOCOL: TEXT, ...}
Result<void> read_structure(const std::string& text, bool needs_default, Message& message) {
  const json document = json::parse(text, nullptr, false);
  if (!document.is_object()) {
    return errors::invalid_parameter("Message Structure - JSON message body failed to parse");
  }
  message.text.clear();
  for (const auto& [protocol, value] : document.items()) {
    // What is no string is not looked at.
    if (!value.is_string()) continue;
    if (protocol == "default") {
      message.text = value.get<std::string>();
    } else {
      message.texts.emplace_back(protocol, value.get<std::string>());
    }
  }
  const bool has_default = document.contains("default") && document["default"].is_string();
  if (needs_default && !has_default) {
    return errors::invalid_parameter("Message Structure - No default entry in JSON message body");
  }
  return {};
}

/// 1 to 128 printable characters.
Result<void> check_id(const std::optional<std::string>& id, std::string_view parameter) {
  if (!id) return {};
  const bool is_valid =
      !id->empty() && id->size() <= kGroupBytesMax &&
      std::all_of(id->begin(), id->end(), [](char c) { return c > 32 && c < 127; });
  if (is_valid) return {};
  return errors::invalid_parameter(
      fmt::format("{} Reason: The {} can only include alphanumeric characters and punctuation "
                  "(!\"#$%&'()*+,-./:;<=>?@[\\]^_`{{|}}~), and must be 1 to 128 characters long",
                  parameter, parameter));
}

Result<void> check_subject(const std::optional<std::string>& subject) {
  if (!subject) return {};
  const bool is_valid = !subject->empty() && subject->size() <= kSubjectMax &&
                        std::none_of(subject->begin(), subject->end(),
                                     [](unsigned char c) { return c < 32 || c == 127; });
  return is_valid ? Result<void>() : errors::invalid_parameter("Subject");
}

}  // namespace

Result<Message> read_message(const MessageInput& input, std::int64_t now_ms) {
  CUMULITE_TRY(check_subject(input.subject));
  if (!input.message || input.message->empty()) return errors::invalid_parameter("Empty message");
  CUMULITE_TRY(check_id(input.group_id, "MessageGroupId"));
  CUMULITE_TRY(check_id(input.deduplication_id, "MessageDeduplicationId"));
  Message message = new_message(now_ms);
  message.text = *input.message;
  message.subject = input.subject.value_or("");
  message.group_id = input.group_id.value_or("");
  message.deduplication_id = input.deduplication_id.value_or("");
  if (input.attributes) {
    for (const auto& [name, value] : *input.attributes) {
      CUMULITE_ASSIGN(DeliveredAttribute attribute, read_attribute(name, value));
      message.attributes.push_back(std::move(attribute));
    }
  }
  if (message_bytes(message) > kMessageBytesMax)
    return errors::invalid_parameter("Message too long");
  if (input.structure == "json") {
    CUMULITE_TRY(read_structure(*input.message, input.needs_default, message));
  } else if (input.structure && !input.structure->empty()) {
    return errors::invalid_parameter("MessageStructure");
  }
  return message;
}

std::size_t message_bytes(const Message& message) {
  std::size_t bytes = message.text.size();
  for (const DeliveredAttribute& attribute : message.attributes) {
    bytes += attribute.name.size() + attribute.type.size() + attribute.value.size();
  }
  return bytes;
}

}  // namespace cumulite::sns
