#include "emulator/services/sns/access.h"
#include "emulator/services/sns/authorization.h"
#include "emulator/services/sns/direct_publish.h"
#include "emulator/services/sns/endpoint_rules.h"
#include "emulator/services/sns/message_input.h"
#include "emulator/services/sns/operations.h"
#include "emulator/services/sns/publishing.h"

namespace cumulite::sns {
namespace {

api::PublishResponse answer(const Published& published) {
  api::PublishResponse response{.MessageId = published.message_id};
  if (!published.sequence_number.empty()) response.SequenceNumber = published.sequence_number;
  return response;
}

}  // namespace

Result<api::PublishResponse> publish(Context& ctx, const api::PublishInput& req) {
  const bool is_topic = req.TopicArn.has_value();
  const auto& arn = is_topic ? req.TopicArn : req.TargetArn;
  const int targets = (req.TopicArn ? 1 : 0) + (req.TargetArn ? 1 : 0) + (req.PhoneNumber ? 1 : 0);
  if (targets != 1) {
    return errors::invalid_parameter(targets == 0
                                         ? "TopicArn or TargetArn Reason: no value for required "
                                           "parameter"
                                         : "Only one of TopicArn, TargetArn and PhoneNumber may be "
                                           "given");
  }
  if (req.PhoneNumber && !is_e164(*req.PhoneNumber)) {
    return errors::invalid_parameter("PhoneNumber",
                                     *req.PhoneNumber + " is not valid to publish to");
  }
  const bool is_endpoint = arn && arn->find(":endpoint/") != std::string::npos;
  auto read = read_message({req.Message, req.Subject, req.MessageStructure, req.MessageAttributes,
                            req.MessageGroupId, req.MessageDeduplicationId, !is_endpoint},
                           ctx.now_ms);
  if (!read.ok()) {
    // That an endpoint is disabled is told before what is wrong with the message (seen at AWS).
    if (is_endpoint) CUMULITE_TRY(check_endpoint_is_enabled(ctx, *arn));
    return std::move(read).error();
  }
  Message message = std::move(*read);
  message.trace_header = std::string(ctx.request.header("X-Amzn-Trace-Id"));
  message.publisher = principal_of(ctx);
  if (ctx.caller.anonymous && (req.PhoneNumber || is_endpoint) &&
      ctx.env.settings.auth == AuthMode::kEnforce) {
    return errors::missing_authentication();
  }
  if (req.PhoneNumber) return publish_to_phone(ctx, *req.PhoneNumber, message);
  if (is_endpoint) return publish_to_endpoint(ctx, *arn, message);
  const std::string_view parameter = is_topic ? "TopicArn" : "TargetArn";
  // Here alone nothing is an ARN of one element.
  if (arn->empty()) CUMULITE_TRY(parse_arn("", parameter));
  CUMULITE_ASSIGN(const TopicPointer topic, find_topic(ctx, arn, parameter));
  CUMULITE_ASSIGN(const Published published,
                  publish_to_topic(service_of(ctx), *topic, std::move(message)));
  return answer(published);
}

}  // namespace cumulite::sns
