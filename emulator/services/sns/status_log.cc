#include "emulator/services/sns/status_log.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "emulator/core/ids.h"
#include "emulator/core/log.h"
#include "emulator/events/delivery_report.h"
#include "emulator/services/logs/function_logs.h"
#include "emulator/services/sns/sampling.h"
#include "protocol/checksum/checksum.h"
#include "protocol/codec/json_document.h"
#include "protocol/codec/timestamp.h"

namespace cumulite::sns {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kAnswerBytesMax = 4096;
constexpr int kAll = 100;

/// Protocols as subscriptions and as attributes spell them.
constexpr std::pair<std::string_view, std::string_view> kSpellings[] = {
    {"http", "HTTP"},     {"https", "HTTP"}, {"application", "Application"},
    {"lambda", "Lambda"}, {"sqs", "SQS"},    {"firehose", "Firehose"}};

std::string render_status(const ordered_json& document) {
  return document.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

/// "2026-11-22 12:00:00.105"
std::string log_time(std::int64_t time_ms) {
  std::string text;
  codec::append_iso8601({time_ms}, true, text);
  std::replace(text.begin(), text.end(), 'T', ' ');
  text.pop_back();
  return text;
}

/// One stream a day, named as SNS names them.
std::string stream_of(const std::string& group, std::int64_t now_ms) {
  constexpr std::size_t kDayCharacters = 10;
  const std::string day = log_time(now_ms).substr(0, kDayCharacters);
  const std::string hex = checksum::hex(checksum::digest(checksum::Algorithm::kMd5, group + day));
  const std::string_view digits(hex);
  return fmt::format("{}-{}-{}-{}-{}", digits.substr(0, 8), digits.substr(8, 4),
                     digits.substr(12, 4), digits.substr(16, 4), digits.substr(20));
}

std::string status_document(const DeliveryReport& outcome, const ordered_json& words) {
  const std::string destination = words.value("destination", "");
  ordered_json delivery = {{"deliveryId", ids::uuid()}, {"destination", destination}};
  if (const auto details = words.find("details"); details != words.end()) delivery.update(*details);
  delivery["providerResponse"] = outcome.answer.substr(0, kAnswerBytesMax);
  delivery["dwellTimeMs"] =
      std::max<std::int64_t>(0, outcome.ended_ms - words.value("published_ms", std::int64_t{0}));
  // How often it was tried is told of endpoints, and of what failed.
  if (!outcome.delivered || destination.starts_with("http")) {
    delivery["attempts"] = outcome.attempts;
  }
  if (outcome.status != 0) delivery["statusCode"] = outcome.status;
  return render_status({{"notification", words.value("notification", ordered_json::object())},
                        {"delivery", std::move(delivery)},
                        {"status", outcome.delivered ? "SUCCESS" : "FAILURE"}});
}

Delivery log_report(SnsService& service, const Event& event) {
  const auto outcome = decode_delivery_report(event.payload);
  const auto words = outcome.ok() ? ordered_json::parse(outcome->words, nullptr, false)
                                  : ordered_json(ordered_json::value_t::discarded);
  if (!words.is_object()) {
    log::warning("sns: the report of a delivery is damaged and was dropped");
    return {Delivery::Outcome::kFinished};
  }
  const std::string group = words.value("group", "") + (outcome->delivered ? "" : "/Failure");
  logs::write_log_lines(service.env(),
                        {event.account, event.region, group, stream_of(group, outcome->ended_ms)},
                        {{outcome->ended_ms, status_document(*outcome, words)}});
  return {Delivery::Outcome::kFinished};
}

}  // namespace

std::vector<Feedback> read_feedback(const Attributes& attributes) {
  std::vector<Feedback> list;
  const auto value = [&](std::string_view spelling, std::string_view kind) {
    const std::string* found = model::find(attributes, fmt::format("{}{}", spelling, kind));
    return found == nullptr ? std::string_view() : std::string_view(*found);
  };
  for (const auto& [protocol, spelling] : kSpellings) {
    Feedback feedback = {.protocol = protocol, .success_rate = kAll};
    feedback.of_failure = !value(spelling, "FailureFeedbackRoleArn").empty();
    const auto rate = value(spelling, "SuccessFeedbackSampleRate");
    if (!rate.empty()) {
      std::from_chars(rate.data(), rate.data() + rate.size(), feedback.success_rate);
    }
    if (value(spelling, "SuccessFeedbackRoleArn").empty()) feedback.success_rate = 0;
    if (feedback.of_failure || feedback.success_rate > 0) list.push_back(feedback);
  }
  return list;
}

ReportWish wish_for(const StatusLog& log, const Message& message, std::string_view destination,
                    const std::string& text) {
  if (!log.of_success && !log.of_failure) return {};
  ordered_json notification = ordered_json::object();
  if (!log.topic.empty()) {
    notification["messageMD5Sum"] =
        checksum::hex(checksum::digest(checksum::Algorithm::kMd5, text));
  }
  notification["messageId"] = message.id;
  if (!log.topic.empty()) notification["topicArn"] = log.topic;
  notification["timestamp"] = log_time(message.time_ms);
  ordered_json words = {{"group", log.group},
                        {"notification", std::move(notification)},
                        {"destination", destination},
                        {"published_ms", message.time_ms}};
  if (!log.details.empty()) words["details"] = ordered_json::parse(log.details);
  return {log.of_success, log.of_failure, render_status(words)};
}

ReportWish wish_for(const Topic& topic, const TopicConfig& config, const Subscription& subscription,
                    const Message& message) {
  const auto feedback =
      std::find_if(config.feedback.begin(), config.feedback.end(),
                   [&](const Feedback& entry) { return entry.protocol == subscription.protocol; });
  if (feedback == config.feedback.end()) return {};
  const StatusLog log = {
      .group = fmt::format("sns/{}/{}/{}", topic.region, topic.account, topic.name),
      .topic = topic.arn,
      .of_success = is_sampled(topic.status_samples, feedback->success_rate),
      .of_failure = feedback->of_failure};
  return wish_for(log, message, subscription.endpoint, message.text_for(subscription.protocol));
}

void register_status_log(SnsService& service) {
  service.env().outbox.register_target(std::string(kReportKind), 0, [&service](const Event& event) {
    return log_report(service, event);
  });
}

}  // namespace cumulite::sns
