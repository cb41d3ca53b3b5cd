#pragma once

#include <string>
#include <string_view>

namespace cumulite::lambda {

/// Appends one message of a streamed answer ("PayloadChunk", "InvokeComplete").
/// https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html
void append_event(std::string_view type, std::string_view content_type, std::string_view payload,
                  std::string& out);

}  // namespace cumulite::lambda
