#pragma once

#include <memory>

#include "emulator/functions/response_stream.h"
#include "protocol/http/paced_body.h"

/// Answers whose body is what a function streams, as it comes.
namespace cumulite::lambda {

/// Messages of InvokeWithResponseStream: chunks, then how it ended; with its log if that was asked
/// for.
std::unique_ptr<http::BodySource> event_stream_body(
    std::shared_ptr<functions::ResponseStream> stream, bool with_log);

/// The bytes themselves, for function URLs. A function that fails cuts the body short.
std::unique_ptr<http::BodySource> plain_body(std::shared_ptr<functions::ResponseStream> stream);

/// What ends the messages: how the function failed, if it did, and its log unless that is empty.
std::string completion_json(const functions::ResponseStream::End& end);

}  // namespace cumulite::lambda
