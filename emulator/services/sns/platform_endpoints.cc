#include <algorithm>

#include <fmt/format.h>

#include "emulator/core/ids.h"
#include "emulator/core/spaces.h"
#include "emulator/services/sns/access.h"
#include "emulator/services/sns/operations.h"
#include "emulator/services/sns/platform.h"
#include "emulator/services/sns/platform_events.h"

namespace cumulite::sns {
namespace {

constexpr std::size_t kUserDataBytesMax = 2048;
constexpr std::size_t kRowsMax = 100'000;

storage::Domains endpoint_domain(const std::string& key) {
  return {storage::Domain::exclusive_on(spaces::kSns, key)};
}

Result<void> check_attributes(const Attributes& attributes) {
  for (const auto& [name, value] : attributes) {
    if (name == "CustomUserData") {
      if (value.size() > kUserDataBytesMax) {
        return errors::invalid_parameter(
            "Attributes",
            "Invalid value for attribute: CustomUserData: must be at most 2048 bytes long in UTF-8 "
            "encoding");
      }
    } else if (name == "Enabled") {
      if (value != "true" && value != "false") {
        return errors::invalid_parameter("Attributes", "Invalid value for attribute: Enabled");
      }
    } else if (name != "Token") {
      return errors::invalid_parameter("Attributes", "Invalid attribute name: " + name);
    }
  }
  return {};
}

/// What CreatePlatformEndpoint asks for: the attribute goes before the parameter of its name.
Result<Attributes> wanted_attributes(const api::CreatePlatformEndpointInput& req) {
  Attributes wanted = req.Attributes.value_or(Attributes());
  CUMULITE_TRY(check_attributes(wanted));
  if (req.CustomUserData && model::find(wanted, "CustomUserData") == nullptr) {
    set_attribute(wanted, "CustomUserData", *req.CustomUserData);
  }
  if (model::find(wanted, "Enabled") == nullptr) wanted.emplace_back("Enabled", "true");
  set_attribute(wanted, "Token", *req.Token);
  CUMULITE_TRY(check_attributes(wanted));
  return wanted;
}

/// The endpoint of the token in the application, if there is one.
std::optional<PlatformEndpoint> find_token(const storage::Reader& reader,
                                           const std::string& application_key,
                                           std::string_view token) {
  const std::string from = keys::endpoints(application_key);
  const auto page = reader.range(spaces::kSns, from, keys::after(from), {.limit = kRowsMax});
  for (const auto& row : page.rows) {
    PlatformEndpoint endpoint = decode_endpoint(row.value);
    if (endpoint.attribute("Token") == token) return endpoint;
  }
  return std::nullopt;
}

bool is_same(const PlatformEndpoint& endpoint, const Attributes& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& attribute) {
    return endpoint.attribute(attribute.first) == attribute.second;
  });
}

}  // namespace

Result<api::CreateEndpointResponse> create_platform_endpoint(
    Context& ctx, const api::CreatePlatformEndpointInput& req) {
  CUMULITE_ASSIGN(const PlatformAddress address, application_address(req.PlatformApplicationArn));
  if (!req.Token || req.Token->empty()) return errors::no_value("Token");
  CUMULITE_ASSIGN(const Attributes wanted, wanted_attributes(req));
  const std::string& application = address.application_key;
  const std::string id = ids::uuid();
  auto made = ctx.env.store.transact(
      endpoint_domain(application), [&](storage::Txn& txn) -> Result<std::string> {
        const auto row = txn.get(spaces::kSns, keys::definition(application));
        if (!row) return errors::application_not_found();
        if (const auto same = find_token(txn, application, *req.Token)) {
          if (is_same(*same, wanted)) return same->arn;
          return errors::invalid_parameter(
              "Token", fmt::format("Endpoint {} already exists with the same Token, but different "
                                   "attributes.",
                                   same->arn));
        }
        const PlatformApplication owner = decode_application(*row);
        const PlatformEndpoint endpoint = {
            fmt::format("arn:aws:sns:{}:{}:endpoint/{}/{}/{}", owner.region, owner.account,
                        owner.platform, owner.name, id),
            wanted};
        txn.put(spaces::kSns, keys::endpoint(application, id), encode_endpoint(endpoint));
        announce(txn, ctx.env, application,
                 {.type = "EndpointCreated", .endpoint_arn = endpoint.arn, .time_ms = ctx.now_ms});
        return endpoint.arn;
      });
  if (!made.ok()) return std::move(made).error();
  return api::CreateEndpointResponse{.EndpointArn = *made};
}

