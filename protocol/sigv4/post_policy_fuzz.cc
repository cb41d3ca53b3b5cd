// Input: a policy document (JSON); the form is fixed.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "protocol/codec/base64.h"
#include "protocol/sigv4/post_policy.h"

namespace cumulite::sigv4 {

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const PostForm form{{{"key", "user/a.txt"}, {"acl", "private"}, {"Content-Type", "image/png"}}};
  // As it would be sent, and as somebody may send it without base64.
  for (const std::string& sent : {codec::base64_encode(text), std::string(text)}) {
    const auto policy = parse_policy(sent);
    if (!policy.ok()) {
      if (policy.error().code != "InvalidPolicyDocument") std::abort();
      continue;
    }
    const auto verdict = check_policy(*policy, form, "bucket", 0);
    if (!verdict.ok() && verdict.error().code != "AccessDenied") std::abort();
    const auto size_verdict = check_policy_size(*policy, 7);
    if (!size_verdict.ok() && size_verdict.error().fields.size() != 2) std::abort();
  }
  return 0;
}

}  // namespace cumulite::sigv4
