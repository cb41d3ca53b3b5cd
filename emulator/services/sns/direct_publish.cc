#include "emulator/services/sns/direct_publish.h"

#include "emulator/events/captured.h"
#include "emulator/services/sns/access.h"

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
  CapturedMessage sms = captured(ctx, number, message);
  sms.channel = "sms";
  sms.body = message.text_for("sms");
  ctx.env.store.transact({}, [&](storage::Txn& txn) { ctx.env.captured.add(txn, sms); });
  return api::PublishResponse{.MessageId = message.id};
}

Result<api::PublishResponse> publish_to_endpoint(Context& ctx, const std::string& arn,
                                                 const Message& message) {
  (void)ctx;
  (void)arn;
  (void)message;
  return errors::invalid_parameter("TargetArn", "No endpoint found for the target arn specified");
}

}  // namespace cumulite::sns
