#pragma once

#include <string>
#include <utility>
#include <vector>

#include "protocol/http/request.h"

namespace cumulite::sigv4 {

/// The parameters of a presigned URL that stand for headers: who uses the URL need not send them.
/// Names are as sent. Empty for requests that are not presigned. A header that was sent counts
/// more than its parameter. Those are all `x-amz-` ones but the signature's own, and the two
/// conditions; checksums only if they are signed as headers, as SDKs make them up before they know
/// the body.
std::vector<std::pair<std::string, std::string>> query_headers(const http::Request& request);

}  // namespace cumulite::sigv4
