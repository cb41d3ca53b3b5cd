#include "emulator/functions/plugin/plugin_host.h"

#include <signal.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include <fmt/format.h>

#include "emulator/functions/failure.h"
#include "emulator/functions/plugin/plugin_invocation.h"
#include "emulator/functions/plugin/plugin_library.h"
#include "emulator/functions/plugin/runtime_client.h"

namespace cumulite::functions {
namespace {

volatile sig_atomic_t is_end_asked = 0;

/// SIGTERM ends the wait for an event, and nothing else: an event under way is finished.
void end_on_sigterm() {
  struct sigaction action = {};
  action.sa_handler = [](int) { is_end_asked = 1; };
  ::sigaction(SIGTERM, &action, nullptr);  // Without SA_RESTART: it interrupts the wait.
}

std::string plugin_path() {
  const char* folder = std::getenv("LAMBDA_TASK_ROOT");
  const char* handler = std::getenv("_HANDLER");
  return fmt::format("{}/{}", folder == nullptr ? "" : folder, handler == nullptr ? "" : handler);
}

int give_up(RuntimeClient& client, const std::string& type, const std::string& json) {
  std::fprintf(stderr, "%s\n", json.c_str());
  client.fail_init(type, json);
  return 1;
}

void serve_events(RuntimeClient& client, const PluginLibrary& library,
                  const PluginSurroundings& surroundings) {
  while (is_end_asked == 0) {
    const auto event = client.next();
    if (!event) return;
    PluginInvocation invocation(surroundings, *event);
    const bool is_told =
        invocation.handle(library)
            ? client.respond(event->request_id, invocation.result())
            : client.fail(event->request_id, invocation.error_type(), invocation.error_json());
    if (!is_told) return;
  }
}

}  // namespace

int run_plugin_host() {
  end_on_sigterm();
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);  // In order with stderr, line by line.
  const char* address = std::getenv("AWS_LAMBDA_RUNTIME_API");
  if (address == nullptr) {
    std::fputs("cumulite plugin-host is started by the daemon, for functions of runtime plugin\n",
               stderr);
    return 1;
  }
  RuntimeClient client(address);
  const auto library = PluginLibrary::load(plugin_path());
  if (!library.ok()) {
    const auto& error = library.error();
    return give_up(client, error.code, failure_json(error.code, error.message));
  }
  const auto surroundings = PluginSurroundings::of_environment();
  const RuntimeEvent nothing;
  PluginInvocation start(surroundings, nothing);
  if (!start.initialize(*library)) return give_up(client, start.error_type(), start.error_json());
  serve_events(client, *library, surroundings);
  library->shutdown();
  std::fflush(stdout);
  return 0;
}

}  // namespace cumulite::functions
