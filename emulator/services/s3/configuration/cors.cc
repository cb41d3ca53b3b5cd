#include <algorithm>
#include <array>

#include "emulator/services/s3/configuration/change.h"
#include "emulator/services/s3/handlers.h"

namespace cumulite::s3 {

namespace {

constexpr std::size_t kRulesMax = 100;

Result<void> check_rule(const api::CORSRule& rule) {
  constexpr std::array<std::string_view, 5> kMethods = {"GET", "PUT", "HEAD", "POST", "DELETE"};
  if (!rule.AllowedMethods || rule.AllowedMethods->empty() || !rule.AllowedOrigins ||
      rule.AllowedOrigins->empty()) {
    return errors::malformed_xml();
  }
  for (const std::string& method : *rule.AllowedMethods) {
    if (std::find(kMethods.begin(), kMethods.end(), method) == kMethods.end()) {
      return errors::invalid_request(
          "Found unsupported HTTP method in CORS config. Unsupported method is " + method);
    }
  }
  for (const std::string& origin : *rule.AllowedOrigins) {
    if (std::count(origin.begin(), origin.end(), '*') > 1) {
      return errors::invalid_request("AllowedOrigin \"" + origin +
                                     "\" can not have more than one wildcard.");
    }
  }
  for (const std::string& header : rule.AllowedHeaders.value_or(std::vector<std::string>{})) {
    if (std::count(header.begin(), header.end(), '*') > 1) {
      return errors::invalid_request("AllowedHeader \"" + header +
                                     "\" can not have more than one wildcard.");
    }
  }
  for (const std::string& header : rule.ExposeHeaders.value_or(std::vector<std::string>{})) {
    if (header.find('*') != std::string::npos) {
      return errors::invalid_request("ExposeHeader \"" + header +
                                     "\" contains wildcard. We currently do not support wildcard "
                                     "for ExposeHeader.");
    }
  }
  return {};
}

}  // namespace

Result<model::Unit> put_bucket_cors(Context& ctx, const api::PutBucketCorsRequest& req) {
  CUMULITE_TRY(load_bucket_of(ctx.env.store, req));
  if (!req.CORSConfiguration || !req.CORSConfiguration->CORSRules ||
      req.CORSConfiguration->CORSRules->empty() ||
      req.CORSConfiguration->CORSRules->size() > kRulesMax) {
    return errors::malformed_xml();
  }
  for (const api::CORSRule& rule : *req.CORSConfiguration->CORSRules) {
    CUMULITE_TRY(check_rule(rule));
  }
  return put_configuration(ctx, req, Configuration::kCors, *req.CORSConfiguration);
}

Result<api::GetBucketCorsOutput> get_bucket_cors(Context& ctx,
                                                 const api::GetBucketCorsRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  auto found =
      read_configuration<api::CORSConfiguration>(ctx.env.store, bucket, Configuration::kCors);
  if (!found) {
    return errors::no_such_configuration("NoSuchCORSConfiguration",
                                         "The CORS configuration does not exist", bucket.name);
  }
  return api::GetBucketCorsOutput{std::move(found->CORSRules)};
}

Result<model::Unit> delete_bucket_cors(Context& ctx, const api::DeleteBucketCorsRequest& req) {
  return delete_configuration(ctx, req, Configuration::kCors);
}

}  // namespace cumulite::s3
