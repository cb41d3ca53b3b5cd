#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/error.h"
#include "protocol/http/request.h"
#include "protocol/http/response.h"
#include "protocol/model/operation.h"
#include "protocol/result.h"

/// From a request to an operation's input struct and from its output struct, or an Error, to the
/// response: one engine per wire format, for every service, over the model's tables.
/// Thread-safe: no state is shared but caches that are safe to share.
namespace cumulite::wire {

enum class Format : std::uint8_t {
  kJson,       ///< AWS JSON 1.0 and 1.1: X-Amz-Target, everything in the body.
  kQuery,      ///< Form parameters in, XML out.
  kQueryJson,  ///< Form parameters in, JSON out: for whom accepts nothing else.
  kRestXml,    ///< S3.
  kRestJson,   ///< Glacier.
};

/// Decoded labels of a REST operation's URI template by name ("Bucket", "Key").
using Labels = std::vector<std::pair<std::string_view, std::string>>;
/// Decoded parameters of a form body or a query string, in their order.
using Form = std::vector<std::pair<std::string, std::string>>;

/// What an input is read from. Everything referred to must outlive the call only: the input struct
/// copies what it keeps.
struct Input {
  const http::Request& request;
  std::string_view body = {};      ///< Whole body, decoded from any transfer or aws-chunked coding.
  const Labels* labels = nullptr;  ///< REST; for Query, defaults of absent text parameters.
  const Form* form = nullptr;      ///< Query: already parsed parameters, else they are parsed here.
  bool validate = true;            ///< Run the generic validation of model/validate.h.
  bool current_words = false;      ///< DynamoDB: the newer words of wire/violations.h.
};

/// The wire format in which a service's clients speak by its model. SQS also answers kQuery.
Format native_format(const model::ServiceModel& service);

/// Fills `input_struct`, which must be a default-constructed `op::X::Input` of that operation.
/// A streaming or event-stream payload is not read: that member stays absent.
/// Errors: what the service answers to a malformed body (SerializationException, MalformedXML,
/// MalformedQueryString, ...) and to a value that breaks the model's constraints.
Result<void> read_input(Format format, const model::ServiceModel& service,
                        const model::Operation& operation, const Input& input, void* input_struct);

/// Sets status, headers and body of `response` from an `op::X::Output`, the request id among them.
/// A streaming payload is not written, nor is a Content-Type when the operation streams: the
/// caller sets `response.stream`. Headers already in the response stay.
void write_output(Format format, const model::ServiceModel& service,
                  const model::Operation& operation, const void* output_struct,
                  std::string_view request_id, http::Response& response);

struct ErrorContext {
  std::string_view request_id;
  std::string_view resource = {};  ///< S3: "/bucket/key", in the body as <Resource> if not empty.
  std::string_view host_id = {};   ///< S3: x-amz-id-2.
  bool head = false;               ///< The request's method is HEAD: no body.
};

/// Sets status, headers and body of `response` from an error, in the service's own form.
void write_error(Format format, const model::ServiceModel& service, const Error& error,
                 const ErrorContext& context, http::Response& response);

/// HTTP status of an error: its own, else the model's table, else the service's supplementary
/// table, else 400.
int error_status(const model::ServiceModel& service, const Error& error);

}  // namespace cumulite::wire
