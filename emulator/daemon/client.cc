#include "emulator/daemon/client.h"

#include <cstdio>
#include <utility>

#include <fmt/format.h>

#include "emulator/daemon/client_options.h"
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

int call_and_print(const DaemonCall& call) {
  const auto answer = call_daemon(call);
  if (!answer.ok()) {
    fmt::print(stderr, "cumulite: {}\n", answer.error().message);
    return kFailure;
  }
  const bool is_ok = answer->status / 100 == 2;
  if (!is_ok || !answer->body.empty()) fmt::print(is_ok ? stdout : stderr, "{}\n", answer->body);
  return is_ok ? 0 : kFailure;
}

}  // namespace cumulite
