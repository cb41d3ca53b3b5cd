#include "emulator/admin/admin.h"

#include <utility>

#include "emulator/admin/handlers.h"
#include "emulator/core/admin_registry.h"

namespace cumulite {

void register_admin(Environment& env) {
  using admin::Handler;
  const auto add = [&env](const char* path, Handler handler) {
    env.admin.add(path, [&env, handler](const AdminCall& call) { return handler(env, call); });
  };
  for (const char* path : {"/_cumulite/health", "/_localstack/health", "/health"}) {
    add(path, &admin::health);
  }
  add("/_localstack/info", &admin::info);
  for (const char* path : {"/_cumulite/reset", "/_localstack/state/reset", "/moto-api/reset"}) {
    add(path, &admin::reset);
  }
  add("/_cumulite/clock", &admin::clock);
  add("/_cumulite/settle", &admin::settle);
  add("/_cumulite/outbox", &admin::captured);
  add("/_aws/ses", &admin::captured_email);
  add("/_aws/sns/sms-messages", &admin::captured_sms);
  add("/_aws/sns/platform-endpoint-messages", &admin::captured_push);
}

}  // namespace cumulite
