#include "emulator/services/s3/object/object_url.h"

#include <fmt/format.h>

#include "protocol/http/request.h"

namespace cumulite::s3 {

std::string object_url(const Context& ctx, const std::string& bucket, const std::string& key) {
  const std::string path = http::percent_encode(key);
  const bool names_bucket = ctx.request.header("Host").starts_with(bucket + ".");
  if (names_bucket) return fmt::format("{}/{}", ctx.client_url(), path);
  return fmt::format("{}/{}/{}", ctx.client_url(), bucket, path);
}

}  // namespace cumulite::s3
