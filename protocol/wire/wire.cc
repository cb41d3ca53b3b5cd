#include "protocol/wire/wire.h"

#include "protocol/model/validate.h"
#include "protocol/wire/formats.h"
#include "protocol/wire/violations.h"

namespace cumulite::wire {

Format native_format(const model::ServiceModel& service) {
  switch (service.protocol) {
    case model::Protocol::kJson:
      return Format::kJson;
    case model::Protocol::kQuery:
      return Format::kQuery;
    case model::Protocol::kRestXml:
      return Format::kRestXml;
    case model::Protocol::kRestJson:
      break;
  }
  return Format::kRestJson;
}

Result<void> read_input(Format format, const model::ServiceModel& service,
                        const model::Operation& operation, const Input& input, void* input_struct) {
  const ReadContext context{service, operation, input};
  switch (format) {
    case Format::kJson:
      CUMULITE_TRY(read_json_input(context, input_struct));
      break;
    case Format::kQuery:
    case Format::kQueryJson:
      CUMULITE_TRY(read_query_input(context, input_struct));
      break;
    case Format::kRestXml:
      CUMULITE_TRY(read_rest_xml_input(context, input_struct));
      break;
    case Format::kRestJson:
      CUMULITE_TRY(read_rest_json_input(context, input_struct));
      break;
  }
  if (input.validate && operation.input != nullptr && operation.input->constrained) {
    const auto violations = model::validate(*operation.input, input_struct);
    if (auto error = describe_violations(service, operation, violations, input.current_words))
      return std::move(*error);
  }
  return {};
}

void write_output(Format format, const model::ServiceModel& service,
                  const model::Operation& operation, const void* output_struct,
                  std::string_view request_id, http::Response& response) {
  const WriteContext context{service, operation, request_id};
  switch (format) {
    case Format::kJson:
      return write_json_output(context, output_struct, response);
    case Format::kQuery:
      return write_query_output(context, output_struct, response);
    case Format::kQueryJson:
      return write_query_json_output(context, output_struct, response);
    case Format::kRestXml:
      return write_rest_xml_output(context, output_struct, response);
    case Format::kRestJson:
      return write_rest_json_output(context, output_struct, response);
  }
}

void write_error(Format format, const model::ServiceModel& service, const Error& error,
                 const ErrorContext& request, http::Response& response) {
  const ErrorInfo info = describe_error(service, error);
  for (const auto& [name, value] : error.headers) response.add_header(name, value);
  const FailureContext context{service, error, info, request};
  switch (format) {
    case Format::kJson:
      return write_json_error(context, response);
    case Format::kQuery:
      return write_query_error(context, response);
    case Format::kQueryJson:
      return write_query_json_error(context, response);
    case Format::kRestXml:
      return write_rest_xml_error(context, response);
    case Format::kRestJson:
      return write_rest_json_error(context, response);
  }
}

int error_status(const model::ServiceModel& service, const Error& error) {
  return describe_error(service, error).status;
}

}  // namespace cumulite::wire
