#include <algorithm>

#include "emulator/services/s3/configuration/change.h"
#include "emulator/services/s3/handlers.h"

namespace cumulite::s3 {

namespace {

constexpr std::size_t kRoutingRulesMax = 50;

/// Whether `code` is a status from `from` to below `to`.
bool is_status(const std::string& code, int from, int to) {
  const bool digits = code.size() == 3 && std::all_of(code.begin(), code.end(),
                                                      [](char c) { return c >= '0' && c <= '9'; });
  return digits && std::stoi(code) >= from && std::stoi(code) < to;
}

Result<void> check_codes(const api::RoutingRule& rule) {
  const auto& redirect = rule.Redirect->HttpRedirectCode;
  if (redirect && !is_status(*redirect, 301, 400)) {
    return errors::invalid_request("The provided HTTP redirect code (" + *redirect +
                                   ") is not valid. Valid codes are 3XX except 300.");
  }
  if (!rule.Condition) return {};
  const auto& error = rule.Condition->HttpErrorCodeReturnedEquals;
  if (error && !is_status(*error, 400, 600)) {
    return errors::invalid_request("The provided HTTP error code (" + *error +
                                   ") is not valid. Valid codes are 4XX or 5XX.");
  }
  return {};
}

Result<void> check_protocol(const std::optional<std::string>& protocol) {
  if (!protocol || *protocol == "http" || *protocol == "https") return {};
  return errors::invalid_request(
      "Invalid protocol, protocol can be http or https. If not defined the protocol will be "
      "selected automatically.");
}

Result<void> check_rule(const api::RoutingRule& rule) {
  if (!rule.Redirect) return errors::malformed_xml();
  CUMULITE_TRY(check_protocol(rule.Redirect->Protocol));
  if (rule.Redirect->ReplaceKeyPrefixWith && rule.Redirect->ReplaceKeyWith) {
    return errors::invalid_request(
        "You can only define ReplaceKeyPrefix or ReplaceKey but not both.");
  }
  if (rule.Condition && !rule.Condition->HttpErrorCodeReturnedEquals &&
      !rule.Condition->KeyPrefixEquals) {
    return errors::invalid_request(
        "Condition cannot be empty. To redirect all requests without a condition, the condition "
        "element shouldn't be present.");
  }
  return check_codes(rule);
}

Result<void> check_website(const api::WebsiteConfiguration& website) {
  if (website.RedirectAllRequestsTo) {
    if (website.IndexDocument || website.ErrorDocument || website.RoutingRules) {
      return errors::invalid_argument(
          "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.",
          "RedirectAllRequestsTo", "not null");
    }
    if (!website.RedirectAllRequestsTo->HostName) return errors::malformed_xml();
    return check_protocol(website.RedirectAllRequestsTo->Protocol);
  }
  if (!website.IndexDocument) {
    return errors::invalid_argument(
        "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty",
        "IndexDocument", "null");
  }
  const std::string suffix = website.IndexDocument->Suffix.value_or("");
  if (suffix.empty() || suffix.find('/') != std::string::npos) {
    return errors::invalid_argument("The IndexDocument Suffix is not well formed", "IndexDocument",
                                    suffix);
  }
  for (const auto& rule : website.RoutingRules.value_or(std::vector<api::RoutingRule>{})) {
    CUMULITE_TRY(check_rule(rule));
  }
  if (!website.RoutingRules) return {};
  if (website.RoutingRules->empty()) return errors::malformed_xml();
  if (website.RoutingRules->size() > kRoutingRulesMax) {
    return errors::invalid_request(
        std::to_string(website.RoutingRules->size()) +
        " routing rules provided, the number of routing rules in a website configuration is "
        "limited to 50.");
  }
  return {};
}

}  // namespace

Result<model::Unit> put_bucket_website(Context& ctx, const api::PutBucketWebsiteRequest& req) {
  CUMULITE_TRY(load_bucket_of(ctx.env.store, req));
  if (!req.WebsiteConfiguration) return errors::malformed_xml();
  CUMULITE_TRY(check_website(*req.WebsiteConfiguration));
  return put_configuration(ctx, req, Configuration::kWebsite, *req.WebsiteConfiguration);
}

Result<api::GetBucketWebsiteOutput> get_bucket_website(Context& ctx,
                                                       const api::GetBucketWebsiteRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  auto found =
      read_configuration<api::WebsiteConfiguration>(ctx.env.store, bucket, Configuration::kWebsite);
  if (!found) {
    return errors::no_such_configuration(
        "NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration",
        bucket.name);
  }
  api::GetBucketWebsiteOutput out;
  out.RedirectAllRequestsTo = std::move(found->RedirectAllRequestsTo);
  out.IndexDocument = std::move(found->IndexDocument);
  out.ErrorDocument = std::move(found->ErrorDocument);
  out.RoutingRules = std::move(found->RoutingRules);
  return out;
}

Result<model::Unit> delete_bucket_website(Context& ctx,
                                          const api::DeleteBucketWebsiteRequest& req) {
  return delete_configuration(ctx, req, Configuration::kWebsite);
}

}  // namespace cumulite::s3
