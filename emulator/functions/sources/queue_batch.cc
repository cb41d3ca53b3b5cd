#include "emulator/functions/sources/queue_batch.h"

#include <algorithm>
#include <set>

#include "protocol/codec/base64.h"
#include "protocol/codec/json_document.h"

namespace cumulite::functions {
namespace {

using Json = nlohmann::json;

Json attribute_json(const DeliveredAttribute& attribute) {
  Json json = {{"dataType", attribute.type},
               {"stringListValues", Json::array()},
               {"binaryListValues", Json::array()}};
  if (attribute.type.starts_with("Binary")) {
    json["binaryValue"] = codec::base64_encode(attribute.value);
  } else {
    json["stringValue"] = attribute.value;
  }
  return json;
}

}  // namespace

std::string queue_record(const EventSource& source, const QueueMessage& message) {
  Json attributes = Json::object();
  for (const auto& [name, value] : message.attributes) attributes[name] = value;
  Json message_attributes = Json::object();
  for (const auto& attribute : message.message_attributes)
    message_attributes[attribute.name] = attribute_json(attribute);
  Json record = {{"messageId", message.message_id},
                 {"receiptHandle", message.receipt_handle},
                 {"body", message.body},
                 {"attributes", std::move(attributes)},
                 {"messageAttributes", std::move(message_attributes)},
                 {"md5OfBody", message.md5_of_body},
                 {"eventSource", "aws:sqs"},
                 {"eventSourceARN", source.event_source_arn},
                 {"awsRegion", source.region}};
  if (!message.md5_of_attributes.empty())
    record["md5OfMessageAttributes"] = message.md5_of_attributes;
  return record.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string event_of(const std::vector<std::string>& records) {
  std::string event = R"({"Records":[)";
  for (const std::string& record : records) {
    if (&record != &records.front()) event += ',';
    event += record;
  }
  return event + "]}";
}

bool passes(const EventFilter& filter, std::string_view record_json) {
  if (filter.is_empty()) return true;
  Json record = Json::parse(record_json);
  if (Json body = Json::parse(record["body"].get_ref<const std::string&>(), nullptr, false);
      body.is_object()) {
    record["body"] = std::move(body);
  }
  return filter.passes(record.dump());
}

std::optional<std::vector<std::string>> reported_failures(
    std::string_view result_json, const std::function<bool(const std::string&)>& known) {
  std::vector<std::string> failed;
  const auto result = Json::parse(result_json, nullptr, false);
  if (!result.is_object()) return failed;
  const auto report = result.find("batchItemFailures");
  if (report == result.end() || report->is_null()) return failed;
  if (!report->is_array()) return std::nullopt;
  for (const auto& entry : *report) {
    const auto id = entry.is_object() ? entry.find("itemIdentifier") : entry.end();
    if (!entry.is_object() || id == entry.end() || !id->is_string()) return std::nullopt;
    // An id that is not in the batch makes the whole report void, as Lambda has it.
    if (!known(id->get_ref<const std::string&>())) return std::nullopt;
    failed.push_back(id->get<std::string>());
  }
  return failed;
}

std::vector<std::string> handled(const EventSource& source,
                                 const std::vector<QueueMessage>& messages,
                                 std::string_view result_json) {
  std::set<std::string> failed;
  if (source.report_batch_item_failures) {
    const auto reported = reported_failures(result_json, [&](const std::string& id) {
      return std::any_of(messages.begin(), messages.end(),
                         [&](const auto& message) { return message.message_id == id; });
    });
    if (!reported) return {};
    failed.insert(reported->begin(), reported->end());
  }
  std::vector<std::string> handles;
  for (const auto& message : messages) {
    if (!failed.contains(message.message_id)) handles.push_back(message.receipt_handle);
  }
  return handles;
}

}  // namespace cumulite::functions
