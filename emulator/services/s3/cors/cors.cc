#include "emulator/services/s3/cors/cors.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <string>
#include <vector>

#include "api/s3.h"
#include "emulator/services/s3/access/policy.h"
#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/configuration/store.h"
#include "emulator/services/s3/errors.h"
#include "protocol/codec/text.h"

namespace cumulite::s3 {

namespace {

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> items;
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    std::string_view item = list.substr(0, comma);
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    if (!item.empty()) items.emplace_back(item);
  }
  return items;
}

std::string join(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) {
    if (!text.empty()) text += ", ";
    text += item;
  }
  return text;
}

/// What a browser asks, in a preflight or with the request itself.
struct Preflight {
  std::string origin;
  std::string method;
  std::vector<std::string> headers;
};

bool allows(const api::CORSRule& rule, const Preflight& asked) {
  const auto origin = [&](const std::string& pattern) {
    return matches_wildcards(pattern, asked.origin);
  };
  const auto& origins = *rule.AllowedOrigins;
  const auto& methods = *rule.AllowedMethods;
  if (std::none_of(origins.begin(), origins.end(), origin)) return false;
  if (std::find(methods.begin(), methods.end(), asked.method) == methods.end()) return false;
  const auto patterns = rule.AllowedHeaders.value_or(std::vector<std::string>{});
  return std::all_of(asked.headers.begin(), asked.headers.end(), [&](const std::string& header) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
      return matches_wildcards(codec::lower(pattern), codec::lower(header));
    });
  });
}

std::optional<api::CORSRule> find_rule(const BucketRecord& bucket, const Context& ctx,
                                       const Preflight& asked) {
  const auto configuration =
      read_configuration<api::CORSConfiguration>(ctx.env.store, bucket, Configuration::kCors);
  if (!configuration || !configuration->CORSRules) return std::nullopt;
  for (const api::CORSRule& rule : *configuration->CORSRules) {
    if (allows(rule, asked)) return rule;
  }
  return std::nullopt;
}

void write_headers(const api::CORSRule& rule, const Preflight& asked, http::Response& response) {
  const auto& origins = *rule.AllowedOrigins;
  const bool any = std::find(origins.begin(), origins.end(), "*") != origins.end();
  response.add_header("Access-Control-Allow-Origin", any ? "*" : asked.origin);
  response.add_header("Access-Control-Allow-Methods", join(*rule.AllowedMethods));
  if (!asked.headers.empty()) {
    std::vector<std::string> headers;
    for (const std::string& header : asked.headers) headers.push_back(codec::lower(header));
    response.add_header("Access-Control-Allow-Headers", join(headers));
  }
  if (rule.ExposeHeaders && !rule.ExposeHeaders->empty()) {
    response.add_header("Access-Control-Expose-Headers", join(*rule.ExposeHeaders));
  }
  if (rule.MaxAgeSeconds) {
    response.add_header("Access-Control-Max-Age", std::to_string(*rule.MaxAgeSeconds));
  }
  if (!any) response.add_header("Access-Control-Allow-Credentials", "true");
  response.add_header("Vary",
                      "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
}

Error forbidden(std::string_view message, std::string_view method, std::string_view resource) {
  return Error{"AccessForbidden", std::string(message), 403}
      .with("Method", method)
      .with("ResourceType", resource);
}

}  // namespace

Result<void> preflight(Context& ctx, std::string_view bucket_name) {
  const Preflight asked{std::string(ctx.request.header("Origin")),
                        std::string(ctx.request.header("Access-Control-Request-Method")),
                        split(ctx.request.header("Access-Control-Request-Headers"))};
  if (asked.origin.empty()) {
    return Error{"BadRequest", "Insufficient information. Origin request header needed.", 400};
  }
  const auto bucket = current_bucket(ctx.env.store, bucket_name);
  if (!bucket || !bucket->has(Configuration::kCors)) {
    return forbidden(bucket ? "CORSResponse: CORS is not enabled for this bucket."
                            : "CORSResponse: Bucket not found",
                     asked.method.empty() ? "OPTIONS" : asked.method, "BUCKET");
  }
  if (asked.method.empty()) {
    return Error{"BadRequest", "Invalid Access-Control-Request-Method: null", 400};
  }
  const auto rule = find_rule(*bucket, ctx, asked);
  if (!rule) {
    const bool on_object = ctx.route != nullptr && !ctx.route->label("Key").empty();
    return forbidden(
        "CORSResponse: This CORS request is not allowed. This is usually because the evalution of "
        "Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers "
        "are not whitelisted by the resource's CORS spec.",
        asked.method, on_object ? "OBJECT" : "BUCKET");
  }
  write_headers(*rule, asked, ctx.response);
  return {};
}

void add_cors_headers(Context& ctx, std::string_view bucket_name) {
  if (!ctx.request.has_header("Origin")) return;
  const auto bucket = current_bucket(ctx.env.store, bucket_name);
  if (!bucket || !bucket->has(Configuration::kCors)) return;
  Preflight asked{std::string(ctx.request.header("Origin")), std::string(ctx.request.method),
                  split(ctx.request.header("Access-Control-Request-Headers"))};
  if (ctx.request.has_header("Access-Control-Request-Method")) {
    asked.method = ctx.request.header("Access-Control-Request-Method");
  }
  if (const auto rule = find_rule(*bucket, ctx, asked)) write_headers(*rule, asked, ctx.response);
}

}  // namespace cumulite::s3
