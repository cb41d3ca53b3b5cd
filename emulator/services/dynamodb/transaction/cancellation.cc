#include "emulator/services/dynamodb/transaction/cancellation.h"

#include <fmt/format.h>

#include "protocol/codec/json_writer.h"

namespace cumulite::dynamodb {
namespace {

std::string reason_code(const Error& error) {
  if (error.code == "ValidationException") return "ValidationError";
  constexpr std::string_view kSuffix = "Exception";
  std::string_view code = error.code;
  if (code.ends_with(kSuffix)) code.remove_suffix(kSuffix.size());
  return std::string(code);
}

void append_reason(const CancellationReason& reason, std::string& out) {
  out += "{\"Code\":";
  codec::append_json_string(reason.code, out);
  if (!reason.message.empty()) {
    out += ",\"Message\":";
    codec::append_json_string(reason.message, out);
  }
  if (!reason.item_json.empty()) {
    out += ",\"Item\":";
    out += reason.item_json;
  }
  out += '}';
}

}  // namespace

CancellationReason reason_of(const Error& error) {
  CancellationReason out{reason_code(error), error.message, {}};
  for (const auto& field : error.fields) {
    if (field.name == "Item") out.item_json = field.value;
  }
  return out;
}

Error transaction_canceled(const std::vector<CancellationReason>& reasons) {
  std::string codes;
  std::string json = "[";
  for (const auto& reason : reasons) {
    if (!codes.empty()) {
      codes += ", ";
      json += ',';
    }
    codes += reason.code;
    append_reason(reason, json);
  }
  json += ']';
  Error error = {"TransactionCanceledException",
                 fmt::format("Transaction cancelled, please refer cancellation reasons for "
                             "specific reasons [{}]",
                             codes)};
  return std::move(error).with_json("CancellationReasons", json);
}

}  // namespace cumulite::dynamodb
