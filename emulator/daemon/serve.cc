#include "emulator/daemon/serve.h"

#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "emulator/core/log.h"
#include "emulator/daemon/daemon.h"
#include "emulator/daemon/program_pages.h"

namespace cumulite {
namespace {

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  return set;
}

void wait_for_signal(const sigset_t& signals) {
  int received = 0;
  sigwait(&signals, &received);
}

}  // namespace

int serve(Config config) {
  log::set_level(config.log_level);
  // A peer that goes away must not end the process.
  std::signal(SIGPIPE, SIG_IGN);
  // Blocked before any thread is made, so that only sigwait below gets them.
  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  try {
    Daemon daemon(std::move(config));
    daemon.start();
    log::info("data in {}{}", daemon.data_directory(),
              daemon.is_data_temporary() ? " (temporary: gone at exit; --data DIR keeps it)" : "");
    release_program_pages();
    fmt::print("Cumulite {} on {}\nReady.\n", CUMULITE_VERSION, daemon.endpoint_url());
    std::fflush(stdout);
    wait_for_signal(signals);
    log::info("stopping: calls in flight may finish; a second signal ends at once");
    std::thread([signals] {
      wait_for_signal(signals);
      _exit(1);
    }).detach();
    daemon.stop();
  } catch (const std::exception& failure) {
    fmt::print(stderr, "cumulite: {}\n", failure.what());
    return 1;
  }
  return 0;
}

}  // namespace cumulite
