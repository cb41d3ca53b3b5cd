#include "emulator/services/s3/access/condition_keys.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "emulator/core/policy/request_values.h"
#include "emulator/services/s3/configuration/store.h"
#include "emulator/services/s3/lifecycle/rules.h"
#include "protocol/codec/text.h"
#include "protocol/codec/timestamp.h"

namespace cumulite::s3 {

namespace {

using Values = std::vector<std::string>;

/// Names are compared in lower case, for IAM's condition keys have none of their own.
Values one_or_none(std::string_view value) {
  if (value.empty()) return {};
  return {std::string(value)};
}

template <class Pairs>
Values tag_value(const Pairs& tags, std::string_view name) {
  for (const auto& [key, value] : tags) {
    if (key == name) return {value};
  }
  return {};
}

template <class Pairs>
Values names_of(const Pairs& tags) {
  Values names;
  for (const auto& [name, value] : tags) names.push_back(name);
  return names;
}

/// The bucket's tags, as far as they are part of access control.
TextPairs bucket_tags(const Context& ctx, const BucketRecord& bucket) {
  const auto abac =
      read_configuration<api::AbacStatus>(ctx.env.store, bucket, Configuration::kAbac);
  if (!abac || abac->Status.value_or("") != "Enabled") return {};
  const auto tagging =
      read_configuration<api::Tagging>(ctx.env.store, bucket, Configuration::kTagging);
  TextPairs tags;
  if (!tagging || !tagging->TagSet) return tags;
  for (const api::Tag& tag : *tagging->TagSet) {
    tags.emplace_back(tag.Key.value_or(""), tag.Value.value_or(""));
  }
  return tags;
}

/// How the request proves who sent it.
std::string auth_type(const http::Request& request) {
  if (request.method == "POST" && request.header("content-type").starts_with("multipart/")) {
    return "POST";
  }
  return request.has_header("authorization") ? "REST-HEADER" : "REST-QUERY-STRING";
}

std::string signature_version(const http::Request& request) {
  const bool is_v4 =
      request.header("authorization").starts_with("AWS4-") || request.has_query("X-Amz-Algorithm");
  return is_v4 ? "AWS4-HMAC-SHA256" : "AWS";
}

/// What the bucket and the kind of caller say; everything else is the same for all services. `name`
/// is what follows "aws:", in lower case.
Values global_values(const Context& ctx, const ConditionSubject& subject, std::string_view name) {
  if (name == "requestedregion") return one_or_none(subject.bucket.region);
  if (name == "resourceaccount") return one_or_none(subject.bucket.owner_account);
  if (name == "principaltype") return {ctx.caller.anonymous ? "Anonymous" : "Account"};
  if (name == "principalisawsservice") return {"false"};
  // No service makes this call, so it has no source.
  if (name == "sourceaccount" || name == "sourceowner") return {};
  return request_values(ctx, fmt::format("aws:{}", name));
}

/// Keys that are headers of the request under another name.
Values header_values(const http::Request& request, std::string_view name) {
  if (name.starts_with("x-amz-") || name == "if-none-match" || name == "if-match") {
    return one_or_none(request.header(name));
  }
  if (name.starts_with("object-lock-")) {
    return one_or_none(request.header("x-amz-" + std::string(name)));
  }
  return {};
}

/// Days until the object would be free, by the retention that the request asks for.
Values remaining_days(const Context& ctx) {
  const std::string_view until = ctx.request.header("x-amz-object-lock-retain-until-date");
  const auto time = codec::parse_timestamp(until, model::TimestampFormat::kDefault);
  if (!time) return {};
  return {std::to_string((time->ms - ctx.now_ms) / kDayMs)};
}

/// `key` is what follows "s3:" as written, `name` the same in lower case.
Values service_values(const Context& ctx, const ConditionSubject& subject, std::string_view key,
                      std::string_view name) {
  constexpr std::string_view kExistingTag = "existingobjecttag/";
  constexpr std::string_view kRequestTag = "requestobjecttag/";
  constexpr std::string_view kBucketTag = "buckettag/";
  const http::Request& request = ctx.request;
  if (name.starts_with(kExistingTag)) {
    const ObjectRecord* record = subject.object.record();
    if (record == nullptr) return {};
    return tag_value(record->tags, key.substr(kExistingTag.size()));
  }
  if (name.starts_with(kBucketTag)) {
    return tag_value(bucket_tags(ctx, subject.bucket), key.substr(kBucketTag.size()));
  }
  if (name.starts_with(kRequestTag) || name == "requestobjecttagkeys") {
    const TextPairs tags = http::parse_query(request.header("x-amz-tagging"));
    if (name == "requestobjecttagkeys") return names_of(tags);
    return tag_value(tags, key.substr(kRequestTag.size()));
  }
  if (name == "versionid") return one_or_none(request.query_value("versionId"));
  if (name == "prefix" && !subject.prefix.empty()) return {std::string(subject.prefix)};
  if (name == "prefix" || name == "delimiter" || name == "max-keys") {
    if (!request.has_query(name)) return {};
    return {request.query_value(name)};
  }
  if (name == "resourceaccount") return one_or_none(subject.bucket.owner_account);
  if (name == "object-lock-remaining-retention-days") return remaining_days(ctx);
  if (name == "tlsversion") return {};
  if (ctx.caller.anonymous) return header_values(request, name);
  if (name == "authtype") return {auth_type(request)};
  if (name == "signatureversion") return {signature_version(request)};
  return header_values(request, name);
}

}  // namespace

std::vector<std::string> condition_values(const Context& ctx, const ConditionSubject& subject,
                                          std::string_view key) {
  constexpr std::string_view kGlobal = "aws:";
  constexpr std::string_view kService = "s3:";
  constexpr std::string_view kResourceTag = "resourcetag/";
  const std::string name = codec::lower(key);
  const std::string_view known = name;
  if (known.starts_with(kService)) {
    return service_values(ctx, subject, key.substr(kService.size()), known.substr(kService.size()));
  }
  if (!known.starts_with(kGlobal)) return {};
  if (known.substr(kGlobal.size()).starts_with(kResourceTag)) {
    return tag_value(bucket_tags(ctx, subject.bucket),
                     key.substr(kGlobal.size() + kResourceTag.size()));
  }
  return global_values(ctx, subject, known.substr(kGlobal.size()));
}

}  // namespace cumulite::s3
