#pragma once

#include <string>
#include <string_view>

#include "emulator/core/context.h"
#include "emulator/functions/invocation.h"
#include "emulator/functions/response_stream.h"

namespace cumulite::lambda {

/// The event of a request to a function URL, payload format 2.0.
/// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
std::string url_event(const Context& ctx, std::string_view url_id, std::string_view body);

/// The trace header of a request to a URL: the client's own, if it has one.
std::string url_trace(const Context& ctx);

/// Writes the answer that a function's result means: a document with "statusCode", or any other as
/// the body of a 200. A failed invocation is a 502, and so is a status that is none.
void write_url_answer(const functions::InvocationResult& result, http::Response& response);

/// Writes status and headers of a streamed answer: those that it begins with, or its content type.
void write_url_head(functions::ResponseStream& stream, http::Response& response);

}  // namespace cumulite::lambda
