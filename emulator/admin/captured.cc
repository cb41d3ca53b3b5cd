#include "emulator/events/captured.h"

#include "emulator/admin/handlers.h"
#include "emulator/core/admin_answer.h"
#include "protocol/sigv4/amz_date.h"

namespace cumulite::admin {
namespace {

using nlohmann::json;

json view(const CapturedMessage& message) {
  return {
      {"account", message.account}, {"region", message.region},       {"channel", message.channel},
      {"source", message.source},   {"recipient", message.recipient}, {"subject", message.subject},
      {"body", message.body},       {"sent_ms", message.sent_ms},     {"id", message.id}};
}

/// Forgets the messages with DELETE, shows them with GET.
template <class Show>
http::Response serve(Environment& env, const AdminCall& call, Show&& show) {
  std::string account = call.request.query_value("account");
  if (account.empty()) account = call.request.query_value("accountId");
  if (call.request.method == "DELETE") {
    env.captured.reset(account);
    return json_answer(204, nullptr);
  }
  if (call.request.method != "GET") return wrong_method("GET DELETE");
  return show(account);
}

/// LocalStack's form: messages by who received them.
http::Response by_recipient(Environment& env, const AdminCall& call, std::string_view channel,
                            const char* member) {
  return serve(env, call, [&](const std::string& account) {
    json lists = json::object();
    for (const auto& message : env.captured.list(account, channel)) {
      lists[message.recipient].push_back({{"PhoneNumber", message.recipient},
                                          {"TopicArn", message.source},
                                          {"MessageId", message.id},
                                          {"Subject", message.subject},
                                          {"Message", message.body}});
    }
    const std::string region = call.request.query_value("region");
    return json_answer(200,
                       json{{member, lists}, {"region", region.empty() ? "us-east-1" : region}});
  });
}

}  // namespace

http::Response captured(Environment& env, const AdminCall& call) {
  return serve(env, call, [&](const std::string& account) {
    json list = json::array();
    const std::string channel = call.request.query_value("channel");
    for (const auto& message : env.captured.list(account, channel)) list.push_back(view(message));
    return json_answer(200, json{{"messages", list}});
  });
}

http::Response captured_email(Environment& env, const AdminCall& call) {
  return serve(env, call, [&](const std::string& account) {
    json list = json::array();
    for (const auto& message : env.captured.list(account, "email")) {
      list.push_back({{"Id", message.id},
                      {"Region", message.region},
                      {"Source", message.source},
                      {"Destination", {{"ToAddresses", {message.recipient}}}},
                      {"Subject", message.subject},
                      {"Body", {{"text_part", message.body}, {"html_part", nullptr}}},
                      {"Timestamp", sigv4::format_iso_date(message.sent_ms)}});
    }
    return json_answer(200, json{{"messages", list}});
  });
}

http::Response captured_sms(Environment& env, const AdminCall& call) {
  return by_recipient(env, call, "sms", "sms_messages");
}

http::Response captured_push(Environment& env, const AdminCall& call) {
  return by_recipient(env, call, "push", "platform_endpoint_messages");
}

}  // namespace cumulite::admin
