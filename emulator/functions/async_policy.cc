#include "emulator/functions/async_policy.h"

#include "emulator/core/helper_spaces.h"
#include "emulator/core/records/shape_codec.h"
#include "emulator/functions/iso_time.h"
#include "protocol/codec/json_document.h"

namespace cumulite::functions {
namespace {

using Record = nlohmann::ordered_json;

/// The document as it is, or as text if it is none.
Record document_of(const std::string& text) {
  auto document = Record::parse(text, nullptr, false);
  return document.is_discarded() ? Record(text) : document;
}

}  // namespace

AsyncPolicy async_policy_of(const storage::Reader& reader, const FoundFunction& found) {
  AsyncPolicy policy;
  const auto& dead_letters = found.stored.configuration.DeadLetterConfig;
  if (dead_letters) policy.dead_letter = dead_letters->TargetArn.value_or("");
  const auto row = reader.get(
      spaces::kLambda, rows::document_key(found.id, DocumentKind::kEventInvoke,
                                          found.qualifier.empty() ? "$LATEST" : found.qualifier));
  if (!row) return policy;
  api::lambda::FunctionEventInvokeConfig config;
  decode_shape(*api::lambda::op::GetFunctionEventInvokeConfig::info().output, *row, &config);
  policy.retries = config.MaximumRetryAttempts.value_or(2);
  policy.age_seconds_max = config.MaximumEventAgeInSeconds.value_or(21'600);
  if (!config.DestinationConfig) return policy;
  const auto& destinations = *config.DestinationConfig;
  if (destinations.OnSuccess) policy.on_success = destinations.OnSuccess->Destination.value_or("");
  if (destinations.OnFailure) policy.on_failure = destinations.OnFailure->Destination.value_or("");
  return policy;
}

std::string to_json(const DestinationRecord& record, const InvocationResult& result) {
  Record document = {{"version", "1.0"},
                     {"timestamp", iso_time(record.now_ms)},
                     {"requestContext",
                      {{"requestId", result.request_id},
                       {"functionArn", record.function_arn},
                       {"condition", record.condition},
                       {"approximateInvokeCount", record.tries}}},
                     {"requestPayload", document_of(record.request_payload)}};
  if (result.status == InvocationResult::Status::kDone) {
    auto& response = document["responseContext"];
    response = {{"statusCode", 200}, {"executedVersion", result.executed_version}};
    if (!result.function_error.empty()) response["functionError"] = result.function_error;
    document["responsePayload"] = document_of(result.payload);
  }
  return document.dump(-1, ' ', false, Record::error_handler_t::replace);
}

}  // namespace cumulite::functions
