#include "protocol/route/route.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "api/dynamodb.h"
#include "api/dynamodbstreams.h"
#include "api/glacier.h"
#include "api/s3.h"
#include "api/sns.h"
#include "api/sqs.h"
#include "protocol/route/host.h"
#include "protocol/route/rest_router.h"
#include "protocol/route/s3_router.h"

namespace cumulite::route {
namespace {

using model::Protocol;
using model::ServiceModel;
using wire::Format;

constexpr std::array<const ServiceModel*, 6> kServices = {
    &api::s3::kModel,  &api::sqs::kModel,     &api::dynamodb::kModel,
    &api::sns::kModel, &api::glacier::kModel, &api::dynamodbstreams::kModel};

constexpr std::string_view kAdminPrefixes[] = {"/_cumulite/", "/_localstack/", "/_aws/",
                                               "/moto-api/"};

bool starts_with_ignoring_case(std::string_view text, std::string_view lower) {
  if (text.size() < lower.size()) return false;
  return std::equal(lower.begin(), lower.end(), text.begin(), [](char wanted, char found) {
    return std::tolower(static_cast<unsigned char>(found)) == wanted;
  });
}

bool is_form(const http::Request& request) {
  return starts_with_ignoring_case(request.header("Content-Type"),
                                   "application/x-www-form-urlencoded");
}

/// Service of a credential "AKID/20261121/us-east-1/sqs/aws4_request"; the key may hold slashes.
std::string_view service_of_credential(std::string_view credential) {
  const auto last = credential.rfind('/');
  if (last == std::string_view::npos || last == 0) return {};
  const auto before = credential.rfind('/', last - 1);
  if (before == std::string_view::npos) return {};
  return credential.substr(before + 1, last - before - 1);
}

/// Service name of the credential scope, or of the older S3-only signatures; empty if none is said.
std::string scope_service(const http::Request& request) {
  constexpr std::string_view kCredential = "Credential=";
  const std::string_view header = request.header("Authorization");
  if (const auto at = header.find(kCredential); at != std::string_view::npos) {
    const auto value = header.substr(at + kCredential.size());
    return std::string(service_of_credential(value.substr(0, value.find_first_of(", "))));
  }
  if (header.starts_with("AWS ")) return "s3";
  if (request.query.empty()) return {};
  if (request.has_query("X-Amz-Credential")) {
    return std::string(service_of_credential(request.query_value("X-Amz-Credential")));
  }
  if (request.has_query("AWSAccessKeyId") && request.has_query("Signature")) return "s3";
  return {};
}

const ServiceModel* find_signing_name(std::string_view name) {
  // Directory buckets and object lambdas sign with names of their own.
  if (name == "s3express" || name == "s3-object-lambda") return &api::s3::kModel;
  const auto* const found = std::find_if(kServices.begin(), kServices.end(), [&](const auto* each) {
    return each->signing_name == name;
  });
  return found == kServices.end() ? nullptr : *found;
}

bool speaks_query(const ServiceModel& service) {
  return service.protocol == Protocol::kQuery || service.query_compatible;
}

bool is_admin(const http::Request& request, bool signed_request) {
  for (const std::string_view prefix : kAdminPrefixes) {
    if (!request.path.starts_with(prefix)) continue;
    // "moto-api" could be a bucket; names with an underscore in front could not.
    return prefix[1] == '_' || !signed_request;
  }
  return request.path == "/health" && !signed_request;
}

void set_service(const ServiceModel& service, Route& route) {
  route.service = &service;
  route.format = wire::native_format(service);
}

Error unknown_operation() {
  return {"UnknownOperationException", "", 400};
}

Error invalid_action(const ServiceModel& service, std::string_view action) {
  return {"InvalidAction",
          "Could not find operation " + std::string(action) + " for version " +
              std::string(service.api_version),
          400};
}

/// "AmazonSQS.SendMessage", "DynamoDB_20120810.PutItem".
Result<void> route_target(std::string_view target, Route& route) {
  const auto dot = target.rfind('.');
  const auto prefix = target.substr(0, dot);
  for (const auto* service : kServices) {
    if (service->target_prefix.empty() || service->target_prefix != prefix) continue;
    set_service(*service, route);
    route.operation = service->find(target.substr(std::min(target.size(), dot + 1)));
    if (route.operation == nullptr) return unknown_operation();
    return {};
  }
  // The answer is that of a JSON service that does not have the operation.
  if (route.service == nullptr || route.service->protocol != Protocol::kJson) {
    set_service(api::dynamodb::kModel, route);
  }
  return unknown_operation();
}

/// A queue's own path: "/000000000000/name", "/queue/us-east-1/000000000000/name".
bool is_queue_path(std::string_view path) {
  if (path.starts_with("/queue/")) return true;
  const auto end = path.find('/', 1);
  if (end != 13) return false;
  const auto account = path.substr(1, 12);
  return std::all_of(account.begin(), account.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Which Query service an unsigned request for a shared host means.
const ServiceModel* find_by_action(std::string_view version, std::string_view action) {
  for (const auto* service : kServices) {
    if (speaks_query(*service) && service->api_version == version) return service;
  }
  for (const auto* service : kServices) {
    if (speaks_query(*service) && service->find(action) != nullptr) return service;
  }
  return nullptr;
}

Result<void> set_action(std::string_view action, Route& route) {
  route.kind = Kind::kOperation;
  route.format = Format::kQuery;
  route.operation = route.service->find(action);
  if (route.operation == nullptr) return invalid_action(*route.service, action);
  return {};
}

/// Query protocol, if the request is that: nullopt if it is not.
std::optional<Result<void>> route_query(const http::Request& request, Route& route) {
  const bool known = route.service != nullptr;
  if (known && !speaks_query(*route.service)) return std::nullopt;
  const bool queue_path = is_queue_path(request.path);
  if (!known && request.path != "/" && !queue_path) return std::nullopt;

  const bool in_query = !request.query.empty() && request.has_query("Action");
  const bool in_form = request.method == "POST" && is_form(request);
  if (!known && !in_query && !in_form) return std::nullopt;
  if (!known && queue_path) set_service(api::sqs::kModel, route);
  if (queue_path) route.labels.emplace_back("QueueUrl", http::percent_decode(request.path));

  route.format = Format::kQuery;
  if (in_query) {
    const std::string action = request.query_value("Action");
    if (route.service == nullptr) {
      route.service = find_by_action(request.query_value("Version"), action);
    }
    if (route.service == nullptr) return std::nullopt;
    return set_action(action, route);
  }
  route.kind = Kind::kForm;
  if (in_form || request.method == "POST") return Result<void>{};
  return Result<void>{
      Error{"MissingAction", "The request must contain the parameter Action.", 400}};
}

Error not_served(std::string_view scope) {
  return {"NotImplemented",
          "The service " + std::string(scope) + " is not implemented by this endpoint.", 501};
}

/// A service known by its scope, host or headers whose operation is not in target or action.
Result<void> route_rest(const http::Request& request, const HostTarget& host, Route& route) {
  if (route.service == &api::s3::kModel) return route_s3(request, host, route);
  if (route.service == &api::glacier::kModel) {
    static const RestRouter router(api::glacier::kModel);
    CUMULITE_ASSIGN(route.operation, router.match(request, route.labels));
    return {};
  }
  const bool is_get = request.method == "GET" || request.method == "HEAD";
  if (is_get && request.path == "/" && route.service == &api::dynamodb::kModel) {
    route.kind = Kind::kHealthCheck;
    return {};
  }
  return unknown_operation();
}

}  // namespace

std::string_view Route::label(std::string_view name) const {
  for (const auto& [key, value] : labels) {
    if (key == name) return value;
  }
  return {};
}

std::span<const ServiceModel* const> services() {
  return kServices;
}

const ServiceModel* find_service(std::string_view id) {
  const auto* const found = std::find_if(kServices.begin(), kServices.end(),
                                         [&](const auto* each) { return each->id == id; });
  return found == kServices.end() ? nullptr : *found;
}

Result<void> route_head(const http::Request& request, Route& route) {
  const std::string scope = scope_service(request);
  if (const auto* service = find_signing_name(scope)) set_service(*service, route);
  if (const auto target = request.header("X-Amz-Target"); !target.empty()) {
    return route_target(target, route);
  }
  HostTarget host = parse_host(request.header("Host"));
  if (host.bucket.empty() && is_admin(request, !scope.empty())) {
    route = {};
    route.kind = Kind::kAdmin;
    return {};
  }
  if (route.service == nullptr && !scope.empty()) {
    // Falling through to S3 would take another service's call for an object's.
    set_service(api::s3::kModel, route);
    if (is_form(request)) route.format = Format::kQuery;
    return not_served(scope);
  }
  if (route.service == nullptr && !host.service.empty()) {
    set_service(*find_service(host.service), route);
  }
  if (route.service == nullptr && request.has_header("x-amz-glacier-version")) {
    set_service(api::glacier::kModel, route);
  }
  if (route.service != &api::s3::kModel) {
    host.bucket.clear();
    if (auto done = route_query(request, route)) return std::move(*done);
  }
  if (scope == "s3express" && host.bucket.empty() && request.path == "/") {
    host.directory_control = true;
  }
  if (route.service == nullptr) set_service(api::s3::kModel, route);
  return route_rest(request, host, route);
}

Result<void> route_form(const wire::Form& form, Route& route) {
  std::string_view action;
  std::string_view version;
  for (const auto& [name, value] : form) {
    if (name == "Action" && action.empty()) action = value;
    if (name == "Version" && version.empty()) version = value;
  }
  if (route.service == nullptr) route.service = find_by_action(version, action);
  if (route.service == nullptr) {
    set_service(api::sqs::kModel, route);
    route.format = Format::kQuery;
  }
  if (action.empty()) {
    return Error{"MissingAction", "The request must contain the parameter Action.", 400};
  }
  return set_action(action, route);
}

}  // namespace cumulite::route
