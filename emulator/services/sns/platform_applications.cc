#include <algorithm>
#include <cctype>

#include "emulator/core/spaces.h"
#include "emulator/services/sns/access.h"
#include "emulator/services/sns/operations.h"
#include "emulator/services/sns/platform.h"

namespace cumulite::sns {
namespace {

constexpr std::string_view kPlatforms[] = {
    "ADM",   "APNS",          "APNS_SANDBOX", "APNS_VOIP", "APNS_VOIP_SANDBOX", "BAIDU", "GCM",
    "MACOS", "MACOS_SANDBOX", "MPNS",         "WNS"};

constexpr std::string_view kAttributeNames[] = {
    "PlatformCredential",     "PlatformPrincipal",      "EventEndpointCreated",
    "EventEndpointDeleted",   "EventEndpointUpdated",   "EventDeliveryFailure",
    "SuccessFeedbackRoleArn", "FailureFeedbackRoleArn", "SuccessFeedbackSampleRate",
    "ApplePlatformTeamID",    "ApplePlatformBundleID",  "Enabled"};

constexpr std::size_t kNameMax = 256;

Result<void> check_name(std::string_view name) {
  const auto refuse = [&](std::string_view reason) {
    return errors::invalid_parameter(name, reason);
  };
  if (name.empty()) return refuse("cannot be empty");
  if (name.size() > kNameMax) return refuse("must be at most 256 characters long");
  const bool is_valid = std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.';
  });
  if (is_valid) return {};
  return refuse("must contain only characters 'a'-'z', 'A'-'Z', '0'-'9', '_', '-', and '.'");
}

Result<void> check_names(const Attributes& attributes) {
  for (const auto& [name, value] : attributes) {
    if (std::find(std::begin(kAttributeNames), std::end(kAttributeNames), name) ==
        std::end(kAttributeNames)) {
      return errors::invalid_parameter("Attributes", "Unsupported attribute: " + name);
    }
  }
  return {};
}

Result<void> check_credentials(const Attributes& attributes, std::string_view platform) {
  const bool has_principal = model::find(attributes, "PlatformPrincipal") != nullptr;
  const bool has_credential = model::find(attributes, "PlatformCredential") != nullptr;
  if (has_principal && !has_credential) {
    return errors::invalid_parameter(
        "Attributes", "PlatformPrincipal attribute provided without PlatformCredential");
  }
  // A key of Google's stands alone.
  if (has_credential && !has_principal && platform != "GCM") {
    return errors::invalid_parameter(
        "Attributes", "PlatformCredential attribute provided without PlatformPrincipal");
  }
  return {};
}

/// Credentials go in and never come out.
Attributes shown(const PlatformApplication& application) {
  Attributes attributes;
  for (const auto& attribute : application.attributes) {
    if (!attribute.first.starts_with("Platform")) attributes.push_back(attribute);
  }
  return attributes;
}

storage::Domains application_domain(const std::string& key) {
  return {storage::Domain::exclusive_on(spaces::kSns, key)};
}

}  // namespace

Result<api::CreatePlatformApplicationResponse> create_platform_application(
    Context& ctx, const api::CreatePlatformApplicationInput& req) {
  CUMULITE_TRY(check_name(req.Name.value_or("")));
  const std::string platform = req.Platform.value_or("");
  if (std::find(std::begin(kPlatforms), std::end(kPlatforms), platform) == std::end(kPlatforms)) {
    return errors::invalid_parameter("Platform", platform + " is not supported");
  }
  if (!req.Attributes || req.Attributes->empty()) return errors::validation_null("attributes");
  CUMULITE_TRY(check_names(*req.Attributes));
  CUMULITE_TRY(check_credentials(*req.Attributes, platform));
  PlatformApplication application = {ctx.caller.account_id, ctx.caller.region, platform, *req.Name,
                                     *req.Attributes};
  set_attribute(application.attributes, "Enabled", "true");
  const std::string key = application.key();
  ctx.env.store.transact(application_domain(key), [&](storage::Txn& txn) {
    txn.put(spaces::kSns, keys::definition(key), encode_application(application));
  });
  return api::CreatePlatformApplicationResponse{.PlatformApplicationArn = application.arn()};
}

Result<Unit> delete_platform_application(Context& ctx,
                                         const api::DeletePlatformApplicationInput& req) {
  CUMULITE_ASSIGN(const PlatformAddress address, application_address(req.PlatformApplicationArn));
  const std::string& key = address.application_key;
  ctx.env.store.transact(application_domain(key), [&](storage::Txn& txn) {
    txn.del_range(spaces::kSns, key, keys::after(key));
  });
  return Unit{};
}

Result<api::GetPlatformApplicationAttributesResponse> get_platform_application_attributes(
    Context& ctx, const api::GetPlatformApplicationAttributesInput& req) {
  CUMULITE_ASSIGN(const PlatformAddress address, application_address(req.PlatformApplicationArn));
  const auto row = ctx.env.store.get(spaces::kSns, keys::definition(address.application_key));
  if (!row) return errors::application_not_found();
  return api::GetPlatformApplicationAttributesResponse{.Attributes =
                                                           shown(decode_application(*row))};
}

Result<Unit> set_platform_application_attributes(
    Context& ctx, const api::SetPlatformApplicationAttributesInput& req) {
  CUMULITE_ASSIGN(const PlatformAddress address, application_address(req.PlatformApplicationArn));
  if (!req.Attributes) return errors::validation_null("attributes");
  CUMULITE_TRY(check_names(*req.Attributes));
  const std::string key = keys::definition(address.application_key);
  auto changed = ctx.env.store.transact(
      application_domain(address.application_key), [&](storage::Txn& txn) -> Result<void> {
        const auto row = txn.get(spaces::kSns, key);
        if (!row) return errors::application_not_found();
        PlatformApplication application = decode_application(*row);
        for (const auto& [name, value] : *req.Attributes) {
          set_attribute(application.attributes, name, value);
        }
        txn.put(spaces::kSns, key, encode_application(application));
        return {};
      });
  if (!changed.ok()) return std::move(changed).error();
  return Unit{};
}

Result<api::ListPlatformApplicationsResponse> list_platform_applications(
    Context& ctx, const api::ListPlatformApplicationsInput& req) {
  CUMULITE_ASSIGN(const std::string after, page_start(req.NextToken));
  const std::string scope = keys::applications(ctx.caller.account_id, ctx.caller.region);
  const std::string end = keys::after(scope);
  std::string from = after.empty() ? scope : keys::after(after);
  api::ListPlatformApplicationsResponse answer;
  answer.PlatformApplications.emplace();
  std::string last;
  // An application's rows begin with its definition; the rest of them is jumped over.
  for (;;) {
    const auto page = ctx.env.store.range(spaces::kSns, from, end, {.limit = 1});
    if (page.rows.empty()) return answer;
    if (answer.PlatformApplications->size() == kPageSize) {
      answer.NextToken = page_token(last);
      return answer;
    }
    const PlatformApplication application = decode_application(page.rows[0].value);
    last = application.key();
    answer.PlatformApplications->push_back(
        {.PlatformApplicationArn = application.arn(), .Attributes = shown(application)});
    from = keys::after(last);
  }
}

}  // namespace cumulite::sns
