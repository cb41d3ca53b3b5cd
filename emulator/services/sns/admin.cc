#include "emulator/services/sns/admin.h"

#include <utility>

#include "emulator/core/admin_registry.h"
#include "emulator/events/captured.h"
#include "emulator/services/sns/arn.h"
#include "emulator/services/sns/endpoint_rules.h"
#include "emulator/services/sns/sms.h"
#include "protocol/codec/json_document.h"

namespace cumulite::sns {
namespace {

constexpr std::string_view kRoot = "/_aws/sns";
constexpr std::string_view kTokens = "/_aws/sns/subscription-tokens";
constexpr std::string_view kMetrics = "/_aws/sns/metrics";
constexpr std::string_view kOptOuts = "/_aws/sns/opt-outs";

http::Response answer(int status, std::string_view type, std::string body) {
  http::Response response;
  response.status = status;
  response.add_header("Content-Type", type);
  response.body = std::move(body);
  return response;
}

http::Response not_found(std::string_view what) {
  return answer(404, "application/json", nlohmann::json{{"error", what}}.dump());
}

http::Response certificate(SnsService& service, const AdminCall& call) {
  const std::string_view path = call.request.path;
  if (path != std::string(kRoot) + "/" + service.signer().certificate_name()) {
    return not_found("There is no such path");
  }
  return answer(200, "application/x-pem-file", service.signer().certificate());
}

http::Response token(SnsService& service, const AdminCall& call) {
  const std::string_view path = call.request.path;
  const std::string arn(path.size() > kTokens.size() ? path.substr(kTokens.size() + 1) : "");
  const auto refuse = [&](int status, const char* reason) {
    return answer(status, "application/json",
                  nlohmann::ordered_json{{"error", reason}, {"subscription_arn", arn}}.dump());
  };
  if (!parse_arn(arn, "SubscriptionArn").ok()) {
    return refuse(400, "The provided SubscriptionARN is invalid");
  }
  const auto subscription = service.directory().find_subscription(arn);
  if (subscription == nullptr || subscription->token.empty()) {
    return refuse(404, "The provided SubscriptionARN is not found");
  }
  return answer(
      200, "application/json",
      nlohmann::json{{"subscription_token", subscription->token}, {"subscription_arn", arn}}
          .dump());
}

constexpr std::pair<DeliveryCounts::Outcome, const char*> kOutcomes[] = {
    {DeliveryCounts::Outcome::kPublished, "NumberOfMessagesPublished"},
    {DeliveryCounts::Outcome::kFilteredOut, "NumberOfNotificationsFilteredOut"},
    {DeliveryCounts::Outcome::kDelivered, "NumberOfNotificationsDelivered"},
    {DeliveryCounts::Outcome::kFailed, "NumberOfNotificationsFailed"},
    {DeliveryCounts::Outcome::kRedriven, "NumberOfNotificationsRedrivenToDlq"},
    {DeliveryCounts::Outcome::kRedriveFailed, "NumberOfNotificationsFailedToRedriveToDlq"},
};

/// What CloudWatch would show of a topic, and by protocol.
http::Response metrics(SnsService& service, const AdminCall& call) {
  const std::string_view path = call.request.path;
  const std::string arn(path.size() > kMetrics.size() ? path.substr(kMetrics.size() + 1) : "");
  if (service.directory().find(arn) == nullptr) return not_found("There is no such topic");
  const auto counts = service.env().captured.deliveries().of(arn);
  nlohmann::ordered_json totals;
  nlohmann::ordered_json protocols = nlohmann::ordered_json::object();
  for (const auto& [outcome, name] : kOutcomes) {
    std::int64_t total = 0;
    for (const auto& [what, number] : counts) {
      if (what.second != outcome) continue;
      total += number;
      if (!what.first.empty()) protocols[what.first][name] = number;
    }
    totals[name] = total;
  }
  return answer(
      200, "application/json",
      nlohmann::ordered_json{{"topic_arn", arn}, {"metrics", totals}, {"by_protocol", protocols}}
          .dump());
}

/// POST {"phoneNumber", "accountId", "region"}: what the owner of a phone does by answering STOP.
http::Response opt_out_number(SnsService& service, const AdminCall& call) {
  if (call.request.method != "POST") return not_found("Only POST is answered");
  const auto body = nlohmann::json::parse(call.body, nullptr, false);
  const std::string number = body.is_object() ? body.value("phoneNumber", "") : "";
  if (!is_e164(number)) {
    return answer(400, "application/json", R"({"error": "phoneNumber must be an E.164 number"})");
  }
  const Settings& settings = service.env().settings;
  opt_out(service.env(), body.value("accountId", settings.default_account),
          body.value("region", settings.default_region), number);
  return answer(200, "application/json", "{}");
}

}  // namespace

void register_admin_paths(SnsService& service) {
  AdminRegistry& admin = service.env().admin;
  admin.add(std::string(kRoot),
            [&service](const AdminCall& call) { return certificate(service, call); });
  admin.add(std::string(kTokens),
            [&service](const AdminCall& call) { return token(service, call); });
  admin.add(std::string(kMetrics),
            [&service](const AdminCall& call) { return metrics(service, call); });
  admin.add(std::string(kOptOuts),
            [&service](const AdminCall& call) { return opt_out_number(service, call); });
}

}  // namespace cumulite::sns
