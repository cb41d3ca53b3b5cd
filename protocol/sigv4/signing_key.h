#pragma once

#include <string_view>

#include "protocol/sigv4/sha256.h"

namespace cumulite::sigv4 {

/// The key that signs strings: HMAC over "AWS4" + secret, date ("YYYYMMDD"), region, service and
/// "aws4_request" in turn.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
HmacSha256 derive_signing_key(std::string_view secret, std::string_view date,
                              std::string_view region, std::string_view service);

/// The same from a cache of the calling thread: clients send thousands of requests of one day,
/// region and service, and the derivation costs four times what the signature does.
HmacSha256 cached_signing_key(std::string_view secret, std::string_view date,
                              std::string_view region, std::string_view service);

}  // namespace cumulite::sigv4
