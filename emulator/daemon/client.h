#pragma once

#include <cstdint>
#include <string>

#include "protocol/result.h"

namespace cumulite {

/// A call of the command line to a running daemon.
struct DaemonCall {
  std::string endpoint;  ///< "http://127.0.0.1:4566".
  std::string method = "POST";
  std::string path;
  std::string body = {};
  std::int64_t timeout_ms = 600'000;
};

struct DaemonAnswer {
  int status = 0;
  std::string body;
};

/// Errors: no daemon answers there.
Result<DaemonAnswer> call_daemon(const DaemonCall& call);

}  // namespace cumulite
