#include "emulator/daemon/client.h"

#include <utility>

#include <fmt/format.h>

#include "protocol/http/client.h"

namespace cumulite {

Result<DaemonAnswer> call_daemon(const DaemonCall& call) {
  http::ClientRequest request;
  request.method = call.method;
  request.url = call.endpoint + call.path;
  request.headers = {{"Content-Type", "application/json"}};
  request.body = call.body;
  request.timeout_ms = call.timeout_ms;
  auto response = http::call(request);
  if (!response.ok()) {
    return Error{response.error().code,
                 fmt::format("no answer from {}: {} (is the daemon running? --endpoint URL names "
                             "another one)",
                             call.endpoint, response.error().message)};
  }
  return DaemonAnswer{response->status, std::move(response->body)};
}

}  // namespace cumulite
