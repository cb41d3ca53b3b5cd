#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "emulator/core/authenticator.h"
#include "emulator/core/environment.h"
#include "emulator/core/service.h"
#include "protocol/http/exchange.h"
#include "protocol/http/request.h"
#include "protocol/http/response.h"
#include "protocol/model/operation.h"
#include "storage/kv/fence.h"

namespace cumulite {

/// Largest body that is kept in memory: every call but streamed ones. DynamoDB's documented bound.
inline constexpr std::size_t kBodyBytesMax = 16 * 1024 * 1024;

/// A served service with its rows by the model's operation index.
struct ServedService {
  Service* service = nullptr;
  const model::ServiceModel* model = nullptr;
  std::vector<const OperationRow*> rows;
};

/// From an HTTP request to the handler of its operation and back: route, account, authentication,
/// body, thunk, error form. Every cross-cutting rule is applied here, once. Immutable after its
/// construction, so any thread may use it.
class Dispatcher {
 public:
  struct Options {
    bool commits_block = false;  ///< Commits wait for the disk: every exchange runs on the pool.
  };

  /// After all services were added to env.services.
  Dispatcher(Environment& env, const Authenticator& authenticator, Options options);

  /// For http::Server.
  std::unique_ptr<http::Exchange> serve(const http::Request& request) const;
  http::Response malformed(int status, std::string_view reason) const;
  /// Answers a request whose body did not arrive in time, in the form of its service.
  http::Response stalled(const http::Request& request) const;

  Environment& env() const { return env_; }

  const Authenticator& authenticator() const { return authenticator_; }

  const Options& options() const { return options_; }

  /// A handler holds a pass, so that no snapshot is restored between two of its transactions.
  storage::Fence& fence() const { return fence_; }

  /// Null: this daemon does not serve it.
  const ServedService* find(const model::ServiceModel* model) const;

 private:
  Environment& env_;
  const Authenticator& authenticator_;
  Options options_;
  storage::Fence& fence_;
  std::vector<ServedService> services_;
};

}  // namespace cumulite
