#include "emulator/services/sqs/peeking.h"

#include <algorithm>
#include <utility>

#include "emulator/core/admin_registry.h"
#include "emulator/core/ids.h"
#include "emulator/services/sqs/enqueue.h"
#include "emulator/services/sqs/errors.h"
#include "emulator/services/sqs/sqs_api.h"
#include "protocol/codec/base64.h"
#include "protocol/codec/json_document.h"
#include "protocol/http/request.h"
#include "protocol/wire/wire.h"

namespace cumulite::sqs {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view kPath = "/_aws/sqs/messages";
constexpr std::size_t kPeekedMax = 10'000;
// What clients that insist on a receipt handle get; it is good for nothing.
constexpr std::string_view kNoHandle = "SQS/BACKDOOR/ACCESS";

using Parameters = std::vector<std::pair<std::string, std::string>>;

std::string find(const Parameters& parameters, std::string_view name) {
  for (const auto& [key, value] : parameters) {
    if (key == name) return value;
  }
  return {};
}

bool is_set(const Parameters& parameters, std::string_view name) {
  const std::string value = find(parameters, name);
  return value == "true" || value == "True" || value == "1";
}

bool is_json_client(const AdminCall& call) {
  return call.request.header("Content-Type").starts_with("application/x-amz-json");
}

Parameters read_parameters(const AdminCall& call) {
  Parameters parameters = http::parse_query(call.request.query);
  if (is_json_client(call)) {
    const auto document = ordered_json::parse(call.body, nullptr, false);
    if (!document.is_object()) return parameters;
    for (const auto& [name, value] : document.items()) {
      if (value.is_string()) parameters.emplace_back(name, value.get<std::string>());
    }
  } else {
    for (auto& pair : http::parse_query(call.body)) parameters.push_back(std::move(pair));
  }
  return parameters;
}

// A client of the API may ask for nothing but ReceiveMessage here.
bool is_receive(const AdminCall& call, const Parameters& parameters) {
  const auto target = call.request.header("X-Amz-Target");
  if (!target.empty()) return target.ends_with(".ReceiveMessage");
  const std::string action = find(parameters, "Action");
  return action.empty() || action == "ReceiveMessage";
}

// "AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/sqs/aws4_request, ...".
std::string region_of(const Environment& env, const http::Request& request) {
  const auto authorization = request.header("Authorization");
  const auto scope = authorization.find("Credential=");
  if (scope == std::string_view::npos) return env.settings.default_region;
  auto rest = authorization.substr(scope);
  for (int i = 0; i < 2; ++i) {
    const auto slash = rest.find('/');
    if (slash == std::string_view::npos) return env.settings.default_region;
    rest.remove_prefix(slash + 1);
  }
  return std::string(rest.substr(0, rest.find('/')));
}

// A URL of a host needs an account and a name; a bare name is one.
bool is_no_queue_url(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return false;
  const std::string_view path = url.substr(scheme + 3);
  return std::count(path.begin(), path.end(), '/') < 2;
}

std::string find_arn(Environment& env, const AdminCall& call, const Parameters& parameters) {
  std::string url = find(parameters, "QueueUrl");
  const std::string_view below = call.request.path.substr(kPath.size());
  // ".../REGION/ACCOUNT/NAME" is the path of the "path" form of queue URLs.
  if (url.empty() && below.size() > 1) url = "/queue" + http::percent_decode(below);
  return arn_of_url(env, url, env.settings.default_account, region_of(env, call.request));
}

std::vector<api::Message> select(std::vector<PeekedMessage> peeked, const Parameters& parameters) {
  const bool show_invisible = is_set(parameters, "ShowInvisible");
  const bool show_delayed = is_set(parameters, "ShowDelayed");
  std::vector<api::Message> messages;
  for (PeekedMessage& each : peeked) {
    const bool shown = each.is_available || (each.is_delayed ? show_delayed : show_invisible);
    if (!shown) continue;
    api::Message& message = messages.emplace_back(std::move(each.message));
    message.ReceiptHandle = kNoHandle;
    if (!message.Attributes) message.Attributes.emplace();
    if (show_invisible) {
      message.Attributes->emplace_back("IsVisible", each.is_in_flight ? "false" : "true");
    }
    if (show_delayed) {
      message.Attributes->emplace_back("IsDelayed", each.is_delayed ? "true" : "false");
    }
  }
  return messages;
}

ordered_json attribute_json(const std::string& name, const api::MessageAttributeValue& attribute) {
  ordered_json value = {{"DataType", attribute.DataType.value_or("")}};
  if (attribute.StringValue) value["StringValue"] = *attribute.StringValue;
  if (attribute.BinaryValue) {
    value["BinaryValue"] = codec::base64_encode(*attribute.BinaryValue);
  }
  return {{"Name", name}, {"Value", std::move(value)}};
}

ordered_json message_json(const api::Message& message) {
  ordered_json shown = {{"MessageId", message.MessageId.value_or("")},
                        {"ReceiptHandle", message.ReceiptHandle.value_or("")},
                        {"MD5OfBody", message.MD5OfBody.value_or("")},
                        {"Body", message.Body.value_or("")},
                        {"Attribute", ordered_json::array()}};
  for (const auto& [name, value] : *message.Attributes) {
    shown["Attribute"].push_back({{"Name", name}, {"Value", value}});
  }
  if (message.MD5OfMessageAttributes) {
    shown["MD5OfMessageAttributes"] = *message.MD5OfMessageAttributes;
  }
  if (message.MessageAttributes) {
    shown["MessageAttribute"] = ordered_json::array();
    for (const auto& [name, value] : *message.MessageAttributes) {
      shown["MessageAttribute"].push_back(attribute_json(name, value));
    }
  }
  return shown;
}

// The XML answer turned into JSON, in which a list of one is the one.
http::Response as_plain_json(const std::vector<api::Message>& messages,
                             std::string_view request_id) {
  ordered_json result = ordered_json::object();
  if (messages.size() == 1) {
    result["Message"] = message_json(messages.front());
  } else if (!messages.empty()) {
    result["Message"] = ordered_json::array();
    for (const api::Message& message : messages) result["Message"].push_back(message_json(message));
  }
  const ordered_json document = {
      {"ReceiveMessageResponse",
       {{"ReceiveMessageResult", messages.empty() ? ordered_json() : result},
        {"ResponseMetadata", {{"RequestId", std::string(request_id)}}}}}};
  http::Response response;
  response.add_header("Content-Type", "application/json");
  response.body = document.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
  return response;
}

bool wants_plain_json(const AdminCall& call) {
  return call.request.header("Accept").starts_with("application/json");
}

// The XML refusal turned into JSON.
http::Response refuse_as_plain_json(const Error& error, std::string_view request_id) {
  const bool is_missing = error.code == "QueueDoesNotExist";
  const ordered_json document = {
      {"ErrorResponse",
       {{"Error",
         {{"Type", "Sender"},
          {"Code", is_missing ? "AWS.SimpleQueueService.NonExistentQueue" : error.code},
          {"Message", error.message},
          {"Detail", nullptr}}},
        {"RequestId", std::string(request_id)}}}};
  constexpr int kBadRequest = 400;
  http::Response response;
  response.status = error.http_status != 0 ? error.http_status : kBadRequest;
  response.add_header("Content-Type", "application/json");
  response.body = document.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
  return response;
}

http::Response refuse(const AdminCall& call, const Error& error, std::string_view request_id) {
  if (wants_plain_json(call)) return refuse_as_plain_json(error, request_id);
  const auto format = is_json_client(call) ? wire::Format::kJson : wire::Format::kQuery;
  http::Response response;
  wire::write_error(format, api::kModel, error, {.request_id = request_id}, response);
  return response;
}

http::Response answer_peek(Environment& env, const AdminCall& call) {
  const std::string request_id = ids::uuid();
  const auto format = is_json_client(call) ? wire::Format::kJson : wire::Format::kQuery;
  const Parameters parameters = read_parameters(call);
  if (!is_receive(call, parameters)) {
    return refuse(call, {"InvalidRequest", "This endpoint only accepts ReceiveMessage calls", 400},
                  request_id);
  }
  if (const std::string url = find(parameters, "QueueUrl"); is_no_queue_url(url)) {
    return refuse(call, errors::invalid_address(url), request_id);
  }
  auto peeked = peek(env, find_arn(env, call, parameters), kPeekedMax);
  if (!peeked.ok()) return refuse(call, peeked.error(), request_id);
  std::vector<api::Message> messages = select(std::move(*peeked), parameters);
  if (wants_plain_json(call)) {
    return as_plain_json(messages, request_id);
  }
  api::ReceiveMessageResult result;
  if (!messages.empty()) result.Messages = std::move(messages);
  http::Response response;
  wire::write_output(format, api::kModel, api::op::ReceiveMessage::info(), &result, request_id,
                     response);
  return response;
}

}  // namespace

void register_peeking(Environment& env) {
  env.admin.add(std::string(kPath),
                [&env](const AdminCall& call) { return answer_peek(env, call); });
}

}  // namespace cumulite::sqs
