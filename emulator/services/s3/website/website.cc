#include "emulator/services/s3/website/website.h"

#include <optional>
#include <vector>

#include <fmt/format.h>

#include "api/s3.h"
#include "emulator/services/s3/access/authorize.h"
#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/configuration/store.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/object/attributes.h"
#include "emulator/services/s3/object/body_source.h"
#include "emulator/services/s3/object/conditions.h"
#include "emulator/services/s3/object/versions.h"
#include "protocol/codec/timestamp.h"

namespace cumulite::s3 {

namespace {

using Website = api::WebsiteConfiguration;

std::string escape_html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string_view reason_of(int status) {
  if (status == 404) return "Not Found";
  if (status == 403) return "Forbidden";
  if (status == 405) return "Method Not Allowed";
  if (status == 412) return "Precondition Failed";
  return "Bad Request";
}

std::string list_items(const Error& error) {
  std::string html = fmt::format("<li>Code: {}</li>\n<li>Message: {}</li>\n", error.code,
                                 escape_html(error.message));
  for (const ErrorField& field : error.fields) {
    html += fmt::format("<li>{}: {}</li>\n", field.name, escape_html(field.value));
  }
  return html;
}

/// S3's own error page; `document` is the failure to read the custom one.
void write_error_page(Context& ctx, const Error& error, const std::optional<Error>& document) {
  const std::string title = fmt::format("{} {}", error.http_status, reason_of(error.http_status));
  std::string html = fmt::format(
      "<html>\n<head><title>{0}</title></head>\n<body>\n<h1>{0}</h1>\n<ul>\n{1}<li>RequestId: "
      "{2}</li>\n<li>HostId: {2}</li>\n</ul>\n",
      title, list_items(error), ctx.request_id);
  if (document) {
    html += fmt::format(
        "<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n<ul>\n{}"
        "</ul>\n",
        list_items(*document));
  }
  ctx.response.status = error.http_status;
  ctx.response.add_header("Content-Type", "text/html; charset=utf-8");
  ctx.response.add_header("x-amz-error-code", error.code);
  ctx.response.add_header("x-amz-error-message", error.message);
  ctx.response.body = html + "<hr/>\n</body>\n</html>\n";
}

void send_object(Context& ctx, const BucketRecord& bucket, const std::string& key,
                 const ObjectRecord& record, int status) {
  ctx.response.status = status;
  ctx.response.add_header("Content-Type", record.content_type);
  ctx.response.add_header("ETag", quoted_etag(record));
  ctx.response.add_header("Last-Modified", http::http_date(record.modified_ms));
  for (const auto& [name, value] : record.metadata) {
    ctx.response.add_header("x-amz-meta-" + name, value);
  }
  if (!record.cache_control.empty()) {
    ctx.response.add_header("Cache-Control", record.cache_control);
  }
  if (!record.content_encoding.empty()) {
    ctx.response.add_header("Content-Encoding", record.content_encoding);
  }
  const ByteRange whole{0, record.size_bytes};
  if (ctx.request.method == "HEAD") {
    ctx.response.content_length_override = static_cast<std::int64_t>(record.size_bytes);
  } else if (record.size_bytes > 0) {
    ctx.response.stream =
        stream_segments(ctx.env.blobs, segments_of(ctx.env.store, bucket, key, record, whole));
    ctx.response.stream_length = record.size_bytes;
  }
}

/// What a browser that has the page already says of it.
Result<ReadOutcome> check_visit(const Context& ctx, const ObjectRecord& record) {
  const auto text = [&](std::string_view name) -> std::optional<std::string> {
    if (!ctx.request.has_header(name)) return std::nullopt;
    return std::string(ctx.request.header(name));
  };
  const auto date = [&](std::string_view name) {
    return codec::parse_rfc822(ctx.request.header(name));
  };
  const auto match = text("If-Match");
  const auto none_match = text("If-None-Match");
  const auto modified = date("If-Modified-Since");
  const auto unmodified = date("If-Unmodified-Since");
  return check_read({match, none_match, modified, unmodified}, record, ctx.now_ms);
}

void write_not_modified(Context& ctx, const ObjectRecord& record) {
  ctx.response.status = 304;
  ctx.response.no_content_length = true;
  ctx.response.add_header("ETag", quoted_etag(record));
  ctx.response.add_header("Last-Modified", http::http_date(record.modified_ms));
}

void write_redirect(Context& ctx, const std::string& location, int status) {
  ctx.response.status = status;
  ctx.response.add_header("Location", location);
}

/// A part of a location: what no URL may hold is escaped, what has a meaning in one keeps it, as
/// rules replace keys by paths with a query. `escapes` tells to escape "%" too, that of a key.
std::string location_text(std::string_view text, bool escapes) {
  constexpr std::string_view kNever = "\"<>\\^`{|}";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool escaped = byte <= ' ' || byte >= 0x7F || kNever.find(c) != std::string_view::npos ||
                         (escapes && c == '%');
    if (escaped) {
      out += fmt::format("%{:02X}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

/// The first rule whose conditions hold; `status` 0: before the object was looked for.
const api::RoutingRule* find_rule(const Website& website, const std::string& key, int status) {
  if (!website.RoutingRules) return nullptr;
  for (const api::RoutingRule& rule : *website.RoutingRules) {
    const auto condition = rule.Condition.value_or(api::Condition{});
    if (condition.KeyPrefixEquals && !key.starts_with(*condition.KeyPrefixEquals)) continue;
    const std::string code = condition.HttpErrorCodeReturnedEquals.value_or("");
    if (code.empty() ? status == 0 : code == std::to_string(status)) return &rule;
  }
  return nullptr;
}

void follow_rule(Context& ctx, const api::RoutingRule& rule, const std::string& key) {
  const api::Redirect& redirect = *rule.Redirect;
  std::string target = location_text(key, true);
  if (redirect.ReplaceKeyWith) {
    target = location_text(*redirect.ReplaceKeyWith, false);
  } else if (redirect.ReplaceKeyPrefixWith) {
    const std::string prefix =
        rule.Condition ? rule.Condition->KeyPrefixEquals.value_or("") : std::string();
    target = location_text(*redirect.ReplaceKeyPrefixWith, false) +
             location_text(std::string_view(key).substr(prefix.size()), true);
  }
  const std::string host = redirect.HostName.value_or(std::string(ctx.request.header("Host")));
  const std::string code = redirect.HttpRedirectCode.value_or("301");
  write_redirect(ctx, fmt::format("{}://{}/{}", redirect.Protocol.value_or("http"), host, target),
                 code.size() == 3 && code[0] == '3' ? std::stoi(code) : 301);
}

/// Errors: NoSuchKey; AccessDenied of what its visitors may not read, or not know to be missing.
Result<ObjectRecord> find_page(const Context& ctx, const BucketRecord& bucket,
                               const std::string& key) {
  auto found = find_latest(ctx.env.store, bucket, key);
  const bool is_there = found && !found->record.delete_marker;
  CUMULITE_TRY(authorize_read(ctx, bucket, key, is_there ? &found->record : nullptr));
  if (!is_there) return errors::no_such_key(key);
  return std::move(found->record);
}

void refuse(Context& ctx, const BucketRecord& bucket, const Website& website,
            const std::string& key, const Error& error) {
  if (const auto* rule = find_rule(website, key, error.http_status)) {
    return follow_rule(ctx, *rule, key);
  }
  if (!website.ErrorDocument) return write_error_page(ctx, error, std::nullopt);
  const std::string document = website.ErrorDocument->Key.value_or("");
  const auto page = find_page(ctx, bucket, document);
  if (page.ok() && !page->website_redirect.empty()) {
    return write_redirect(ctx, page->website_redirect, 301);
  }
  if (page.ok()) return send_object(ctx, bucket, document, *page, error.http_status);
  write_error_page(ctx, error, page.error());
}

void serve_page(Context& ctx, const BucketRecord& bucket, const Website& website,
                const std::string& asked) {
  if (const auto* rule = find_rule(website, asked, 0)) return follow_rule(ctx, *rule, asked);
  const std::string index = website.IndexDocument->Suffix.value_or("index.html");
  const bool folder = asked.empty() || asked.ends_with('/');
  const std::string key = folder ? asked + index : asked;
  const auto page = find_page(ctx, bucket, key);
  if (page.ok()) {
    if (!page->website_redirect.empty()) return write_redirect(ctx, page->website_redirect, 301);
    const auto outcome = check_visit(ctx, *page);
    if (!outcome.ok()) return refuse(ctx, bucket, website, key, outcome.error());
    if (*outcome == ReadOutcome::kNotModified) return write_not_modified(ctx, *page);
    return send_object(ctx, bucket, key, *page, 200);
  }
  // A folder named without its slash, with an index in it, is redirected to its real name.
  if (!folder && find_page(ctx, bucket, asked + "/" + index).ok()) {
    return write_redirect(ctx, "/" + location_text(asked, true) + "/", 302);
  }
  refuse(ctx, bucket, website, key, page.error());
}

}  // namespace

void serve_website(Context& ctx, const std::string& name, const std::string& key) {
  const auto bucket = current_bucket(ctx.env.store, name);
  if (!bucket) return write_error_page(ctx, errors::no_such_bucket(name), std::nullopt);
  const auto website = read_configuration<Website>(ctx.env.store, *bucket, Configuration::kWebsite);
  if (!website) {
    const Error error = errors::no_such_configuration(
        "NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration",
        name);
    return write_error_page(ctx, error, std::nullopt);
  }
  if (ctx.request.method != "GET" && ctx.request.method != "HEAD") {
    return write_error_page(ctx, errors::method_not_allowed(ctx.request.method, "OBJECT"),
                            std::nullopt);
  }
  if (website->RedirectAllRequestsTo) {
    const auto& all = *website->RedirectAllRequestsTo;
    return write_redirect(ctx,
                          fmt::format("{}://{}/{}", all.Protocol.value_or("http"),
                                      all.HostName.value_or(""), location_text(key, true)),
                          301);
  }
  serve_page(ctx, *bucket, *website, key);
}

}  // namespace cumulite::s3
