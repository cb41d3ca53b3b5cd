#include <algorithm>
#include <string>

#include "protocol/checksum/checksum.h"
#include "protocol/codec/json_reader.h"
#include "protocol/codec/json_writer.h"
#include "protocol/wire/formats.h"

namespace cumulite::wire {
namespace {

constexpr std::string_view kCoralService = "com.amazon.coral.service#";
constexpr std::string_view kCoralValidate = "com.amazon.coral.validate#";
constexpr std::string_view kCoralAvailability = "com.amazon.coral.availability#";

/// Codes of AWS's own service framework, which carry its package instead of the service's.
struct FrameworkCode {
  std::string_view code;
  std::string_view prefix;
  std::string_view message_name = "message";
};

constexpr FrameworkCode kFrameworkCodes[] = {
    {"AccessDeniedException", kCoralService, "Message"},
    {"ExpiredTokenException", kCoralService},
    {"IncompleteSignatureException", kCoralService},
    {"InternalFailure", kCoralService},
    {"InvalidSignatureException", kCoralService},
    {"MissingAuthenticationTokenException", kCoralService},
    {"NotImplemented", kCoralService},
    {"RequestEntityTooLargeException", kCoralService},
    {"SerializationException", kCoralService, "Message"},
    {"ServiceUnavailableException", kCoralService},
    {"ThrottlingException", kCoralAvailability},
    {"UnknownOperationException", kCoralService},
    {"UnrecognizedClientException", kCoralService},
    {"ValidationException", kCoralValidate},
};

/// Shape namespaces by model; a service not listed has none: "__type":"ResourceNotFoundException".
struct ServicePrefix {
  std::string_view id;
  std::string_view prefix;
};

constexpr ServicePrefix kServicePrefixes[] = {
    {"dynamodb", "com.amazonaws.dynamodb.v20120810#"},
    {"dynamodbstreams", "com.amazonaws.dynamodb.v20120810#"},
    {"sqs", "com.amazonaws.sqs#"},
};

std::string service_prefix(const model::ServiceModel& service) {
  for (const auto& row : kServicePrefixes) {
    if (row.id == service.id) return std::string(row.prefix);
  }
  return {};
}

bool is_dynamodb(const model::ServiceModel& service) {
  return service.id.starts_with("dynamodb");
}

void add_head(const model::ServiceModel& service, std::string_view request_id,
              http::Response& response) {
  response.add_header("x-amzn-RequestId", request_id);
  response.add_header("Content-Type", service.json_version == "1.1" ? "application/x-amz-json-1.1"
                                                                    : "application/x-amz-json-1.0");
  if (!is_dynamodb(service)) return;
  // SDKs check it against the body's bytes. The digest is big endian, the header decimal.
  const auto crc = checksum::digest(checksum::Algorithm::kCrc32, response.body);
  std::uint32_t number = 0;
  for (const char byte : crc) number = number << 8 | static_cast<unsigned char>(byte);
  response.add_header("x-amz-crc32", std::to_string(number));
}

void append_member(std::string_view name, std::string_view value, bool is_json, std::string& out) {
  out += ',';
  codec::append_json_string(name, out);
  out += ':';
  if (is_json) {
    out += value;
  } else {
    codec::append_json_string(value, out);
  }
}

}  // namespace

Result<void> read_json_input(const ReadContext& context, void* value) {
  if (context.operation.input == nullptr) return {};
  std::string prefix = service_prefix(context.service);
  if (!prefix.empty()) prefix.back() = '.';
  codec::JsonReadOptions options;
  options.type_prefix = prefix;
  options.lenient_scalars = !is_dynamodb(context.service);
  // A body of nothing is an empty object to SQS; DynamoDB's parser refuses it.
  if (context.input.body.empty() && options.lenient_scalars) return {};
  return codec::read_json(context.input.body, *context.operation.input, options, value);
}

void write_json_output(const WriteContext& context, const void* value, http::Response& response) {
  response.status = context.operation.success_status;
  response.body.clear();
  if (context.operation.output != nullptr) {
    codec::write_json(*context.operation.output, value, false, response.body);
  }
  add_head(context.service, context.request_id, response);
}

void write_json_error(const FailureContext& context, http::Response& response) {
  const ErrorInfo& info = context.info;
  const auto* framework =
      std::find_if(std::begin(kFrameworkCodes), std::end(kFrameworkCodes),
                   [&](const FrameworkCode& row) { return row.code == info.json_name; });
  const bool is_framework = framework != std::end(kFrameworkCodes);
  std::string type =
      is_framework ? std::string(framework->prefix) : service_prefix(context.service);
  type += info.json_name;

  response.status = info.status;
  response.body = "{\"__type\":";
  codec::append_json_string(type, response.body);
  if (!context.error.message.empty()) {
    append_member(is_framework ? framework->message_name : info.message_name, context.error.message,
                  false, response.body);
  }
  for (const auto& field : context.error.fields) {
    append_member(field.name, field.value, field.is_json, response.body);
  }
  response.body += '}';
  if (context.service.query_compatible) {
    response.add_header("x-amzn-query-error", std::string(info.query_code) +
                                                  (info.receiver_fault ? ";Receiver" : ";Sender"));
  }
  add_head(context.service, context.request.request_id, response);
}

}  // namespace cumulite::wire