Result<Unit> delete_endpoint(Context& ctx, const api::DeleteEndpointInput& req) {
  CUMULITE_ASSIGN(const PlatformAddress address, endpoint_address(req.EndpointArn, "EndpointArn"));
  ctx.env.store.transact(endpoint_domain(address.application_key), [&](storage::Txn& txn) {
    if (!load_endpoint(txn, address)) return;
    txn.del(spaces::kSns, keys::endpoint(address.application_key, address.endpoint_id));
    announce(txn, ctx.env, address.application_key,
             {.type = "EndpointDeleted", .endpoint_arn = *req.EndpointArn, .time_ms = ctx.now_ms});
  });
  return Unit{};
}

Result<api::GetEndpointAttributesResponse> get_endpoint_attributes(
    Context& ctx, const api::GetEndpointAttributesInput& req) {
  CUMULITE_ASSIGN(const PlatformAddress address, endpoint_address(req.EndpointArn, "EndpointArn"));
  const auto endpoint = load_endpoint(ctx.env.store, address);
  if (!endpoint) return errors::endpoint_not_found();
  return api::GetEndpointAttributesResponse{.Attributes = endpoint->attributes};
}

Result<Unit> set_endpoint_attributes(Context& ctx, const api::SetEndpointAttributesInput& req) {
  CUMULITE_ASSIGN(const PlatformAddress address, endpoint_address(req.EndpointArn, "EndpointArn"));
  if (!req.Attributes) return errors::validation_null("attributes");
  const Attributes& given = *req.Attributes;
  auto changed = ctx.env.store.transact(
      endpoint_domain(address.application_key), [&](storage::Txn& txn) -> Result<void> {
        auto endpoint = load_endpoint(txn, address);
        if (!endpoint) return errors::endpoint_not_found();
        CUMULITE_TRY(check_attributes(given));
        for (const auto& [name, value] : given) set_attribute(endpoint->attributes, name, value);
        txn.put(spaces::kSns, keys::endpoint(address.application_key, address.endpoint_id),
                encode_endpoint(*endpoint));
        announce(txn, ctx.env, address.application_key,
                 {.type = "EndpointUpdated", .endpoint_arn = endpoint->arn, .time_ms = ctx.now_ms});
        return {};
      });
  if (!changed.ok()) return std::move(changed).error();
  return Unit{};
}

Result<api::ListEndpointsByPlatformApplicationResponse> list_endpoints_by_platform_application(
    Context& ctx, const api::ListEndpointsByPlatformApplicationInput& req) {
  CUMULITE_ASSIGN(const PlatformAddress address, application_address(req.PlatformApplicationArn));
  CUMULITE_ASSIGN(const std::string after, page_start(req.NextToken));
  const std::string& application = address.application_key;
  if (!ctx.env.store.get(spaces::kSns, keys::definition(application))) {
    return errors::application_not_found();
  }
  const std::string all = keys::endpoints(application);
  const std::string from = after.empty() ? all : keys::after(keys::endpoint(application, after));
  const auto page = ctx.env.store.range(spaces::kSns, from, keys::after(all), {.limit = kPageSize});
  api::ListEndpointsByPlatformApplicationResponse answer;
  answer.Endpoints.emplace();
  for (const auto& row : page.rows) {
    const PlatformEndpoint endpoint = decode_endpoint(row.value);
    answer.Endpoints->push_back({.EndpointArn = endpoint.arn, .Attributes = endpoint.attributes});
  }
  if (page.more && !page.rows.empty()) {
    const std::string& last = *answer.Endpoints->back().EndpointArn;
    answer.NextToken = page_token(last.substr(last.rfind('/') + 1));
  }
  return answer;
}

}  // namespace cumulite::sns
