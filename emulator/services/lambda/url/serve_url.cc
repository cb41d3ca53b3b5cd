#include "emulator/services/lambda/url/serve_url.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "emulator/functions/functions.h"
#include "emulator/services/lambda/documents.h"
#include "emulator/services/lambda/invoke/streamed_body.h"
#include "emulator/services/lambda/invoke/waiting_call.h"
#include "emulator/services/lambda/names.h"
#include "emulator/services/lambda/service.h"
#include "emulator/services/lambda/url/url_event.h"
#include "emulator/services/lambda/url/url_rows.h"
#include "protocol/time_units.h"

namespace cumulite::lambda {
namespace {

// The function's own time-out ends a wait, in real time: virtual time must not.
constexpr std::int64_t kUrlWaitMs = 50 * 365 * kDayMs;
constexpr std::size_t kBodyBytesMax = 6 * 1024 * 1024;

/// "us-east-1" of "ID.lambda-url.us-east-1.localhost:4566".
std::string region_of(std::string_view host) {
  constexpr std::string_view kMark = ".lambda-url.";
  const auto at = host.find(kMark);
  if (at == std::string_view::npos) return {};
  host.remove_prefix(at + kMark.size());
  return std::string(host.substr(0, host.find_first_of(".:")));
}

void refuse(Context& ctx, int status, std::string_view code, std::string_view message) {
  auto& response = ctx.response;
  response.status = status;
  response.add_header("x-amzn-RequestId", ctx.request_id);
  response.add_header("Content-Type", "application/json");
  response.add_header("x-amzn-ErrorType", code);
  response.body = fmt::format(R"({{"Message":{}}})", message);
}

/// There is nothing at this URL, or nothing for this caller: the service does not tell which.
Invocation forbidden(Context& ctx, bool is_known) {
  refuse(ctx, 403, "AccessDeniedException",
         is_known ? R"("Forbidden. For troubleshooting Function URL authorization issues, see: )"
                    R"(https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html")"
                  : "null");
  return std::monostate{};
}

std::string join(const std::optional<std::vector<std::string>>& list) {
  std::string text;
  for (const auto& entry : list.value_or(std::vector<std::string>())) {
    if (!text.empty()) text += ",";
    text += entry;
  }
  return text;
}

/// The request's id, and what the URL's configuration says to a browser of this origin.
void add_headers(const Context& ctx, const UrlConfig& config) {
  ctx.response.add_header("x-amzn-RequestId", ctx.request_id);
  const auto origin = ctx.request.header("Origin");
  if (!config.Cors || origin.empty()) return;
  const auto& cors = *config.Cors;
  const auto origins = cors.AllowOrigins.value_or(std::vector<std::string>());
  const bool any = std::find(origins.begin(), origins.end(), "*") != origins.end();
  if (!any && std::find(origins.begin(), origins.end(), origin) == origins.end()) return;
  auto& response = ctx.response;
  const bool with_credentials = cors.AllowCredentials.value_or(false);
  response.add_header("Access-Control-Allow-Origin", any && !with_credentials ? "*" : origin);
  if (with_credentials) response.add_header("Access-Control-Allow-Credentials", "true");
  if (cors.ExposeHeaders)
    response.add_header("Access-Control-Expose-Headers", join(cors.ExposeHeaders));
  if (ctx.request.method != "OPTIONS") return;
  if (cors.AllowMethods)
    response.add_header("Access-Control-Allow-Methods", join(cors.AllowMethods));
  if (cors.AllowHeaders)
    response.add_header("Access-Control-Allow-Headers", join(cors.AllowHeaders));
  if (cors.MaxAge) response.add_header("Access-Control-Max-Age", std::to_string(*cors.MaxAge));
}

Result<std::string> read_body(const Context& ctx) {
  if (ctx.body == nullptr || ctx.body->spool == nullptr) return std::string();
  if (ctx.body->size_bytes() > kBodyBytesMax)
    return Error{"RequestTooLargeException", "Request too large", 413};
  std::string body(ctx.body->size_bytes(), '\0');
  ctx.body->spool->read_at(0, body.data(), body.size());
  return body;
}

}  // namespace

Invocation serve_url(Context& ctx, const route::Route& route) {
  auto& functions = functions_of(ctx);
  const std::string id(ctx.request_id);
  const std::string url_id(route.label("UrlId"));
  const auto name = find_url_target(ctx.env.store, url_id, region_of(ctx.request.header("Host")));
  const auto config =
      name ? find_document<UrlOp>(ctx.env.store, *name, functions::DocumentKind::kUrl)
           : std::nullopt;
  if (!config) return forbidden(ctx, name.has_value());
  const Wait wait = {.topic = "lambda/" + id, .deadline_ms = ctx.started_ms + kUrlWaitMs};
  if (auto stream = functions.pending_calls().take_stream(id)) {
    write_url_head(*stream, ctx.response);
    add_headers(ctx, *config);
    ctx.response.stream = plain_body(std::move(stream));
    ctx.response.chunked = true;
    return std::monostate{};
  }
  if (const auto result = functions.pending_calls().take(id)) {
    write_url_answer(*result, ctx.response);
    add_headers(ctx, *config);
    return std::monostate{};
  }
  if (functions.pending_calls().is_known(id) && !ctx.final_try) return wait;
  if (config->Cors && ctx.request.method == "OPTIONS" && !ctx.request.header("Origin").empty()) {
    add_headers(ctx, *config);
    return std::monostate{};
  }
  auto found = functions.find(*name);
  if (!found || (config->AuthType == "AWS_IAM" && ctx.caller.anonymous))
    return forbidden(ctx, true);
  auto body = read_body(ctx);
  if (!body.ok()) {
    refuse(ctx, 413, body.error().code, '"' + body.error().message + '"');
    return std::monostate{};
  }
  functions::InvocationRequest request = {.arn = qualified_arn(*name),
                                          .now_ms = ctx.now_ms,
                                          .request_id = id,
                                          .when_busy = functions::WhenBusy::kThrottle};
  request.trace_header = url_trace(ctx);
  start_call(ctx, {.found = std::move(*found),
                   .request = std::move(request),
                   .payload = url_event(ctx, url_id, *body),
                   .topic = wait.topic,
                   .is_streamed = config->InvokeMode == "RESPONSE_STREAM"});
  return wait;
}

}  // namespace cumulite::lambda
