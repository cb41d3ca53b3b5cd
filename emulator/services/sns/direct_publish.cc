#include "emulator/services/sns/direct_publish.h"

#include <charconv>
#include <functional>

#include <fmt/format.h>

#include "emulator/core/log.h"
#include "emulator/core/spaces.h"
#include "emulator/events/captured.h"
#include "emulator/events/delivery_report.h"
#include "emulator/services/sns/access.h"
#include "emulator/services/sns/keys.h"
#include "emulator/services/sns/platform.h"
#include "emulator/services/sns/platform_events.h"
#include "emulator/services/sns/sampling.h"
#include "emulator/services/sns/sms.h"
#include "emulator/services/sns/status_log.h"
#include "protocol/codec/json_document.h"

namespace cumulite::sns {
namespace {

CapturedMessage captured(Context& ctx, const std::string& recipient, const Message& message) {
  CapturedMessage direct;
  direct.account = ctx.caller.account_id;
  direct.region = ctx.caller.region;
  direct.recipient = recipient;
  direct.subject = message.subject;
  direct.sent_ms = ctx.now_ms;
  direct.id = message.id;
  return direct;
}

std::string log_group(Context& ctx, std::string_view below) {
  return fmt::format("sns/{}/{}/{}", ctx.caller.region, ctx.caller.account_id, below);
}

bool is_sampled_at(Context& ctx, std::string_view rate) {
  constexpr int kAllOfHundred = 100;
  int percent = kAllOfHundred;
  if (!rate.empty()) std::from_chars(rate.data(), rate.data() + rate.size(), percent);
  return is_sampled(service_of(ctx).direct_samples, percent);
}

/// Writes what is kept of the message and what the status log is to tell; `also` writes more.
void commit(Context& ctx, const CapturedMessage* kept, const ReportWish& wish,
            const DeliveryReport& outcome,
            const std::function<void(storage::Txn&)>& also = nullptr) {
  Event told;
  told.account = ctx.caller.account_id;
  told.region = ctx.caller.region;
  ctx.env.store.transact({}, [&](storage::Txn& txn) {
    if (kept != nullptr) ctx.env.captured.add(txn, *kept);
    report(txn, ctx.env.outbox, told, wish, outcome);
    if (also) also(txn);
  });
}

ReportWish wish_for_sms(Context& ctx, const std::string& number, const Message& message) {
  const Attributes settings = sms_settings(ctx.env.store, ctx.caller.account_id, ctx.caller.region);
  const auto setting = [&](std::string_view name) {
    const std::string* value = model::find(settings, name);
    return value == nullptr ? std::string_view() : std::string_view(*value);
  };
  if (setting("DeliveryStatusIAMRole").empty()) return {};
  StatusLog log = {.group = log_group(ctx, "DirectPublishToPhoneNumber"), .of_failure = true};
  log.of_success = is_sampled_at(ctx, setting("DeliveryStatusSuccessSamplingRate"));
  const auto type = setting("DefaultSMSType");
  // No carrier takes part and nothing is paid: the members are there for those who read them.
  log.details =
      fmt::format(R"({{"phoneCarrier":"Unknown Carrier","mnc":0,"mcc":0,"numberOfMessageParts":1,)"
                  R"("priceInUSD":0.0,"smsType":"{}","dwellTimeMsUntilDeviceAck":0}})",
                  type.empty() ? "Promotional" : type);
  return wish_for(log, message, number, message.text_for("sms"));
}

ReportWish wish_for_push(Context& ctx, const PlatformAddress& address, const std::string& arn,
                         const PlatformEndpoint& endpoint, const Message& message) {
  const auto row = ctx.env.store.get(spaces::kSns, keys::definition(address.application_key));
  if (!row) return {};
  const PlatformApplication application = decode_application(*row);
  const auto attribute = [&](std::string_view name) {
    const std::string* value = model::find(application.attributes, name);
    return value == nullptr ? std::string_view() : std::string_view(*value);
  };
  StatusLog log = {
      .group = log_group(ctx, fmt::format("app/{}/{}", application.platform, application.name))};
  log.of_failure = !attribute("FailureFeedbackRoleArn").empty();
  log.of_success = !attribute("SuccessFeedbackRoleArn").empty() &&
                   is_sampled_at(ctx, attribute("SuccessFeedbackSampleRate"));
  if (!log.of_success && !log.of_failure) return {};
  log.details = nlohmann::json{{"token", endpoint.attribute("Token")}}.dump();
  return wish_for(log, message, arn, message.text);
}

}  // namespace

Result<api::PublishResponse> publish_to_phone(Context& ctx, const std::string& number,
                                              const Message& message) {
  if (is_opted_out(ctx.env, ctx.caller.account_id, ctx.caller.region, number)) {
    return errors::opted_out();
  }
  const api::PublishResponse answer = {.MessageId = message.id};
  const ReportWish wish = wish_for_sms(ctx, number, message);
  DeliveryReport outcome = {.ended_ms = ctx.now_ms};
  if (is_kept_in_sandbox(ctx.env, ctx.caller.account_id, ctx.caller.region, number)) {
    log::info("sns: {} is not a verified number of the sandbox: the message is not sent", number);
    outcome.answer = "Phone number is not verified in the SMS sandbox";
    commit(ctx, nullptr, wish, outcome);
    return answer;
  }
  CapturedMessage sms = captured(ctx, number, message);
  sms.channel = "sms";
  sms.body = message.text_for("sms");
  outcome.delivered = true;
  outcome.answer = "Message has been accepted by phone";
  commit(ctx, &sms, wish, outcome);
  return answer;
}

Result<void> check_endpoint_is_enabled(Context& ctx, const std::string& arn) {
  CUMULITE_ASSIGN(const PlatformAddress address, endpoint_address(arn, "TargetArn"));
  const auto endpoint = load_endpoint(ctx.env.store, address);
  if (endpoint && endpoint->attribute("Enabled") != "true") return errors::endpoint_disabled();
  return {};
}

Result<api::PublishResponse> publish_to_endpoint(Context& ctx, const std::string& arn,
                                                 const Message& message) {
  CUMULITE_ASSIGN(const PlatformAddress address, endpoint_address(arn, "TargetArn"));
  const auto endpoint = load_endpoint(ctx.env.store, address);
  if (!endpoint) {
    return errors::invalid_parameter("TargetArn", "No endpoint found for the target arn specified");
  }
  const ReportWish wish = wish_for_push(ctx, address, arn, *endpoint, message);
  DeliveryReport outcome = {.ended_ms = ctx.now_ms};
  if (endpoint->attribute("Enabled") != "true") {
    outcome.status = 400;
    outcome.answer = "Endpoint is disabled";
    const PlatformEvent failure = {.type = "DeliveryFailure",
                                   .endpoint_arn = arn,
                                   .time_ms = ctx.now_ms,
                                   .message_id = message.id,
                                   .failure_type = "EndpointDisabled",
                                   .failure_message = "Endpoint is disabled"};
    commit(ctx, nullptr, wish, outcome,
           [&](storage::Txn& txn) { announce(txn, ctx.env, address.application_key, failure); });
    return errors::endpoint_disabled();
  }
  CapturedMessage push = captured(ctx, arn, message);
  push.channel = "push";
  // "endpoint/GCM/name/id": the text is looked up by the platform.
  const std::size_t begin = arn.find("endpoint/") + std::string_view("endpoint/").size();
  push.body = message.text_for(arn.substr(begin, arn.find('/', begin) - begin));
  outcome.delivered = true;
  outcome.status = 200;
  outcome.answer = "{}";
  commit(ctx, &push, wish, outcome);
  return api::PublishResponse{.MessageId = message.id};
}

}  // namespace cumulite::sns
