#include "emulator/services/sns/direct_publish.h"

#include "emulator/core/log.h"
#include "emulator/events/captured.h"
#include "emulator/services/sns/access.h"
#include "emulator/services/sns/platform.h"
#include "emulator/services/sns/sms.h"

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

}  // namespace

Result<api::PublishResponse> publish_to_phone(Context& ctx, const std::string& number,
                                              const Message& message) {
  if (is_opted_out(ctx.env, ctx.caller.account_id, ctx.caller.region, number)) {
    return errors::opted_out();
  }
  const api::PublishResponse answer = {.MessageId = message.id};
  if (is_kept_in_sandbox(ctx.env, ctx.caller.account_id, ctx.caller.region, number)) {
    log::info("sns: {} is not a verified number of the sandbox: the message is not sent", number);
    return answer;
  }
  CapturedMessage sms = captured(ctx, number, message);
  sms.channel = "sms";
  sms.body = message.text_for("sms");
  ctx.env.store.transact({}, [&](storage::Txn& txn) { ctx.env.captured.add(txn, sms); });
  return answer;
}

Result<api::PublishResponse> publish_to_endpoint(Context& ctx, const std::string& arn,
                                                 const Message& message) {
  CUMULITE_ASSIGN(const PlatformAddress address, endpoint_address(arn, "TargetArn"));
  const auto endpoint = load_endpoint(ctx.env.store, address);
  if (!endpoint) {
    return errors::invalid_parameter("TargetArn", "No endpoint found for the target arn specified");
  }
  if (endpoint->attribute("Enabled") != "true") return errors::endpoint_disabled();
  CapturedMessage push = captured(ctx, arn, message);
  push.channel = "push";
  // "endpoint/GCM/name/id": the text is looked up by the platform.
  const std::size_t begin = arn.find("endpoint/") + std::string_view("endpoint/").size();
  push.body = message.text_for(arn.substr(begin, arn.find('/', begin) - begin));
  ctx.env.store.transact({}, [&](storage::Txn& txn) { ctx.env.captured.add(txn, push); });
  return api::PublishResponse{.MessageId = message.id};
}

}  // namespace cumulite::sns
