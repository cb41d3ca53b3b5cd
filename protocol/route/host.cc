#include "protocol/route/host.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <utility>
#include <vector>

namespace cumulite::route {
namespace {

std::string lower_host(std::string_view host) {
  // "[::1]:4566" names no service, whatever is inside the brackets.
  if (host.starts_with('[')) return {};
  std::string name(host.substr(0, host.find(':')));
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (name.ends_with('.')) name.pop_back();
  return name;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

/// "s3", "s3-us-west-2", "s3-website-eu-west-1", "s3-accelerate", "s3express-use1-az4".
bool is_s3_label(std::string_view label) {
  return label == "s3" || label.starts_with("s3-") || label.starts_with("s3express-");
}

bool is_control(std::string_view label) {
  return label == "s3-control" || label == "s3-control-fips";
}

/// The account's or the access point's part before these is no bucket.
bool is_bucketless(std::string_view label) {
  return is_control(label) || label == "s3-object-lambda" || label == "s3-outposts" ||
         label == "s3express-control";
}

/// Position of the label that says S3: the last plain "s3" (bucket names may hold "s3" themselves),
/// else the last that starts like one. npos if none.
std::size_t find_s3(const std::vector<std::string_view>& labels) {
  for (std::size_t i = labels.size(); i-- > 0;) {
    if (labels[i] == "s3") return i;
  }
  for (std::size_t i = labels.size(); i-- > 0;) {
    if (is_s3_label(labels[i])) return i;
  }
  return std::string_view::npos;
}

/// Names of services that are words of every day: they count only below a domain that is AWS's or
/// meant to be it, so that "logs.example.com" stays an endpoint of everything.
std::string_view find_everyday_service(std::string_view name, std::string_view label) {
  constexpr std::string_view kDomains[] = {".amazonaws.com", ".amazonaws.com.cn", ".api.aws",
                                           ".localhost", ".localhost.localstack.cloud"};
  constexpr std::pair<std::string_view, std::string_view> kServices[] = {
      {"email", "ses"},
      {"iam", "iam"},
      {"kms", "kms"},
      {"lambda", "lambda"},
      {"logs", "logs"},
      {"secretsmanager", "secretsmanager"},
      {"ssm", "ssm"},
      {"sts", "sts"}};
  const bool is_aws = std::any_of(std::begin(kDomains), std::end(kDomains),
                                  [&](std::string_view domain) { return name.ends_with(domain); });
  if (label.ends_with("-fips")) label.remove_suffix(5);
  for (const auto& [prefix, service] : kServices) {
    if (is_aws && label == prefix) return service;
  }
  return {};
}

std::string_view find_other_service(const std::vector<std::string_view>& labels) {
  const std::string_view first = labels[0];
  const std::string_view second = labels.size() > 1 ? labels[1] : std::string_view{};
  if (first == "sqs" || first == "queue" || first == "sqs-fips" || second == "queue") return "sqs";
  if (first == "sns" || first == "sns-fips") return "sns";
  if (first == "glacier" || first == "glacier-fips") return "glacier";
  if (first == "streams" && second == "dynamodb") return "dynamodbstreams";
  if (first == "streams-dynamodb") return "dynamodbstreams";
  // "<account>.ddb.<region>" is the account's own endpoint.
  if (first == "dynamodb" || first == "dynamodb-fips" || second == "ddb") return "dynamodb";
  return {};
}

}  // namespace

HostTarget parse_host(std::string_view host) {
  HostTarget target;
  const std::string name = lower_host(host);
  if (name.empty()) return target;
  const auto labels = split(name, '.');
  if (labels.size() > 2 && labels[1] == "lambda-url") {
    target.service = "lambda";
    target.function_url = labels[0];
    return target;
  }
  const std::size_t at = find_s3(labels);
  if (at == std::string_view::npos) {
    target.service = find_other_service(labels);
    if (target.service.empty()) target.service = find_everyday_service(name, labels[0]);
    // Clients that are told http://localhost put the bucket before it.
    constexpr std::string_view kLocal = ".localhost";
    if (target.service.empty() && name.ends_with(kLocal)) {
      target.bucket = name.substr(0, name.size() - kLocal.size());
    }
    return target;
  }
  target.service = is_control(labels[at]) ? "s3control" : "s3";
  target.website = labels[at].starts_with("s3-website");
  target.directory_control = labels[at] == "s3express-control";
  if (at > 0 && !is_bucketless(labels[at])) {
    target.bucket = name.substr(0, static_cast<std::size_t>(labels[at].data() - name.data()) - 1);
  }
  return target;
}

}  // namespace cumulite::route
