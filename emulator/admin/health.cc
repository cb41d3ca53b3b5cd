
#include "emulator/admin/handlers.h"
#include "emulator/core/admin_answer.h"
#include "emulator/core/service.h"

namespace cumulite::admin {
namespace {

using nlohmann::json;

// Taken when the process is loaded, which is when it starts for all that a user can tell.
const std::int64_t kStartedMs = real_now_ms();

std::int64_t uptime_s() {
  return (real_now_ms() - kStartedMs) / 1000;
}

}  // namespace

http::Response health(Environment& env, const AdminCall& call) {
  if (!allows(call, "GET HEAD")) return wrong_method("GET HEAD");
  json services = json::object();
  for (const Service* service : env.services.all()) {
    services[std::string(service->model().id)] = "running";
  }
  const json document = {
      {"status", "running"},   {"version", CUMULITE_VERSION},
      {"edition", "cumulite"}, {"uptime_s", uptime_s()},
      {"services", services},  {"clock", json::parse(clock_view(env.clock.state()))}};
  return json_answer(200, document);
}

http::Response info(Environment& env, const AdminCall& call) {
  if (!allows(call, "GET HEAD")) return wrong_method("GET HEAD");
  const json document = {{"version", CUMULITE_VERSION},
                         {"edition", "cumulite"},
                         {"is_license_activated", false},
                         {"session_id", nullptr},
                         {"machine_id", nullptr},
                         {"system", "linux"},
                         {"is_docker", false},
                         {"uptime", uptime_s()},
                         {"store_bytes", env.store.bytes_on_disk()},
                         {"blob_bytes", env.blobs.bytes_on_disk()}};
  return json_answer(200, document);
}

}  // namespace cumulite::admin
