#include "emulator/services/lambda/url/url_event.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "protocol/codec/base64.h"
#include "protocol/codec/json_document.h"
#include "protocol/codec/utf8.h"

namespace cumulite::lambda {
namespace {

using Json = nlohmann::ordered_json;

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

/// Values of one name are joined by commas.
void add(Json& object, const std::string& name, std::string_view value) {
  const auto known = object.find(name);
  if (known == object.end()) {
    object[name] = value;
  } else {
    *known = fmt::format("{},{}", known->get<std::string>(), value);
  }
}

Json cookies_of(std::string_view header) {
  Json cookies = Json::array();
  while (!header.empty()) {
    const auto end = header.find(';');
    auto cookie = header.substr(0, end);
    cookie.remove_prefix(std::min(cookie.find_first_not_of(' '), cookie.size()));
    if (!cookie.empty()) cookies.push_back(cookie);
    header.remove_prefix(end == std::string_view::npos ? header.size() : end + 1);
  }
  return cookies;
}

/// "22/Nov/2026:07:24:20 +0000".
std::string log_time(std::int64_t unix_ms) {
  const auto seconds = static_cast<std::time_t>(unix_ms / 1'000);
  return fmt::format("{:%d/%b/%Y:%H:%M:%S} +0000", fmt::gmtime(seconds));
}

Json request_context(const Context& ctx, std::string_view url_id) {
  const auto& request = ctx.request;
  Json context = {{"accountId", ctx.caller.anonymous ? "anonymous" : ctx.caller.account_id},
                  {"apiId", url_id},
                  {"domainName", request.header("Host")},
                  {"domainPrefix", url_id},
                  {"http",
                   {{"method", request.method},
                    {"path", http::percent_decode(request.path)},
                    {"protocol", "HTTP/1.1"},
                    {"sourceIp", request.remote_address},
                    {"userAgent", request.header("User-Agent")}}},
                  {"requestId", ctx.request_id},
                  {"routeKey", "$default"},
                  {"stage", "$default"},
                  {"time", log_time(ctx.now_ms)},
                  {"timeEpoch", ctx.now_ms}};
  if (!ctx.caller.anonymous) {
    context["authorizer"]["iam"] = {{"accessKey", ctx.caller.access_key_id},
                                    {"accountId", ctx.caller.account_id},
                                    {"callerId", ctx.caller.access_key_id},
                                    {"userId", ctx.caller.access_key_id}};
  }
  return context;
}

/// A member that may be text, or a number or flag that stands for its text.
std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

/// Status, headers and cookies as a function names them; the content type has a default.
void write_head(const Json& document, std::string_view default_type, http::Response& response) {
  const auto status = document.value("statusCode", Json(200));
  response.status =
      status.is_number_integer() ? status.get<int>() : std::atoi(text_of(status).c_str());
  bool has_type = false;
  const auto headers = document.value("headers", Json::object());
  for (const auto& [name, value] : headers.items()) {
    has_type = has_type || lower(name) == "content-type";
    response.add_header(name, text_of(value));
  }
  if (!has_type) response.add_header("Content-Type", default_type);
  for (const auto& cookie : document.value("cookies", Json::array()))
    response.add_header("Set-Cookie", text_of(cookie));
}

}  // namespace

std::string url_event(const Context& ctx, std::string_view url_id, std::string_view body) {
  const auto& request = ctx.request;
  Json headers = Json::object();
  Json cookies = Json::array();
  for (const auto& header : request.headers) {
    const auto name = lower(header.name);
    if (name == "cookie") cookies = cookies_of(header.value);
    add(headers, name, header.value);
  }
  Json event = {{"version", "2.0"},
                {"routeKey", "$default"},
                {"rawPath", http::percent_decode(request.path)},
                {"rawQueryString", request.query}};
  if (!cookies.empty()) event["cookies"] = std::move(cookies);
  event["headers"] = std::move(headers);
  Json query = Json::object();
  for (const auto& [name, value] : http::parse_query(request.query)) add(query, name, value);
  if (!query.empty()) event["queryStringParameters"] = std::move(query);
  event["requestContext"] = request_context(ctx, url_id);
  const bool is_text = codec::is_utf8(body);
  if (!body.empty()) event["body"] = is_text ? std::string(body) : codec::base64_encode(body);
  event["isBase64Encoded"] = !is_text;
  return event.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void write_url_answer(const functions::InvocationResult& result, http::Response& response) {
  if (!result.ok()) {
    const bool is_throttled = result.status == functions::InvocationResult::Status::kThrottled;
    response.status = is_throttled ? 429 : 502;
    response.add_header("Content-Type", "application/json");
    response.body =
        is_throttled
            ? R"({"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."})"
            : "Internal Server Error";
    return;
  }
  const auto document = Json::parse(result.payload, nullptr, false);
  if (!document.is_object() || !document.contains("statusCode")) {
    response.add_header("Content-Type", "application/json");
    response.body = document.is_string() ? document.get<std::string>() : result.payload;
    return;
  }
  write_head(document, "application/json", response);
  const auto body = document.find("body");
  if (body == document.end() || body->is_null()) return;
  response.body = text_of(*body);
  if (document.value("isBase64Encoded", false))
    response.body = codec::base64_decode(response.body).value_or("");
}

void write_url_head(functions::ResponseStream& stream, http::Response& response) {
  constexpr std::string_view kBytes = "application/octet-stream";
  const auto prelude = Json::parse(stream.take_prelude(), nullptr, false);
  if (prelude.is_object()) return write_head(prelude, kBytes, response);
  const auto type = stream.content_type();
  response.add_header("Content-Type", type.empty() ? kBytes : std::string_view(type));
}

}  // namespace cumulite::lambda
