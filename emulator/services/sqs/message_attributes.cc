#include "emulator/services/sqs/message_attributes.h"

#include <algorithm>

#include <fmt/format.h>

#include "emulator/services/sqs/errors.h"
#include "protocol/checksum/checksum.h"
#include "protocol/codec/text.h"

namespace cumulite::sqs {
namespace {

constexpr std::size_t kAttributesMax = 10;
constexpr std::size_t kNameBytesMax = 256;

bool starts_with_ignoring_case(std::string_view text, std::string_view lower_prefix) {
  if (text.size() < lower_prefix.size()) return false;
  return std::equal(lower_prefix.begin(), lower_prefix.end(), text.begin(), [](char l, char t) {
    return l == (t >= 'A' && t <= 'Z' ? static_cast<char>(t + 32) : t);
  });
}

// Letters, digits, '_', '-', '.'; and the Latin letters U+00C0 to U+017F, which AWS was seen to
// take though it does not say so (golden test_send_message_with_invalid_string_attributes).
bool has_valid_name_characters(std::string_view name) {
  for (std::size_t i = 0; i < name.size(); ++i) {
    const auto c = static_cast<unsigned char>(name[i]);
    if (std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.') continue;
    const bool is_pair = i + 1 < name.size() && (c == 0xC3 || c == 0xC4 || c == 0xC5);
    if (!is_pair || static_cast<unsigned char>(name[i + 1]) < 0x80) return false;
    ++i;
  }
  return true;
}

Result<void> check_name(std::string_view name) {
  if (name.empty() || name.size() > kNameBytesMax) {
    return errors::invalid_parameter(
        "Message (user) attribute names must be shorter than 256 "
        "Bytes");
  }
  if (!has_valid_name_characters(name)) {
    return errors::invalid_parameter(
        "Message (user) attributes name can only contain upper and lower score characters, digits, "
        "periods, hyphens and underscores. ");
  }
  if (starts_with_ignoring_case(name, "aws.") || starts_with_ignoring_case(name, "amazon.") ||
      name.front() == '.' || name.back() == '.') {
    return errors::invalid_parameter(
        "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. These strings "
        "are reserved for internal use. Additionally, they cannot start or end with '.'.");
  }
  return {};
}

Result<void> check_type(std::string_view name, std::string_view type) {
  if (type.empty()) {
    return errors::invalid_parameter(
        fmt::format("Message (user) attribute '{}' must contain a non-empty type.", name));
  }
  if (type.size() > kNameBytesMax) {
    return errors::invalid_parameter(
        "Message (user) attribute types must be shorter than 256 "
        "Bytes");
  }
  for (const std::string_view prefix : {"String", "Number", "Binary"}) {
    if (type == prefix || (type.starts_with(prefix) && type[prefix.size()] == '.')) return {};
  }
  return errors::invalid_parameter(
      fmt::format("The type of message (user) attribute '{}' is invalid. You must use only the "
                  "following supported type prefixes: Binary, Number, String.",
                  name));
}

bool is_number(std::string_view text) {
  std::size_t i = 0;
  std::size_t digits = 0;
  if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
  for (; i < text.size() && codec::is_digit(text[i]); ++i) ++digits;
  if (i < text.size() && text[i] == '.') {
    for (++i; i < text.size() && codec::is_digit(text[i]); ++i) ++digits;
  }
  if (digits == 0) return false;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    if (i == text.size()) return false;
    while (i < text.size() && codec::is_digit(text[i])) ++i;
  }
  return i == text.size();
}

Result<std::string> read_value(const std::string& name, std::string_view type,
                               const api::MessageAttributeValue& given) {
  if ((given.StringListValues && !given.StringListValues->empty()) ||
      (given.BinaryListValues && !given.BinaryListValues->empty())) {
    return errors::invalid_parameter(
        "Message attribute list values in SendMessage operation are not supported.");
  }
  const bool is_binary = type.starts_with("Binary");
  const auto& value = is_binary ? given.BinaryValue : given.StringValue;
  if (!value || value->empty()) {
    return errors::invalid_parameter(
        fmt::format("Message (user) attribute '{}' must contain a non-empty value of type '{}'.",
                    name, is_binary ? "Binary" : "String"));
  }
  if (!is_binary && !has_valid_characters(*value)) {
    return errors::invalid_parameter(errors::invalid_message_contents().message);
  }
  if (type.starts_with("Number") && !is_number(*value)) {
    return errors::invalid_parameter(
        fmt::format("Can't cast the value of message (user) attribute '{}' to a number.", name));
  }
  return *value;
}

void append_sized(std::string& out, std::string_view text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  for (const int shift : {24, 16, 8, 0}) out.push_back(static_cast<char>(size >> shift));
  out.append(text);
}

}  // namespace

Result<std::vector<MessageAttribute>> read_message_attributes(
    const model::Map<api::MessageAttributeValue>& given) {
  if (given.size() > kAttributesMax) {
    return errors::invalid_parameter(
        fmt::format("Number of message attributes [{}] exceeds the allowed maximum [{}].",
                    given.size(), kAttributesMax));
  }
  std::vector<MessageAttribute> attributes;
  attributes.reserve(given.size());
  for (const auto& [name, value] : given) {
    CUMULITE_TRY(check_name(name));
    const std::string type = value.DataType.value_or("");
    CUMULITE_TRY(check_type(name, type));
    auto text = read_value(name, type, value);
    if (!text.ok()) return std::move(text).error();
    attributes.push_back({name, type, std::move(*text)});
  }
  return attributes;
}

Result<std::string> read_trace_header(const model::Map<api::MessageSystemAttributeValue>& given) {
  std::string header;
  for (const auto& [name, value] : given) {
    if (name != "AWSTraceHeader") {
      return errors::invalid_value(name, "MessageSystemAttributes",
                                   "The only supported system attribute is AWSTraceHeader.");
    }
    if (value.DataType.value_or("") != "String" || value.StringValue.value_or("").empty()) {
      return errors::invalid_parameter(
          "Message (system) attribute 'AWSTraceHeader' must contain a non-empty value of type "
          "'String'.");
    }
    header = *value.StringValue;
  }
  return header;
}

std::string md5_of_attributes(std::vector<MessageAttribute> attributes) {
  if (attributes.empty()) return {};
  std::sort(attributes.begin(), attributes.end(),
            [](const auto& left, const auto& right) { return left.name < right.name; });
  std::string bytes;
  for (const MessageAttribute& attribute : attributes) {
    append_sized(bytes, attribute.name);
    append_sized(bytes, attribute.data_type);
    bytes.push_back(attribute.is_binary() ? '\2' : '\1');
    append_sized(bytes, attribute.value);
  }
  return checksum::hex(checksum::digest(checksum::Algorithm::kMd5, bytes));
}

std::size_t attribute_bytes(const std::vector<MessageAttribute>& attributes) {
  std::size_t bytes = 0;
  for (const MessageAttribute& attribute : attributes) {
    bytes += attribute.name.size() + attribute.data_type.size() + attribute.value.size();
  }
  return bytes;
}

bool selects_attribute(const std::vector<std::string>& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(), [name](std::string_view wanted) {
    if (wanted == "All" || wanted == "*" || wanted == name) return true;
    // "Hel.*" selects "Hello" as well as "Hel.lo" (golden
    // test_receive_message_message_attribute_names_filters).
    return wanted.ends_with(".*") && name.starts_with(wanted.substr(0, wanted.size() - 2));
  });
}

bool has_valid_characters(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 && c != '\t' && c != '\n' && c != '\r') return false;
    if (c < 0xED || i + 2 >= text.size()) continue;
    const auto second = static_cast<unsigned char>(text[i + 1]);
    const auto third = static_cast<unsigned char>(text[i + 2]);
    // Surrogates, and U+FFFE and U+FFFF, are three bytes in UTF-8.
    if (c == 0xED && second >= 0xA0) return false;
    if (c == 0xEF && second == 0xBF && third >= 0xBE) return false;
  }
  return true;
}

}  // namespace cumulite::sqs
