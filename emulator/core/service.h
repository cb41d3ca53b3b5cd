#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "emulator/core/context.h"
#include "protocol/model/operation.h"
#include "protocol/wire/wire.h"

namespace cumulite {

/// A call on its way to its handler: the input still in wire form.
struct Call {
  const model::ServiceModel& model;
  const model::Operation& operation;
  wire::Format format;
  const wire::Input& input;
};

/// What a thunk reports: done (the response is written), refused, or waiting.
using Invocation = std::variant<std::monostate, Error, Wait>;

/// How the dispatcher treats an operation.
struct RowOptions {
  bool streams_body = false;  ///< The body is spooled, not parsed: Service::plan_body is asked.
  bool blocking = false;      ///< May take long (scans of thousands of rows): runs on the pool.
  /// Largest body that is parsed, of the few operations that take more than kBodyBytesMax; 0: that.
  std::uint32_t body_bytes_max = 0;
};

/// An operation is a row: the model's entry and what runs it.
struct OperationRow {
  const model::Operation* operation = nullptr;
  Invocation (*run)(Context& ctx, const Call& call) = nullptr;
  RowOptions options = {};
};

namespace detail {

/// Reads the input, runs the handler, writes the output. The handler is
/// `Result<Out>(Context&, const In&)` or `Result<WaitOr<Out>>(Context&, const In&)`, with In and
/// Out those of the operation: another pair does not compile.
template <class Op, auto Handler>
Invocation run_operation(Context& ctx, const Call& call) {
  typename Op::Input input = {};
  if (auto read = wire::read_input(call.format, call.model, call.operation, call.input, &input);
      !read.ok()) {
    return std::move(read).error();
  }
  auto answer = Handler(ctx, std::as_const(input));
  if (!answer.ok()) return std::move(answer).error();
  using Answer = typename decltype(answer)::Value;
  const typename Op::Output* output = nullptr;
  if constexpr (std::is_same_v<Answer, WaitOr<typename Op::Output>>) {
    if (auto* wait = std::get_if<Wait>(&*answer)) return std::move(*wait);
    output = std::get_if<typename Op::Output>(&*answer);
  } else {
    static_assert(std::is_same_v<Answer, typename Op::Output>,
                  "the handler's output is not the operation's");
    output = &*answer;
  }
  wire::write_output(call.format, call.model, call.operation, output, ctx.request_id, ctx.response);
  return std::monostate{};
}

}  // namespace detail

/// `row<api::op::SendMessage, &send_message>()`.
template <class Op, auto Handler>
OperationRow row(RowOptions options = {}) {
  return {&Op::info(), &detail::run_operation<Op, Handler>, options};
}

/// One AWS service: its model, its rows, and what it does at start. Made once by the daemon.
class Service {
 public:
  virtual ~Service() = default;
  virtual const model::ServiceModel& model() const = 0;
  virtual std::span<const OperationRow> rows() const = 0;
  /// Digests and bound for the body of a streaming operation, from the head alone; may refuse.
  virtual Result<BodyPlan> plan_body(const http::Request& request,
                                     const model::Operation& operation);
  /// Before the handler, after authentication: the service's own access rules in `--auth=enforce`.
  /// (Bucket policies and ACLs; queue and topic policies.)
  virtual Result<void> authorize(Context& ctx, const model::Operation& operation);

  /// Answers a call that the model does not have: route.kind kPostObject, kPreflight, kHealthCheck,
  /// or any request to a website host. Writes the whole answer into ctx.response, or refuses.
  /// kPostObject: ctx.body holds the raw multipart body, spooled; read it with Spool::read_at.
  /// kPreflight comes only with a Bucket label.
  virtual Invocation run_pseudo(Context& ctx, const route::Route& route);

  /// Last touch on an answer or an error, before it is sent: S3's CORS headers.
  virtual void decorate(Context& ctx) { (void)ctx; }

  /// Whether the ARN names a thing of this service that events may be sent to: asked when a
  /// configuration that names it is stored.
  virtual bool has_target(std::string_view arn) {
    (void)arn;
    return true;
  }

  /// Registers due kinds and outbox targets, rebuilds memory indexes. Before any request.
  virtual void start() {}

  /// Stops what start started (own threads); after the last request.
  virtual void stop() {}

  /// A reset of one account: deletes its rows and blobs. (A reset of all drops the spaces whole.)
  virtual void drop_account(std::string_view account) { (void)account; }

  /// Forgets memory of the account (empty: all) when its rows were dropped by a reset.
  virtual void reset(std::string_view account) { (void)account; }
};

/// The services of this daemon by id ("s3").
class ServiceRegistry {
 public:
  void add(Service& service) { services_.push_back(&service); }

  Service* find(std::string_view id) const {
    for (auto* service : services_) {
      if (service->model().id == id) return service;
    }
    return nullptr;
  }

  std::span<Service* const> all() const { return services_; }

 private:
  std::vector<Service*> services_;
};

}  // namespace cumulite
