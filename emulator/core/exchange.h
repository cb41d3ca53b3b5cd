#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "emulator/core/authenticator.h"
#include "emulator/core/body_receiver.h"
#include "emulator/core/dispatcher.h"
#include "emulator/core/parking.h"
#include "emulator/core/request_id.h"
#include "protocol/http/exchange.h"
#include "protocol/route/route.h"

namespace cumulite {

/// One request on its way through the dispatcher. The order is that of the method names: on_head
/// routes, identifies, authenticates and refuses; on_body takes the body; respond runs the handler.
class DispatchExchange final : public http::Exchange {
 public:
  DispatchExchange(const Dispatcher& dispatcher, const http::Request& request);

  std::optional<http::Response> on_head() override;
  bool on_body(std::string_view piece) override;
  bool blocking() const override;
  std::variant<http::Response, http::Parked> respond(bool final_try) override;

 private:
  /// As sent, with the headers that stand in the query of a presigned URL.
  const http::Request& request() const { return amended_ ? *amended_ : sent_; }

  /// Headers that a presigned URL carries in its query count as sent.
  void take_query_headers();
  /// Identifies and authenticates, once the request is routed.
  Result<void> accept_head();
  /// Finds the row once the operation is known, and prepares for its body.
  Result<void> accept_operation();
  /// Who may not do it is told so before the body is read.
  Result<void> authorize_head();
  Result<void> plan_stream(const BodyPlan& plan);
  /// How an aws-chunked body is read, with what its signatures are checked.
  Result<sigv4::ChunkedBodyOptions> chunked_options() const;
  /// Logs what `enforce` would refuse.
  std::function<void(const Error& error)> warning() const;
  Result<void> check_length() const;
  std::size_t body_bytes_max() const;
  Error body_too_large() const;
  Result<void> take_piece(std::string_view piece);
  /// After the last piece, before the first run.
  Result<void> complete_body();

  std::variant<http::Response, http::Parked> run(bool final_try);
  Invocation invoke(Context& ctx);
  Invocation run_row(Context& ctx);
  Invocation run_pseudo(Context& ctx);
  bool is_pseudo() const;
  bool takes_stream() const;
  http::Parked park(const Wait& wait);

  http::Response answer_admin();
  http::Response answer_error(const Error& error);
  /// What every answer gets: ids, CORS; and a line in the log.
  void finish(http::Response& response);

  const Dispatcher& dispatcher_;
  Environment& env_;
  const http::Request& sent_;
  std::vector<std::pair<std::string, std::string>>
      query_headers_;  ///< What `amended_` points into.
  std::optional<http::Request> amended_;
  route::Route route_;
  const ServedService* served_ = nullptr;
  const OperationRow* row_ = nullptr;
  Authenticator::Found found_;
  RequestId id_;
  std::string body_;  ///< Of calls that are not streamed.
  std::unique_ptr<BodyReceiver> receiver_;
  ReceivedBody received_;
  std::optional<Error> refusal_;  ///< Of the body.
  bool is_prepared_ = false;
  bool is_authorized_ = false;
  std::int64_t started_ms_ = 0;
  std::int64_t started_real_ms_ = 0;
  std::optional<Parking> parking_;
};

}  // namespace cumulite
