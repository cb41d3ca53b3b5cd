#include "emulator/services/s3/logging/log_line.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>

#include <fmt/format.h>

#include "protocol/http/response.h"

namespace cumulite::s3 {

namespace {

struct Resource {
  std::string_view operation;
  std::string_view name;
};

/// Where the resource is not the sub-resource's name.
constexpr std::array kResources = {
    Resource{"CopyObject", "OBJECT"},
    Resource{"GetObject", "OBJECT"},
    Resource{"HeadObject", "OBJECT"},
    Resource{"PutObject", "OBJECT"},
    Resource{"DeleteObject", "OBJECT"},
    Resource{"UploadPart", "PART"},
    Resource{"UploadPartCopy", "PART"},
    Resource{"CreateMultipartUpload", "UPLOADS"},
    Resource{"CompleteMultipartUpload", "UPLOAD"},
    Resource{"AbortMultipartUpload", "UPLOAD"},
    Resource{"ListParts", "UPLOAD"},
    Resource{"ListMultipartUploads", "UPLOADS"},
    Resource{"DeleteObjects", "MULTI_OBJECT_DELETE"},
    Resource{"ListObjectVersions", "BUCKETVERSIONS"},
    Resource{"ListObjects", "BUCKET"},
    Resource{"ListObjectsV2", "BUCKET"},
    Resource{"CreateBucket", "BUCKET"},
    Resource{"HeadBucket", "BUCKET"},
    Resource{"DeleteBucket", "BUCKET"},
    Resource{"GetObjectTagging", "OBJECT_TAGGING"},
    Resource{"PutObjectTagging", "OBJECT_TAGGING"},
    Resource{"DeleteObjectTagging", "OBJECT_TAGGING"},
    Resource{"PutBucketLogging", "LOGGING_STATUS"},
    Resource{"GetBucketLogging", "LOGGING_STATUS"},
    Resource{"RestoreObject", "OBJECT"},
    Resource{"SelectObjectContent", "SELECT"},
};

std::string upper(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return result;
}

std::string or_dash(std::string_view text) {
  return text.empty() ? std::string("-") : std::string(text);
}

std::string number_or_dash(std::uint64_t value) {
  return value == 0 ? std::string("-") : fmt::to_string(value);
}

/// Keys are encoded twice, as the request line may hold them encoded once.
std::string encoded_key(std::string_view key) {
  if (key.empty()) return "-";
  return http::percent_encode(http::percent_encode(key, true), true);
}

/// In quotes; a quote within would end the field.
std::string in_quotes(std::string_view text) {
  std::string clean = or_dash(text);
  std::replace(clean.begin(), clean.end(), '"', '\'');
  return '"' + clean + '"';
}

/// "[06/Feb/2019:00:00:38 +0000]"
std::string log_time(std::int64_t ms) {
  // "Wed, 06 Feb 2019 00:00:38 GMT"
  const std::string date = http::http_date(ms);
  return fmt::format("[{}/{}/{}:{} +0000]", date.substr(5, 2), date.substr(8, 3),
                     date.substr(12, 4), date.substr(17, 8));
}

/// The code within an error's body; HEAD has none.
std::string error_code(const http::Response& response) {
  constexpr std::string_view kBegin = "<Code>";
  if (response.status < 300) return "-";
  const std::size_t begin = response.body.find(kBegin);
  const std::size_t end = response.body.find("</Code>");
  if (begin == std::string::npos || end == std::string::npos) return "-";
  return response.body.substr(begin + kBegin.size(), end - begin - kBegin.size());
}

std::uint64_t sent_bytes(const Context& ctx) {
  if (ctx.request.method == "HEAD") return 0;
  return ctx.response.stream ? ctx.response.stream_length : ctx.response.body.size();
}

/// Of the object, where the answer or the request tells it.
std::uint64_t object_size(const Context& ctx, std::string_view operation) {
  if (operation == "PutObject" || operation == "UploadPart") {
    return ctx.body != nullptr ? ctx.body->size_bytes() : ctx.request.content_length;
  }
  if (operation != "GetObject" || ctx.response.status >= 300) return 0;
  const std::string_view range = ctx.response.header("Content-Range");
  const std::size_t slash = range.find('/');
  if (slash == std::string_view::npos) return sent_bytes(ctx);
  return std::strtoull(std::string(range.substr(slash + 1)).c_str(), nullptr, 10);
}

struct Signature {
  std::string_view version = "-";
  std::string_view type = "-";
};

Signature signature_of(const http::Request& request) {
  const std::string_view header = request.header("Authorization");
  if (header.starts_with("AWS4-")) return {"SigV4", "AuthHeader"};
  if (header.starts_with("AWS ")) return {"SigV2", "AuthHeader"};
  if (request.has_query("X-Amz-Signature")) return {"SigV4", "QueryString"};
  if (request.has_query("Signature")) return {"SigV2", "QueryString"};
  return {};
}

std::string requester(const Caller& caller) {
  if (caller.anonymous) return "-";
  return or_dash(caller.canonical_user_id);
}

}  // namespace

std::string log_operation(std::string_view method, std::string_view operation) {
  const auto* found =
      std::find_if(kResources.begin(), kResources.end(),
                   [&](const Resource& resource) { return resource.operation == operation; });
  std::string name(found != kResources.end() ? found->name : "");
  if (name.empty()) {
    const auto* model = api::kModel.find(operation);
    const std::size_t question = model == nullptr ? std::string_view::npos : model->uri.find('?');
    name = question == std::string_view::npos ? "OBJECT" : upper(model->uri.substr(question + 1));
  }
  if (operation == "CopyObject") return "REST.COPY.OBJECT";
  return fmt::format("REST.{}.{}", method, name);
}

std::string log_line(const Context& ctx, const BucketRecord& bucket) {
  const http::Request& request = ctx.request;
  const std::string_view operation =
      ctx.route != nullptr && ctx.route->operation != nullptr ? ctx.route->operation->name : "";
  const std::string_view key = ctx.route != nullptr ? ctx.route->label("Key") : "";
  const Signature signature = signature_of(request);
  const std::int64_t took_ms = std::max<std::int64_t>(0, ctx.now_ms - ctx.started_ms);
  const std::string version = request.query_value("versionId");
  return fmt::format(
      "{} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} - {} {} {} {} {} - -\n",
      bucket.owner_id, bucket.name, log_time(ctx.now_ms), or_dash(request.remote_address),
      requester(ctx.caller), or_dash(ctx.request_id), log_operation(request.method, operation),
      encoded_key(key), in_quotes(fmt::format("{} {} HTTP/1.1", request.method, request.target)),
      ctx.response.status, error_code(ctx.response), number_or_dash(sent_bytes(ctx)),
      number_or_dash(object_size(ctx, operation)), took_ms, took_ms,
      in_quotes(request.header("Referer")), in_quotes(request.header("User-Agent")),
      or_dash(version), signature.version, request.tls ? "TLS_AES_128_GCM_SHA256" : "-",
      signature.type, or_dash(request.header("Host")), request.tls ? "TLSv1.3" : "-");
}

std::string log_key(const api::LoggingEnabled& logging, const BucketRecord& source,
                    std::int64_t now_ms, std::string_view unique) {
  const auto day = std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(now_ms)));
  const std::chrono::year_month_day date(day);
  const std::int64_t second = now_ms / 1000 % 86'400;
  const std::string year = fmt::format("{:04}", static_cast<int>(date.year()));
  const std::string month = fmt::format("{:02}", static_cast<unsigned>(date.month()));
  const std::string of_month = fmt::format("{:02}", static_cast<unsigned>(date.day()));
  const std::string name = fmt::format("{}-{}-{}-{:02}-{:02}-{:02}-{}", year, month, of_month,
                                       second / 3600, second / 60 % 60, second % 60, unique);
  const std::string prefix = logging.TargetPrefix.value_or("");
  if (!logging.TargetObjectKeyFormat || !logging.TargetObjectKeyFormat->PartitionedPrefix) {
    return prefix + name;
  }
  return fmt::format("{}{}/{}/{}/{}/{}/{}/{}", prefix, source.owner_account, source.region,
                     source.name, year, month, of_month, name);
}

}  // namespace cumulite::s3
