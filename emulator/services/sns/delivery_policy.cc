#include "emulator/services/sns/delivery_policy.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "emulator/services/sns/errors.h"
#include "protocol/codec/json_document.h"

namespace cumulite::sns {
namespace {

using nlohmann::ordered_json;

constexpr int kDelaySecondsMax = 3'600;
constexpr int kRetriesMax = 100;

struct NumberMember {
  const char* name;
  int RetryPolicy::*member;
  int min;
  int max;
};

constexpr NumberMember kNumbers[] = {
    {"minDelayTarget", &RetryPolicy::min_delay_seconds, 1, kDelaySecondsMax},
    {"maxDelayTarget", &RetryPolicy::max_delay_seconds, 1, kDelaySecondsMax},
    {"numRetries", &RetryPolicy::retries, 0, kRetriesMax},
    {"numMaxDelayRetries", &RetryPolicy::max_delay_retries, 0, kRetriesMax},
    {"numNoDelayRetries", &RetryPolicy::no_delay_retries, 0, kRetriesMax},
    {"numMinDelayRetries", &RetryPolicy::min_delay_retries, 0, kRetriesMax},
};

constexpr std::string_view kBackoffNames[] = {"linear", "arithmetic", "geometric", "exponential"};

Error refuse_delivery_policy(std::string_view text) {
  return errors::invalid(fmt::format("DeliveryPolicy: {}", text));
}

Result<void> read_retry(const ordered_json& given, RetryPolicy& policy) {
  if (!given.is_object()) return refuse_delivery_policy("healthyRetryPolicy must be an object");
  for (const NumberMember& number : kNumbers) {
    const auto found = given.find(number.name);
    if (found == given.end() || found->is_null()) continue;
    if (!found->is_number_integer())
      return refuse_delivery_policy(fmt::format("{} must be a number", number.name));
    const auto value = found->get<std::int64_t>();
    if (value < number.min || value > number.max) {
      return refuse_delivery_policy(
          fmt::format("{} must be between {} and {}", number.name, number.min, number.max));
    }
    policy.*number.member = static_cast<int>(value);
  }
  if (const auto found = given.find("backoffFunction"); found != given.end()) {
    bool known = false;
    for (std::size_t i = 0; i < std::size(kBackoffNames); ++i) {
      if (!found->is_string() || *found != kBackoffNames[i]) continue;
      policy.backoff = static_cast<Backoff>(i);
      known = true;
    }
    if (!known)
      return refuse_delivery_policy(
          "backoffFunction must be linear, arithmetic, geometric or exponential");
  }
  if (policy.min_delay_seconds > policy.max_delay_seconds) {
    return refuse_delivery_policy("minDelayTarget must be less than or equal to maxDelayTarget");
  }
  if (policy.no_delay_retries + policy.min_delay_retries + policy.max_delay_retries >
      policy.retries) {
    return refuse_delivery_policy(
        "numRetries must be greater than or equal to total of numMinDelayRetries, "
        "numNoDelayRetries and numMaxDelayRetries");
  }
  // The documented hard limit; the service's own wording is not documented.
  if (policy.total_ms() > kDelaySecondsMax * std::int64_t{1'000}) {
    return refuse_delivery_policy(
        "the total retry time must be less than or equal to 3600 seconds");
  }
  return {};
}

Result<void> read_throttle(const ordered_json& given, DeliveryPolicy& policy) {
  const auto found = given.is_object() ? given.find("maxReceivesPerSecond") : given.end();
  if (found == given.end() || found->is_null()) return {};
  if (!found->is_number_integer() || found->get<std::int64_t>() < 1) {
    return refuse_delivery_policy("maxReceivesPerSecond must be 1 or greater");
  }
  policy.receives_per_second_max =
      static_cast<int>(std::min<std::int64_t>(found->get<std::int64_t>(), 1'000'000));
  return {};
}

/// Types that AWS sends raw messages as.
constexpr std::string_view kContentTypes[] = {"text/css",
                                              "text/csv",
                                              "text/html",
                                              "text/plain",
                                              "text/xml",
                                              "application/atom+xml",
                                              "application/json",
                                              "application/octet-stream",
                                              "application/xml",
                                              "application/soap+xml",
                                              "application/xhtml+xml",
                                              "application/x-www-form-urlencoded"};

Result<void> read_request(const ordered_json& given, DeliveryPolicy& policy) {
  const auto found = given.is_object() ? given.find("headerContentType") : given.end();
  if (found == given.end() || found->is_null()) return {};
  if (!found->is_string()) return refuse_delivery_policy("headerContentType must be a string");
  policy.content_type = found->get<std::string>();
  // "text/plain; charset=UTF-8"
  const std::string_view type =
      std::string_view(policy.content_type).substr(0, policy.content_type.find(';'));
  if (std::find(std::begin(kContentTypes), std::end(kContentTypes), type) ==
      std::end(kContentTypes)) {
    return refuse_delivery_policy(
        fmt::format("headerContentType {} is not supported", policy.content_type));
  }
  policy.has_content_type = true;
  return {};
}

const ordered_json* member(const ordered_json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

/// The three policies by the names that they have there.
Result<DeliveryPolicy> read_parts(const ordered_json& given, const char* retry,
                                  const char* throttle, const char* request) {
  DeliveryPolicy policy;
  if (const ordered_json* part = member(given, retry)) {
    CUMULITE_TRY(read_retry(*part, policy.retry));
    policy.has_retry = true;
  }
  if (const ordered_json* part = member(given, throttle))
    CUMULITE_TRY(read_throttle(*part, policy));
  if (const ordered_json* part = member(given, request)) CUMULITE_TRY(read_request(*part, policy));
  return policy;
}

ordered_json retry_json(const RetryPolicy& retry) {
  return {{"minDelayTarget", retry.min_delay_seconds},
          {"maxDelayTarget", retry.max_delay_seconds},
          {"numRetries", retry.retries},
          {"numMaxDelayRetries", retry.max_delay_retries},
          {"numNoDelayRetries", retry.no_delay_retries},
          {"numMinDelayRetries", retry.min_delay_retries},
          {"backoffFunction", kBackoffNames[static_cast<std::size_t>(retry.backoff)]}};
}

/// Share of the way from the least to the greatest delay at step `i` of `n` (1..n).
double progress(Backoff backoff, int i, int n, double ratio) {
  const double t = n <= 1 ? 1.0 : static_cast<double>(i - 1) / (n - 1);
  switch (backoff) {
    case Backoff::kLinear:
      return t;
    case Backoff::kArithmetic:
      // Steps that grow by one unit each: 1, 3, 6, 10, ...
      return n <= 1 ? 1.0 : static_cast<double>(i - 1) * i / (static_cast<double>(n - 1) * n);
    case Backoff::kGeometric:
      // Each delay is the one before times a constant.
      return ratio <= 1.0 ? t : (std::pow(ratio, t) - 1.0) / (ratio - 1.0);
    case Backoff::kExponential:
      // Each delay doubles the distance from the least.
      return n <= 1 ? 1.0 : (std::exp2(i - 1) - 1.0) / (std::exp2(n - 1) - 1.0);
  }
  return t;
}

}  // namespace

std::optional<std::int64_t> RetryPolicy::delay_ms(int number) const {
  if (number > retries) return std::nullopt;
  if (number <= no_delay_retries) return 0;
  int step = number - no_delay_retries;
  if (step <= min_delay_retries) return std::int64_t{min_delay_seconds} * 1000;
  step -= min_delay_retries;
  const int backoff_retries = retries - no_delay_retries - min_delay_retries - max_delay_retries;
  if (step > backoff_retries) return std::int64_t{max_delay_seconds} * 1000;
  const double least = min_delay_seconds * 1000.0;
  const double most = max_delay_seconds * 1000.0;
  const double share = progress(backoff, step, backoff_retries, most / least);
  return static_cast<std::int64_t>(std::llround(least + (most - least) * share));
}

std::int64_t RetryPolicy::total_ms() const {
  std::int64_t total = 0;
  for (int number = 1; number <= retries; ++number) total += delay_ms(number).value_or(0);
  return total;
}

std::string DeliveryPolicy::topic_json() const {
  ordered_json http = {{"defaultHealthyRetryPolicy", retry_json(retry)},
                       {"disableSubscriptionOverrides", disable_overrides}};
  if (receives_per_second_max > 0) {
    http["defaultThrottlePolicy"] = {{"maxReceivesPerSecond", receives_per_second_max}};
  }
  http["defaultRequestPolicy"] = {{"headerContentType", content_type}};
  return ordered_json{{"http", std::move(http)}}.dump();
}

std::string DeliveryPolicy::subscription_json() const {
  ordered_json policy = {{"healthyRetryPolicy", retry_json(retry)}, {"sicklyRetryPolicy", nullptr}};
  policy["throttlePolicy"] = nullptr;
  if (receives_per_second_max > 0) {
    policy["throttlePolicy"] = {{"maxReceivesPerSecond", receives_per_second_max}};
  }
  policy["requestPolicy"] = {{"headerContentType", content_type}};
  policy["guaranteed"] = false;
  return policy.dump();
}

Result<DeliveryPolicy> parse_topic_delivery_policy(std::string_view text) {
  const ordered_json document = ordered_json::parse(text, nullptr, false);
  if (!document.is_object()) return refuse_delivery_policy("failed to parse JSON.");
  const ordered_json* http = member(document, "http");
  if (http == nullptr) return DeliveryPolicy{};
  if (!http->is_object()) return refuse_delivery_policy("http must be an object");
  CUMULITE_ASSIGN(DeliveryPolicy policy,
                  read_parts(*http, "defaultHealthyRetryPolicy", "defaultThrottlePolicy",
                             "defaultRequestPolicy"));
  const ordered_json* disable = member(*http, "disableSubscriptionOverrides");
  policy.disable_overrides = disable != nullptr && disable->is_boolean() && disable->get<bool>();
  return policy;
}

Result<DeliveryPolicy> parse_subscription_delivery_policy(std::string_view text) {
  const ordered_json document = ordered_json::parse(text, nullptr, false);
  if (!document.is_object()) return refuse_delivery_policy("failed to parse JSON.");
  return read_parts(document, "healthyRetryPolicy", "throttlePolicy", "requestPolicy");
}

DeliveryPolicy effective_policy(const DeliveryPolicy* topic, const DeliveryPolicy* subscription) {
  DeliveryPolicy policy = topic == nullptr ? DeliveryPolicy{} : *topic;
  if (subscription == nullptr || policy.disable_overrides) return policy;
  if (subscription->has_retry) policy.retry = subscription->retry;
  if (subscription->receives_per_second_max > 0) {
    policy.receives_per_second_max = subscription->receives_per_second_max;
  }
  if (subscription->has_content_type) policy.content_type = subscription->content_type;
  return policy;
}

}  // namespace cumulite::sns
