// Input: the lines of a request head, as parse_test_request reads them.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "protocol/sigv4/test_request.h"
#include "protocol/sigv4/verifier.h"

namespace cumulite::sigv4 {

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Credentials kCredentials{"AKIDEXAMPLE", "secret", ""};
  const auto lookup = [](std::string_view) { return &kCredentials; };
  TestRequest request;
  parse_test_request({reinterpret_cast<const char*>(data), size}, &request);
  peek_scope(request.request);
  for (const ServiceFamily family : {ServiceFamily::kS3, ServiceFamily::kJson,
                                     ServiceFamily::kQuery, ServiceFamily::kRestJson}) {
    const auto auth = parse_auth(request.request, family);
    if (!auth.ok()) {
      if (auth.error().code.empty() || auth.error().http_status < 400) std::abort();
      continue;
    }
    // The time that the request claims, so that the checks behind it are reached.
    const VerifyContext context{family, auth->signed_at_ms, "hash", "bucket"};
    const auto verdict = verify(*auth, request.request, lookup, context);
    if (!verdict.ok() && verdict.error().code.empty()) std::abort();
  }
  return 0;
}

}  // namespace cumulite::sigv4
