#include "emulator/services/glacier/archive/payload.h"

#include <fmt/format.h>

#include "emulator/services/glacier/errors.h"
#include "protocol/checksum/checksum.h"

namespace cumulite::glacier {

namespace {

constexpr std::string_view kLinearHash = "x-amz-content-sha256";
constexpr std::string_view kTreeHash = "x-amz-sha256-tree-hash";

/// Clients over TLS may leave the body out of their signatures.
bool is_hash(std::string_view value) {
  return value != "UNSIGNED-PAYLOAD" && !value.starts_with("STREAMING-");
}

}  // namespace

Result<BodyPlan> plan_payload(const http::Request& request) {
  if (!request.chunked && request.content_length > kPayloadBytesMax) {
    return errors::invalid_value("Content-Length", fmt::to_string(request.content_length));
  }
  return BodyPlan{{checksum::Algorithm::kSha256, checksum::Algorithm::kTreeHash}, kPayloadBytesMax};
}

Result<std::string> check_payload(const Context& ctx, const std::optional<std::string>& tree_hash) {
  if (ctx.body->size_bytes() == 0) return errors::invalid_value("Content-Length", "0");
  if (!tree_hash) return errors::missing(kTreeHash);
  if (!ctx.request.has_header(kLinearHash)) return errors::missing(kLinearHash);
  const std::string_view linear = ctx.request.header(kLinearHash);
  const std::string computed_linear =
      checksum::hex(*ctx.body->digest(checksum::Algorithm::kSha256));
  if (is_hash(linear) && linear != computed_linear) {
    return errors::payload_hash_mismatch(linear, computed_linear);
  }
  std::string computed = *ctx.body->digest(checksum::Algorithm::kTreeHash);
  if (checksum::from_hex(*tree_hash) != computed) {
    return errors::checksum_mismatch(*tree_hash, checksum::hex(computed));
  }
  return computed;
}

}  // namespace cumulite::glacier
