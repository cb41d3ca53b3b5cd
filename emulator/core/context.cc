#include "emulator/core/context.h"

#include <fmt/format.h>

namespace cumulite {

std::string Context::arn(std::string_view service_name, std::string_view resource) const {
  return fmt::format("arn:aws:{}:{}:{}:{}", service_name, caller.region, caller.account_id,
                     resource);
}

std::string Context::client_url() const {
  const std::string_view host = request.header("Host");
  if (host.empty()) return env.settings.endpoint_url;
  return fmt::format("{}://{}", request.tls ? "https" : "http", host);
}

}  // namespace cumulite
