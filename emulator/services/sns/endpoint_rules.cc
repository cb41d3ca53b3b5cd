#include "emulator/services/sns/endpoint_rules.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "emulator/services/sns/arn.h"
#include "emulator/services/sns/errors.h"

namespace cumulite::sns {
namespace {

constexpr std::size_t kDigitsMax = 15;

bool is_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isdigit(c) != 0; });
}

/// Single '-', '.' and '/' may stand within a number, between its digits (golden
/// test_subscribe_sms_obscure_phone_number).
bool is_phone_number(std::string_view text) {
  std::string digits;
  bool was_separator = false;
  for (const char c : text) {
    const bool is_separator = c == '-' || c == '.' || c == '/';
    if (is_separator && was_separator) return false;
    was_separator = is_separator;
    if (!is_separator) digits.push_back(c);
  }
  if (was_separator || text.find_first_of("-./") == 0) return false;
  if (digits.starts_with('+')) digits.erase(0, 1);
  return digits.size() >= 2 && digits.size() <= kDigitsMax && digits[0] != '0' && is_digits(digits);
}

bool is_email(std::string_view text) {
  const std::size_t at = text.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
         text.find('@', at + 1) == std::string_view::npos &&
         text.find_first_of(" \t\r\n") == std::string_view::npos;
}

Result<void> check_queue(const std::string& endpoint, bool fifo_topic) {
  if (!is_arn_of(endpoint, "sqs")) return errors::invalid_parameter("SQS endpoint ARN");
  if (!fifo_topic && endpoint.ends_with(".fifo")) {
    return errors::invalid_parameter(
        "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS "
        "topics");
  }
  return {};
}

}  // namespace

bool is_e164(std::string_view text) {
  if (!text.starts_with('+')) return false;
  text.remove_prefix(1);
  return text.size() >= 2 && text.size() <= kDigitsMax && text[0] != '0' && is_digits(text);
}

Result<void> check_endpoint(const std::string& protocol, const std::string& endpoint,
                            bool fifo_topic) {
  const auto require = [](bool condition, std::string_view text) {
    return condition ? Result<void>() : Result<void>(errors::invalid_parameter(text));
  };
  if (protocol == "sqs") return check_queue(endpoint, fifo_topic);
  if (fifo_topic) {
    return errors::invalid_parameter(
        "Invalid parameter: Endpoint Reason: FIFO topics deliver to SQS queues only");
  }
  if (protocol == "http" || protocol == "https") {
    return require(endpoint.starts_with(protocol + "://"),
                   "Endpoint must match the specified protocol");
  }
  if (protocol == "email" || protocol == "email-json") {
    return require(is_email(endpoint), "Email address");
  }
  if (protocol == "sms") {
    if (is_phone_number(endpoint)) return {};
    return errors::invalid(fmt::format("Invalid SMS endpoint: {}", endpoint));
  }
  if (protocol == "lambda") return require(is_arn_of(endpoint, "lambda"), "Lambda endpoint ARN");
  if (protocol == "application") {
    return require(is_arn_of(endpoint, "sns"), "Application endpoint ARN");
  }
  if (protocol == "firehose") {
    return errors::invalid_parameter(
        "Protocol", "this endpoint has no delivery streams: firehose is not supported");
  }
  return errors::invalid_parameter(
      fmt::format("Amazon SNS does not support this protocol string: {}", protocol));
}

}  // namespace cumulite::sns
