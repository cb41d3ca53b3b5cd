// Input: a query string.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "protocol/sigv4/canonical_request.h"
#include "protocol/sigv4/presigned_url.h"
#include "protocol/sigv4/test_request.h"
#include "protocol/sigv4/verifier.h"
#include "protocol/time_units.h"

namespace cumulite::sigv4 {

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Credentials kCredentials{"AKIDEXAMPLE", "secret", ""};
  const auto lookup = [](std::string_view) { return &kCredentials; };
  TestRequest request;
  request.request.method = "GET";
  const std::string query(reinterpret_cast<const char*>(data), size);
  request.set_target("/bucket/key?" + query);
  request.add_header("Host", "localhost");
  const std::string canonical = canonical_query(request.request.query);
  if (canonical_query(canonical) != canonical) std::abort();  // Canonical is canonical.
  for (const ServiceFamily family : {ServiceFamily::kS3, ServiceFamily::kJson}) {
    const auto auth = parse_auth(request.request, family);
    if (!auth.ok()) continue;
    // A URL must not be valid for longer than a week, whatever it says.
    constexpr std::int64_t kWeekMs = 7 * kDayMs;
    if (auth->kind == AuthKind::kQueryV4 && auth->expires_at_ms > auth->signed_at_ms + kWeekMs) {
      std::abort();
    }
    const VerifyContext context{family, auth->signed_at_ms, "hash", "bucket"};
    const auto verdict = verify(*auth, request.request, lookup, context);
    if (!verdict.ok() && verdict.error().code.empty()) std::abort();
  }
  return 0;
}

}  // namespace cumulite::sigv4
