#include "emulator/services/sns/admin.h"

#include <nlohmann/json.hpp>

#include "emulator/core/admin_registry.h"

namespace cumulite::sns {
namespace {

constexpr std::string_view kRoot = "/_aws/sns";
constexpr std::string_view kTokens = "/_aws/sns/subscription-tokens";

http::Response answer(int status, std::string_view type, std::string body) {
  http::Response response;
  response.status = status;
  response.add_header("Content-Type", type);
  response.body = std::move(body);
  return response;
}

http::Response not_found(std::string_view what) {
  return answer(404, "application/json", nlohmann::json{{"error", what}}.dump());
}

http::Response certificate(SnsService& service, const AdminCall& call) {
  const std::string_view path = call.request.path;
  if (path != std::string(kRoot) + "/" + service.signer().certificate_name()) {
    return not_found("There is no such path");
  }
  return answer(200, "application/x-pem-file", service.signer().certificate());
}

http::Response token(SnsService& service, const AdminCall& call) {
  const std::string_view path = call.request.path;
  const std::string arn(path.size() > kTokens.size() ? path.substr(kTokens.size() + 1) : "");
  const auto subscription = service.directory().find_subscription(arn);
  if (subscription == nullptr || subscription->token.empty()) {
    return not_found("The provided SubscriptionARN is not found");
  }
  return answer(
      200, "application/json",
      nlohmann::json{{"subscription_token", subscription->token}, {"subscription_arn", arn}}
          .dump());
}

}  // namespace

void register_admin_paths(SnsService& service) {
  AdminRegistry& admin = service.env().admin;
  admin.add(std::string(kRoot),
            [&service](const AdminCall& call) { return certificate(service, call); });
  admin.add(std::string(kTokens),
            [&service](const AdminCall& call) { return token(service, call); });
}

}  // namespace cumulite::sns
