#include "emulator/events/payloads.h"

#include "protocol/codec/base64.h"
#include "protocol/codec/json_document.h"

namespace cumulite {
namespace {

using nlohmann::json;

std::string render(const json& document) {
  // Text that is no UTF-8 must not stop a delivery: it arrives with replacement characters.
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// Binary values are raw bytes, which JSON cannot carry.
bool is_binary(std::string_view type) {
  return type.starts_with("Binary");
}

json to_json(const std::vector<DeliveredAttribute>& attributes) {
  json list = json::array();
  for (const auto& attribute : attributes) {
    list.push_back({{"name", attribute.name},
                    {"type", attribute.type},
                    {"value", is_binary(attribute.type) ? codec::base64_encode(attribute.value)
                                                        : attribute.value}});
  }
  return list;
}

std::vector<DeliveredAttribute> attributes_from(const json& document) {
  std::vector<DeliveredAttribute> attributes;
  const auto found = document.find("attributes");
  if (found == document.end() || !found->is_array()) return attributes;
  for (const auto& entry : *found) {
    DeliveredAttribute attribute{entry.value("name", ""), entry.value("type", ""),
                                 entry.value("value", "")};
    if (is_binary(attribute.type)) {
      attribute.value = codec::base64_decode(attribute.value).value_or("");
    }
    attributes.push_back(std::move(attribute));
  }
  return attributes;
}

DeliverySource source_from(const json& document) {
  return {document.value("service", ""), document.value("source_arn", "")};
}

/// Most deliveries have no such wish, and no member for it.
void add_wish(json& document, const ReportWish& wish) {
  if (std::string text = encode(wish); !text.empty()) document["report"] = std::move(text);
}

Result<json> parse(std::string_view payload) {
  json document = json::parse(payload, nullptr, false);
  if (!document.is_object()) return internal_error("an event's payload is not a JSON object");
  return document;
}

}  // namespace

std::string encode(const ReportWish& wish) {
  if (!wish.of_success && !wish.of_failure) return {};
  return render(
      {{"success", wish.of_success}, {"failure", wish.of_failure}, {"words", wish.words}});
}

ReportWish decode_report_wish(std::string_view text) {
  const json row = json::parse(text, nullptr, false);
  if (!row.is_object()) return {};
  return {row.value("success", false), row.value("failure", false), row.value("words", "")};
}

std::string encode(const SqsDelivery& delivery) {
  json document = {{"body", delivery.body},
                   {"attributes", to_json(delivery.attributes)},
                   {"group_id", delivery.group_id},
                   {"deduplication_id", delivery.deduplication_id},
                   {"sender_id", delivery.sender_id},
                   {"trace_header", delivery.trace_header},
                   {"dead_letter_arn", delivery.dead_letter_arn},
                   {"service", delivery.from.service},
                   {"source_arn", delivery.from.arn}};
  if (delivery.is_dead_letter) document["is_dead_letter"] = true;
  add_wish(document, delivery.report);
  return render(document);
}

std::string encode(const SnsDelivery& delivery) {
  return render({{"subject", delivery.subject},
                 {"message", delivery.message},
                 {"attributes", to_json(delivery.attributes)},
                 {"group_id", delivery.group_id},
                 {"deduplication_id", delivery.deduplication_id},
                 {"service", delivery.from.service},
                 {"source_arn", delivery.from.arn}});
}

std::string encode(const FunctionDelivery& delivery) {
  json document = {{"event_json", delivery.event_json},
                   {"source", delivery.source},
                   {"dead_letter_arn", delivery.dead_letter_arn},
                   {"dead_letter_body", delivery.dead_letter_body},
                   {"service", delivery.from.service},
                   {"source_arn", delivery.from.arn}};
  add_wish(document, delivery.report);
  return render(document);
}

Result<SqsDelivery> decode_sqs_delivery(std::string_view payload) {
  CUMULITE_ASSIGN(const json document, parse(payload));
  SqsDelivery delivery;
  delivery.body = document.value("body", "");
  delivery.attributes = attributes_from(document);
  delivery.group_id = document.value("group_id", "");
  delivery.deduplication_id = document.value("deduplication_id", "");
  delivery.sender_id = document.value("sender_id", "");
  delivery.trace_header = document.value("trace_header", "");
  delivery.dead_letter_arn = document.value("dead_letter_arn", "");
  delivery.from = source_from(document);
  delivery.report = decode_report_wish(document.value("report", ""));
  delivery.is_dead_letter = document.value("is_dead_letter", false);
  return delivery;
}

Result<SnsDelivery> decode_sns_delivery(std::string_view payload) {
  CUMULITE_ASSIGN(const json document, parse(payload));
  SnsDelivery delivery;
  delivery.subject = document.value("subject", "");
  delivery.message = document.value("message", "");
  delivery.attributes = attributes_from(document);
  delivery.group_id = document.value("group_id", "");
  delivery.deduplication_id = document.value("deduplication_id", "");
  delivery.from = source_from(document);
  return delivery;
}

Result<FunctionDelivery> decode_function_delivery(std::string_view payload) {
  CUMULITE_ASSIGN(const json document, parse(payload));
  FunctionDelivery delivery;
  delivery.event_json = document.value("event_json", "");
  delivery.source = document.value("source", "");
  delivery.dead_letter_arn = document.value("dead_letter_arn", "");
  delivery.dead_letter_body = document.value("dead_letter_body", "");
  delivery.from = source_from(document);
  delivery.report = decode_report_wish(document.value("report", ""));
  return delivery;
}

}  // namespace cumulite
