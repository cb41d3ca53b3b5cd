#include "emulator/services/lambda/url/url_event.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <ctime>
#include <optional>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "emulator/functions/trace.h"
#include "protocol/codec/base64.h"
#include "protocol/codec/json_document.h"
#include "protocol/codec/utf8.h"

namespace cumulite::lambda {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kTextTypes[] = {"text", "json", "xml", "javascript"};

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

/// Bodies of other types are told in Base64, even where they could be told as they are: forms too.
bool is_text_type(std::string_view type) {
  if (type.empty()) return true;
  const auto name = lower(type);
  return std::any_of(std::begin(kTextTypes), std::end(kTextTypes),
                     [&](std::string_view part) { return name.find(part) != std::string::npos; });
}

/// "4566" of "http://localhost:4566".
std::string port_of(const std::string& url) {
  const auto at = url.find(':', url.find("//"));
  return at == std::string::npos ? "443" : url.substr(at + 1);
}

/// The request's path, with one slash at its beginning however many it has: URLs end in one, and
/// clients put another behind it.
std::string path_of(const http::Request& request) {
  const auto path = http::percent_decode(request.path);
  const auto begin = path.find_first_not_of('/');
  return begin == std::string::npos ? "/" : "/" + path.substr(begin);
}

Json request_context(const Context& ctx, std::string_view url_id) {
  const auto& request = ctx.request;
  Json context = {{"accountId", ctx.caller.anonymous ? "anonymous" : ctx.caller.account_id},
                  {"apiId", url_id},
                  {"domainName", request.header("Host")},
                  {"domainPrefix", url_id},
                  {"http",
                   {{"method", request.method},
                    {"path", path_of(request)},
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

void write_failure(http::Response& response) {
  response.status = 502;
  response.add_header("Content-Type", "application/json");
  response.body = "Internal Server Error";
}

/// The status of an answer that may name one, as a number or as its text; nullopt: it is none.
std::optional<int> status_of(const Json& document) {
  constexpr int kStatusMin = 100;
  constexpr int kStatusMax = 599;
  const auto text = text_of(document.value("statusCode", Json(200)));
  int status = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), status);
  const bool is_number = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
  if (!is_number || status < kStatusMin || status > kStatusMax) return std::nullopt;
  return status;
}

/// Status, headers and cookies as a function names them; the content type has a default.
void write_head(const Json& document, std::string_view default_type, http::Response& response) {
  response.status = status_of(document).value_or(502);
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
    if (name == "cookie") {
      cookies = cookies_of(header.value);
    } else if (name != "connection") {
      add(headers, name, header.value);
    }
  }
  headers["x-amzn-trace-id"] = url_trace(ctx);
  headers["x-forwarded-for"] = request.remote_address;
  headers["x-forwarded-port"] = port_of(ctx.client_url());
  headers["x-forwarded-proto"] = ctx.client_url().starts_with("https") ? "https" : "http";
  Json event = {{"version", "2.0"},
                {"routeKey", "$default"},
                {"rawPath", path_of(request)},
                {"rawQueryString", request.query}};
  if (!cookies.empty()) event["cookies"] = std::move(cookies);
  event["headers"] = std::move(headers);
  Json query = Json::object();
  for (const auto& [name, value] : http::parse_query(request.query)) add(query, name, value);
  if (!query.empty()) event["queryStringParameters"] = std::move(query);
  event["requestContext"] = request_context(ctx, url_id);
  const bool is_text = is_text_type(request.header("Content-Type")) && codec::is_utf8(body);
  if (!body.empty()) event["body"] = is_text ? std::string(body) : codec::base64_encode(body);
  event["isBase64Encoded"] = !body.empty() && !is_text;
  return event.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string url_trace(const Context& ctx) {
  const auto given = ctx.request.header("X-Amzn-Trace-Id");
  return given.empty() ? functions::untraced(ctx.request_id, ctx.started_ms) : std::string(given);
}

void write_url_answer(const functions::InvocationResult& result, http::Response& response) {
  if (result.status == functions::InvocationResult::Status::kThrottled) {
    response.status = 429;
    response.add_header("Content-Type", "application/json");
    response.body = result.payload;
    return;
  }
  if (!result.ok()) return write_failure(response);
  const auto document = Json::parse(result.payload, nullptr, false);
  if (!document.is_object() || !document.contains("statusCode")) {
    response.add_header("Content-Type", "application/json");
    // A document is written anew, without what space it has between its parts.
    response.body = document.is_string()       ? document.get<std::string>()
                    : document.is_structured() ? document.dump()
                                               : result.payload;
    return;
  }
  if (!status_of(document)) return write_failure(response);
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
