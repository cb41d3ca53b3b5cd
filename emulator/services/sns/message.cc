#include "emulator/services/sns/message.h"

#include "protocol/codec/base64.h"
#include "protocol/codec/json_document.h"
#include "storage/kv/store.h"

namespace cumulite::sns {
namespace {

using nlohmann::json;

}  // namespace

std::string encode_message(const Message& message) {
  json attributes = json::array();
  for (const DeliveredAttribute& attribute : message.attributes) {
    // Values may be any bytes, which JSON text cannot carry.
    attributes.push_back({attribute.name, attribute.type, codec::base64_encode(attribute.value)});
  }
  const json row = {{"id", message.id},
                    {"topic_arn", message.topic_arn},
                    {"subject", message.subject},
                    {"text", message.text},
                    {"texts", message.texts},
                    {"attributes", std::move(attributes)},
                    {"group_id", message.group_id},
                    {"deduplication_id", message.deduplication_id},
                    {"sequence_number", message.sequence_number},
                    {"trace_header", message.trace_header},
                    {"time_ms", message.time_ms}};
  return row.dump(-1, ' ', false, json::error_handler_t::replace);
}

Message decode_message(std::string_view bytes) {
  try {
    const json row = json::parse(bytes);
    Message message;
    message.id = row.at("id").get<std::string>();
    message.topic_arn = row.at("topic_arn").get<std::string>();
    message.subject = row.at("subject").get<std::string>();
    message.text = row.at("text").get<std::string>();
    message.texts = row.at("texts").get<decltype(message.texts)>();
    for (const json& attribute : row.at("attributes")) {
      message.attributes.push_back(
          {attribute.at(0).get<std::string>(), attribute.at(1).get<std::string>(),
           codec::base64_decode(attribute.at(2).get<std::string>()).value_or("")});
    }
    message.group_id = row.at("group_id").get<std::string>();
    message.deduplication_id = row.at("deduplication_id").get<std::string>();
    message.sequence_number = row.at("sequence_number").get<std::string>();
    message.trace_header = row.at("trace_header").get<std::string>();
    message.time_ms = row.at("time_ms").get<std::int64_t>();
    return message;
  } catch (const json::exception& failure) {
    throw storage::StorageError(std::string("a message of SNS is damaged: ") + failure.what());
  }
}

}  // namespace cumulite::sns
