#pragma once

#include <string_view>

#include "protocol/wire/error_codes.h"
#include "protocol/wire/wire.h"

/// The four engines behind wire.h, which picks one. Same contracts as there; read functions do not
/// validate.
namespace cumulite::wire {

struct ReadContext {
  const model::ServiceModel& service;
  const model::Operation& operation;
  const Input& input;
};

struct WriteContext {
  const model::ServiceModel& service;
  const model::Operation& operation;
  std::string_view request_id;
};

struct FailureContext {
  const model::ServiceModel& service;
  const Error& error;
  const ErrorInfo& info;
  const ErrorContext& request;
};

Result<void> read_json_input(const ReadContext& context, void* value);
void write_json_output(const WriteContext& context, const void* value, http::Response& response);
void write_json_error(const FailureContext& context, http::Response& response);

Result<void> read_query_input(const ReadContext& context, void* value);
void write_query_output(const WriteContext& context, const void* value, http::Response& response);
void write_query_error(const FailureContext& context, http::Response& response);
void write_query_json_output(const WriteContext& context, const void* value,
                             http::Response& response);
void write_query_json_error(const FailureContext& context, http::Response& response);

Result<void> read_rest_xml_input(const ReadContext& context, void* value);
void write_rest_xml_output(const WriteContext& context, const void* value,
                           http::Response& response);
void write_rest_xml_error(const FailureContext& context, http::Response& response);

Result<void> read_rest_json_input(const ReadContext& context, void* value);
void write_rest_json_output(const WriteContext& context, const void* value,
                            http::Response& response);
void write_rest_json_error(const FailureContext& context, http::Response& response);

}  // namespace cumulite::wire
