#pragma once

#include <string_view>

#include "protocol/wire/error_codes.h"
#include "protocol/wire/wire.h"

/// The four engines behind wire.h, which picks one. Same contracts as there; read functions do not
/// validate.
namespace cumulite::wire {

/// What an engine reads from.
struct ReadContext {
  const model::ServiceModel& service;
  const model::Operation& operation;
  const Input& input;
};

/// What it writes the answer of an operation for.
struct WriteContext {
  const model::ServiceModel& service;
  const model::Operation& operation;
  std::string_view request_id;
};

/// What it writes an error for: the error itself, and what describe_error knows of its code.
struct FailureContext {
  const model::ServiceModel& service;
  const Error& error;
  const ErrorInfo& info;
  const ErrorContext& request;
};

/// AWS JSON 1.0 and 1.1: the body is an object, the operation stands in X-Amz-Target. An empty body
/// is an empty object. Error: SerializationException.
Result<void> read_json_input(const ReadContext& context, void* value);
void write_json_output(const WriteContext& context, const void* value, http::Response& response);
void write_json_error(const FailureContext& context, http::Response& response);

/// Query: a form (or the URI's query) with dotted names, answered in XML; by the `_json_` pair to
/// callers whose `Accept` asks for JSON.
Result<void> read_query_input(const ReadContext& context, void* value);
void write_query_output(const WriteContext& context, const void* value, http::Response& response);
void write_query_error(const FailureContext& context, http::Response& response);
void write_query_json_output(const WriteContext& context, const void* value,
                             http::Response& response);
void write_query_json_error(const FailureContext& context, http::Response& response);

/// REST-XML: members by URI, query, headers and one XML body or raw payload.
Result<void> read_rest_xml_input(const ReadContext& context, void* value);
void write_rest_xml_output(const WriteContext& context, const void* value,
                           http::Response& response);
void write_rest_xml_error(const FailureContext& context, http::Response& response);

/// REST-JSON: the same with JSON.
Result<void> read_rest_json_input(const ReadContext& context, void* value);
void write_rest_json_output(const WriteContext& context, const void* value,
                            http::Response& response);
void write_rest_json_error(const FailureContext& context, http::Response& response);

}  // namespace cumulite::wire
