#include "emulator/core/exchange.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "emulator/core/admin_registry.h"
#include "emulator/core/cors.h"
#include "emulator/core/document_digest.h"
#include "emulator/core/gzip.h"
#include "emulator/core/log.h"
#include "protocol/sigv4/query_headers.h"
#include "protocol/sigv4/verifier.h"

namespace cumulite {
namespace {

constexpr std::string_view kS3 = "s3";

/// 500 as the service calls it. Nothing of the cause goes to the client: it may hold paths.
Error internal_failure(const route::Route& route) {
  const std::string_view id = route.service == nullptr ? kS3 : route.service->id;
  if (id == kS3 || id == "sns") {
    return {"InternalError", "We encountered an internal error. Please try again.", 500};
  }
  if (id.starts_with("dynamodb")) return {"InternalServerError", "Internal server error", 500};
  if (id == "glacier") return {"ServiceUnavailableException", "Service unavailable", 500};
  if (id == "lambda") return {"ServiceException", "An internal error occurred.", 500};
  return {"InternalFailure", "The request processing has failed because of an unknown error.", 500};
}

Error no_space(const route::Route& route) {
  Error error = internal_failure(route);
  error.message = "There is no space left on the device that holds the data.";
  return error;
}

/// DynamoDB answers what it cannot decode with its 500, the others with what the decoder says.
Result<void> decompress_body(const route::Route& route, const http::Request& request,
                             std::string& body) {
  const std::string_view encoding = request.header("Content-Encoding");
  if (encoding.empty() || encoding == "identity") return {};
  const bool dynamodb = route.service != nullptr && route.service->id.starts_with("dynamodb");
  if (encoding != "gzip" && encoding != "deflate") {
    if (dynamodb) return internal_failure(route);
    return {};
  }
  auto decompressed = gunzip(body, kBodyBytesMax);
  if (!decompressed.ok()) {
    const bool malformed = decompressed.error().http_status != 413;
    return dynamodb && malformed ? internal_failure(route) : std::move(decompressed).error();
  }
  body = std::move(*decompressed);
  return {};
}

/// A request to a function's own host: its body is taken and its answer made as the function says.
bool is_function_url(const route::Route& route) {
  return route.website_host && !route.label("UrlId").empty();
}

/// Puts the checksum of the body as it is now in place of the one that the head has.
void refresh_crc32(http::Response& response) {
  constexpr std::string_view kHeader = "x-amz-crc32: ";
  const auto begin = response.head.find(kHeader);
  if (begin == std::string::npos) return;
  const auto crc = checksum::digest(checksum::Algorithm::kCrc32, response.body);
  std::uint32_t number = 0;
  for (const char byte : crc) number = number << 8 | static_cast<unsigned char>(byte);
  const auto value = begin + kHeader.size();
  response.head.replace(value, response.head.find("\r\n", value) - value, std::to_string(number));
}

/// DynamoDB compresses answers of 4 KB and more for clients that can take it. The checksum is that
/// of the bytes on the wire.
void compress_answer(const route::Route& route, const http::Request& request,
                     http::Response& response) {
  constexpr std::size_t kCompressedBytesMin = 4096;
  if (route.service == nullptr || !route.service->id.starts_with("dynamodb")) return;
  if (response.body.size() < kCompressedBytesMin || response.stream != nullptr) return;
  const Encoding encoding = preferred_encoding(request.header("Accept-Encoding"));
  std::string compressed = compress(response.body, encoding);
  if (compressed.empty()) return;
  response.body = std::move(compressed);
  response.add_header("Content-Encoding", encoding == Encoding::kGzip ? "gzip" : "deflate");
  refresh_crc32(response);
}

/// Runs what may throw below the handlers; a failure of ours is logged and answered as 500.
template <class Function>
auto guarded(const route::Route& route, Function&& function) -> decltype(function()) {
  try {
    return function();
  } catch (const storage::OutOfSpace& failure) {
    log::error("out of space: {}", failure.what());
    return no_space(route);
  } catch (const std::exception& failure) {
    log::error("a call failed: {}", failure.what());
    return internal_failure(route);
  }
}

std::string_view operation_name(const route::Route& route) {
  return route.operation != nullptr ? route.operation->name : std::string_view("-");
}

}  // namespace

DispatchExchange::DispatchExchange(const Dispatcher& dispatcher, const http::Request& request)
    : dispatcher_(dispatcher), env_(dispatcher.env()), sent_(request) {}

void DispatchExchange::take_query_headers() {
  query_headers_ = sigv4::query_headers(sent_);
  if (query_headers_.empty()) return;
  amended_ = sent_;
  for (const auto& [name, value] : query_headers_) amended_->headers.push_back({name, value});
}

std::optional<http::Response> DispatchExchange::on_head() {
  auto routed = route::route_head(sent_, route_);
  if (route_.format == wire::Format::kRestXml) take_query_headers();
  if (amended_) {
    // One of them may tell a copy from an upload.
    route_ = {};
    routed = route::route_head(*amended_, route_);
  }
  id_ = make_request_id(route_.service);
  if (!routed.ok()) return answer_error(routed.error());
  if (route_.kind == route::Kind::kAdmin) return std::nullopt;
  const auto accepted = guarded(route_, [&] { return accept_head(); });
  if (!accepted.ok()) return answer_error(accepted.error());
  return std::nullopt;
}

Result<void> DispatchExchange::accept_head() {
  CUMULITE_TRY(dispatcher_.authenticator().on_head(sent_, route_, found_));
  started_real_ms_ = real_now_ms();
  started_ms_ = env_.clock.now_ms(found_.caller.account_id);
  // The operation of a form is in its body.
  if (route_.kind == route::Kind::kForm) return check_length();
  return accept_operation();
}

Result<void> DispatchExchange::accept_operation() {
  served_ = dispatcher_.find(route_.service);
  if (served_ == nullptr) {
    if (route_.operation != nullptr) return not_implemented(operation_name(route_));
    return Error{"NotImplemented",
                 fmt::format("The service {} is not served by this endpoint.",
                             route_.service == nullptr ? "" : route_.service->service_id),
                 501};
  }
  if (route_.operation != nullptr) row_ = served_->rows[route_.operation->index];
  if (row_ == nullptr && !is_pseudo()) return not_implemented(operation_name(route_));
  if (!takes_stream()) return check_length();
  if (row_ == nullptr) return plan_stream({});
  CUMULITE_TRY(authorize_head());
  CUMULITE_ASSIGN(const auto plan, served_->service->plan_body(request(), *route_.operation));
  return plan_stream(plan);
}

Result<void> DispatchExchange::authorize_head() {
  if (!dispatcher_.authenticator().enforces()) return {};
  http::Response unused;
  Context ctx{env_,        *served_->service, found_.caller, request(), id_.request_id,
              started_ms_, started_ms_,       true,          nullptr,   unused,
              &route_};
  is_authorized_ = true;
  return served_->service->authorize(ctx, *route_.operation);
}

bool DispatchExchange::is_pseudo() const {
  return route_.kind == route::Kind::kPostObject || route_.kind == route::Kind::kPreflight ||
         route_.kind == route::Kind::kHealthCheck || route_.website_host;
}

bool DispatchExchange::takes_stream() const {
  if (route_.kind == route::Kind::kPostObject || is_function_url(route_)) return true;
  return row_ != nullptr && row_->options.streams_body && !route_.website_host;
}

Result<void> DispatchExchange::plan_stream(const BodyPlan& plan) {
  BodyReceiver::Options options{plan};
  const Authenticator& authenticator = dispatcher_.authenticator();
  if (route_.format == wire::Format::kRestXml) {
    CUMULITE_ASSIGN(const auto encoding, sigv4::payload_encoding(request()));
    if (encoding != sigv4::PayloadEncoding::kPlain) {
      CUMULITE_ASSIGN(options.chunked, chunked_options());
    }
  }
  const std::uint64_t announced =
      options.chunked ? options.chunked->decoded_size : request().content_length;
  if (announced > plan.bytes_max) return entity_too_large(announced, plan.bytes_max);
  options.check_payload_hash = authenticator.verifies() && sigv4::announces_payload_hash(request());
  if (!authenticator.enforces()) options.on_bad_hash = warning();
  receiver_ = std::make_unique<BodyReceiver>(env_.blobs, request(), std::move(options));
  return {};
}

std::function<void(const Error&)> DispatchExchange::warning() const {
  return
      [this](const Error& error) { (void)dispatcher_.authenticator().judged(error, found_).ok(); };
}

Result<sigv4::ChunkedBodyOptions> DispatchExchange::chunked_options() const {
  CUMULITE_ASSIGN(auto options, sigv4::chunked_body_options(request()));
  const Authenticator& authenticator = dispatcher_.authenticator();
  const auto* known = authenticator.credentials().find_credentials(found_.caller.access_key_id);
  const bool is_v4 = found_.auth.kind == sigv4::AuthKind::kHeaderV4 ||
                     found_.auth.kind == sigv4::AuthKind::kQueryV4;
  if (!authenticator.verifies() || known == nullptr || !is_v4) return options;
  options.signing = sigv4::chunk_signing(found_.auth, *known);
  if (!authenticator.enforces()) options.on_bad_signature = warning();
  return options;
}

std::size_t DispatchExchange::body_bytes_max() const {
  const bool has_own = row_ != nullptr && row_->options.body_bytes_max > 0;
  return has_own ? row_->options.body_bytes_max : kBodyBytesMax;
}

Error DispatchExchange::body_too_large() const {
  if (route_.format == wire::Format::kRestXml)
    return {"MaxMessageLengthExceeded", "Your request was too large.", 400};
  std::string message = "Request body is too large.";
  if (body_bytes_max() != kBodyBytesMax) {
    message = fmt::format("Request must be smaller than {} bytes for the {} operation",
                          body_bytes_max(), operation_name(route_));
  }
  return {"RequestEntityTooLargeException", std::move(message), 413};
}

Result<void> DispatchExchange::check_length() const {
  if (!request().chunked && request().content_length > body_bytes_max()) return body_too_large();
  return {};
}

bool DispatchExchange::on_body(std::string_view piece) {
  if (refusal_) return false;
  auto taken = guarded(route_, [&] { return take_piece(piece); });
  if (!taken.ok()) refusal_ = std::move(taken).error();
  return !refusal_;
}

Result<void> DispatchExchange::take_piece(std::string_view piece) {
  if (receiver_) return receiver_->feed(piece);
  if (body_.size() + piece.size() > body_bytes_max()) return body_too_large();
  body_.append(piece);
  return {};
}

Result<void> DispatchExchange::complete_body() {
  if (receiver_) {
    CUMULITE_ASSIGN(received_, receiver_->finish());
    receiver_.reset();
    return {};
  }
  // The signature covers the body as it was sent, compressed or not.
  const Authenticator& authenticator = dispatcher_.authenticator();
  CUMULITE_TRY(authenticator.on_body(request(), route_, body_, found_));
  if (route_.format == wire::Format::kRestXml && authenticator.verifies() &&
      sigv4::announces_payload_hash(request())) {
    const std::string raw = checksum::digest(checksum::Algorithm::kSha256, body_);
    CUMULITE_TRY(
        authenticator.judged(sigv4::check_payload_hash(request(), checksum::hex(raw)), found_));
  }
  if (route_.format != wire::Format::kRestXml)
    CUMULITE_TRY(decompress_body(route_, request(), body_));
  if (route_.format == wire::Format::kRestXml &&
      request().header("x-amz-content-sha256").starts_with("STREAMING-")) {
    CUMULITE_ASSIGN(auto options, chunked_options());
    std::string decoded;
    sigv4::ChunkedBodyDecoder decoder(std::move(options),
                                      [&](std::string_view piece) { decoded += piece; });
    CUMULITE_TRY(decoder.feed(body_));
    CUMULITE_TRY(decoder.finish());
    body_ = std::move(decoded);
  }
  if (route_.format == wire::Format::kRestXml && row_ != nullptr) {
    CUMULITE_TRY(check_document_digests(request(), *route_.operation, body_));
  }
  if (route_.kind != route::Kind::kForm) return {};
  CUMULITE_TRY(route::route_form(http::parse_query(body_), route_));
  return accept_operation();
}

bool DispatchExchange::blocking() const {
  return dispatcher_.options().commits_block || route_.kind == route::Kind::kAdmin ||
         route_.kind == route::Kind::kPostObject || is_function_url(route_) ||
         (row_ != nullptr && row_->options.blocking);
}

std::variant<http::Response, http::Parked> DispatchExchange::respond(bool final_try) {
  if (route_.kind == route::Kind::kAdmin) return answer_admin();
  if (!refusal_ && !is_prepared_) {
    auto completed = guarded(route_, [&] { return complete_body(); });
    if (!completed.ok()) refusal_ = std::move(completed).error();
    is_prepared_ = true;
  }
  if (refusal_) return answer_error(*refusal_);
  return run(final_try);
}

std::variant<http::Response, http::Parked> DispatchExchange::run(bool final_try) {
  const storage::Fence::Pass pass(dispatcher_.fence());
  while (true) {
    if (parking_) parking_->clear();
    http::Response response;
    const std::int64_t now_ms = env_.clock.now_ms(found_.caller.account_id);
    Context ctx{env_,        *served_->service, found_.caller, request(), id_.request_id, now_ms,
                started_ms_, final_try,         &received_,    response,  &route_};
    Invocation outcome = invoke(ctx);
    if (const auto* error = std::get_if<Error>(&outcome)) {
      http::Response refused = answer_error(*error);
      return refused;
    }
    if (std::holds_alternative<std::monostate>(outcome)) {
      served_->service->decorate(ctx);
      compress_answer(route_, request(), response);
      finish(response);
      return response;
    }
    const Wait& wait = std::get<Wait>(outcome);
    if (final_try) {
      log::error("{} waited although it had to answer", operation_name(route_));
      return answer_error(internal_failure(route_));
    }
    if (now_ms >= wait.deadline_ms) {
      final_try = true;
      continue;
    }
    // What happened while nobody listened yet is found by looking once more.
    if (!parking_ || parking_->topic() != wait.topic) {
      parking_.emplace(env_.wake, wait.topic);
      continue;
    }
    return park(wait);
  }
}

Invocation DispatchExchange::invoke(Context& ctx) {
  return guarded(route_,
                 [&]() -> Invocation { return is_pseudo() ? run_pseudo(ctx) : run_row(ctx); });
}

Invocation DispatchExchange::run_row(Context& ctx) {
  if (dispatcher_.authenticator().enforces() && !is_authorized_) {
    if (auto allowed = served_->service->authorize(ctx, *route_.operation); !allowed.ok()) {
      return std::move(allowed).error();
    }
  }
  const wire::Input input{.request = request(),
                          .body = body_,
                          .labels = &route_.labels,
                          .current_words = env_.settings.dynamodb_current_words};
  return row_->run(ctx, {*route_.service, *route_.operation, route_.format, input});
}

Invocation DispatchExchange::run_pseudo(Context& ctx) {
  if (route_.kind == route::Kind::kPreflight &&
      (route_.label("Bucket").empty() ||
       request().header("Access-Control-Request-Headers").find("x-amz-target") !=
           std::string_view::npos)) {
    ctx.response = cors::preflight(request(), env_.settings.cors_origins);
    return std::monostate{};
  }
  if (route_.kind == route::Kind::kHealthCheck) {
    ctx.response.add_header("Content-Type", "text/plain");
    ctx.response.body = fmt::format("healthy: dynamodb.{}.amazonaws.com ", found_.caller.region);
    return std::monostate{};
  }
  return served_->service->run_pseudo(ctx, route_);
}

http::Parked DispatchExchange::park(const Wait& wait) {
  const std::string_view account = found_.caller.account_id;
  // A client's own wait never takes longer than it asked for, also while the clock stands still.
  const std::int64_t asked_ms = wait.deadline_ms - started_ms_;
  const std::int64_t left_real_ms = asked_ms - (real_now_ms() - started_real_ms_);
  http::Parked parked;
  parked.timeout_ms = std::max<std::int64_t>(
      0, std::min(env_.clock.real_ms_until(wait.deadline_ms, account), left_real_ms));
  parked.subscribe = [this](std::function<void()> wake) {
    return parking_->attach(std::move(wake));
  };
  return parked;
}

http::Response DispatchExchange::answer_admin() {
  http::Response response;
  response.add_header("Content-Type", "application/json");
  if (!cors::may_administer(request())) {
    response.status = 403;
    response.body = R"({"message": "Calls from foreign origins and hosts are refused."})";
    return response;
  }
  const auto* handler = env_.admin.find(request().path);
  if (refusal_ || handler == nullptr) {
    response.status = refusal_ ? refusal_->http_status : 404;
    response.body = refusal_ ? R"({"message": "The request body is too large."})"
                             : R"({"message": "There is no such path."})";
    return response;
  }
  try {
    response = (*handler)({request(), body_});
  } catch (const std::exception& failure) {
    log::error("{} failed: {}", request().path, failure.what());
    response.status = 500;
    response.body = R"({"message": "The call failed; see the log."})";
  }
  if (!request().header("Origin").empty()) {
    cors::add_headers(request(), env_.settings.cors_origins, response);
  }
  return response;
}

http::Response DispatchExchange::answer_error(const Error& error) {
  http::Response response;
  const model::ServiceModel& model =
      route_.service != nullptr ? *route_.service : *route::find_service(kS3);
  const wire::ErrorContext context{
      .request_id = id_.request_id, .host_id = id_.host_id, .head = request().method == "HEAD"};
  wire::write_error(route_.format, model, error, context, response);
  if (served_ != nullptr) {
    Context ctx{env_,           *served_->service, found_.caller, request(),
                id_.request_id, started_ms_,       started_ms_,   true,
                nullptr,        response,          &route_};
    served_->service->decorate(ctx);
  }
  finish(response);
  return response;
}

void DispatchExchange::finish(http::Response& response) {
  if (!id_.host_id.empty()) {
    if (response.header("x-amz-request-id").empty()) {
      response.add_header("x-amz-request-id", id_.request_id);
    }
    if (response.header("x-amz-id-2").empty()) response.add_header("x-amz-id-2", id_.host_id);
  } else if (route_.service != nullptr && route_.service->id != kS3 &&
             request().has_header("Origin") && route_.kind != route::Kind::kPreflight &&
             !is_function_url(route_)) {
    cors::add_headers(request(), env_.settings.cors_origins, response);
  }
  if (log::level() == log::Level::kDebug) {
    log::debug("{} {} {} {} -> {} in {} ms", found_.caller.account_id, request().method,
               request().path, operation_name(route_), response.status,
               started_real_ms_ == 0 ? 0 : real_now_ms() - started_real_ms_);
  }
}

}  // namespace cumulite
