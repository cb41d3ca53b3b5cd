#include "protocol/route/route.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "api/application_autoscaling.h"
#include "api/dynamodb.h"
#include "api/dynamodbstreams.h"
#include "api/glacier.h"
#include "api/iam.h"
#include "api/kms.h"
#include "api/lambda.h"
#include "api/logs.h"
#include "api/s3.h"
#include "api/s3control.h"
#include "api/secretsmanager.h"
#include "api/ses.h"
#include "api/sesv2.h"
#include "api/sns.h"
#include "api/sqs.h"
#include "api/ssm.h"
#include "api/sts.h"
#include "protocol/route/host.h"
#include "protocol/route/rest_router.h"
#include "protocol/route/s3_router.h"

namespace cumulite::route {
namespace {

using model::Protocol;
using model::ServiceModel;
using wire::Format;

// Where names are shared (Query actions without a version, signing names) the first one has them.
constexpr std::array kServices = {&api::s3::kModel,
                                  &api::sqs::kModel,
                                  &api::dynamodb::kModel,
                                  &api::sns::kModel,
                                  &api::glacier::kModel,
                                  &api::dynamodbstreams::kModel,
                                  &api::lambda::kModel,
                                  &api::secretsmanager::kModel,
                                  &api::sts::kModel,
                                  &api::ssm::kModel,
                                  &api::ses::kModel,
                                  &api::sesv2::kModel,
                                  &api::logs::kModel,
                                  &api::iam::kModel,
                                  &api::application_autoscaling::kModel,
                                  &api::s3control::kModel,
                                  &api::kms::kModel};

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
  if (&service == &api::sqs::kModel) {
    return {"InvalidAction",
            "The action " + std::string(action) + " is not valid for this endpoint.", 400};
  }
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
  if (route.format != Format::kQueryJson) route.format = Format::kQuery;
  route.operation = route.service->find(action);
  // A queue's own path takes what is done to a queue.
  const bool beside_queues = action == "CreateQueue" || action == "ListQueues";
  if (route.operation == nullptr || (beside_queues && !route.label("QueueUrl").empty())) {
    return invalid_action(*route.service, action);
  }
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

  route.format =
      request.header("Accept") == "application/json" ? Format::kQueryJson : Format::kQuery;
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
  if (route.service == &api::sqs::kModel) {
    return Result<void>{Error{"UnknownOperationException", "", 404}};
  }
  return Result<void>{
      Error{"MissingAction", "The request must contain the parameter Action.", 400}};
}

Error not_served(std::string_view scope) {
  return {"NotImplemented",
          "The service " + std::string(scope) + " is not implemented by this endpoint.", 501};
}

const RestRouter* router_of(const ServiceModel* service) {
  static const RestRouter glacier(api::glacier::kModel);
  static const RestRouter lambda(api::lambda::kModel);
  static const RestRouter s3control(api::s3control::kModel);
  static const RestRouter sesv2(api::sesv2::kModel);
  if (service == &api::glacier::kModel) return &glacier;
  if (service == &api::lambda::kModel) return &lambda;
  if (service == &api::s3control::kModel) return &s3control;
  if (service == &api::sesv2::kModel) return &sesv2;
  return nullptr;
}

constexpr std::string_view kSesV2Root = "/v2/email/";

/// "/2015-03-31/...": each operation of Lambda begins with the day of its version.
bool starts_with_day(std::string_view path) {
  constexpr std::string_view kForm = "/dddd-dd-dd/";
  return path.size() >= kForm.size() &&
         std::equal(kForm.begin(), kForm.end(), path.begin(), [](char form, char found) {
           return form == 'd' ? found >= '0' && found <= '9' : form == found;
         });
}

/// A path of Lambda or SES v2, for requests of which nothing else says whom they mean: its first
/// part could be a bucket's name, but what follows is not what people name objects.
const ServiceModel* find_by_path(const http::Request& request) {
  const ServiceModel* service = request.path.starts_with(kSesV2Root) ? &api::sesv2::kModel
                                : starts_with_day(request.path)      ? &api::lambda::kModel
                                                                     : nullptr;
  if (service == nullptr) return nullptr;
  wire::Labels unused;
  return router_of(service)->match(request, unused).ok() ? service : nullptr;
}

/// A service known by its scope, host or headers whose operation is not in target or action.
Result<void> route_rest(const http::Request& request, const HostTarget& host, Route& route) {
  if (route.service == &api::s3::kModel) return route_s3(request, host, route);
  if (const RestRouter* router = router_of(route.service)) {
    CUMULITE_ASSIGN(route.operation, router->match(request, route.labels));
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

namespace {

/// What no header but the Host's says: a request to a function's own host, which like a website of
/// S3 has no operations. The label "UrlId" says whose it is.
bool route_function_url(const http::Request& request, Route& route) {
  const std::string_view name = request.header("Host");
  if (name.find(".lambda-url.") == std::string_view::npos) return false;
  HostTarget host = parse_host(name);
  if (host.function_url.empty()) return false;
  set_service(api::lambda::kModel, route);
  route.website_host = true;
  route.labels.emplace_back("UrlId", std::move(host.function_url));
  return true;
}

/// Both versions of SES sign alike and share their hosts.
void pick_version_of_ses(const http::Request& request, Route& route) {
  if (route.service != &api::ses::kModel || !request.path.starts_with(kSesV2Root)) return;
  set_service(api::sesv2::kModel, route);
}

/// S3 and S3 Control sign alike, and clients reach both by one endpoint. The path alone could be
/// that of a bucket and a key: it counts with the header that all calls of S3 Control have.
void pick_part_of_s3(const http::Request& request, const HostTarget& host, Route& route) {
  constexpr std::string_view kControlRoot = "/v20180820/";
  if (route.service != nullptr && route.service != &api::s3::kModel) return;
  const bool is_control = host.service == "s3control" || (request.path.starts_with(kControlRoot) &&
                                                          request.has_header("x-amz-account-id"));
  if (is_control) set_service(api::s3control::kModel, route);
}

/// By the Host, by a header that only one service has, or by the path.
void find_unsigned_service(const http::Request& request, const HostTarget& host, Route& route) {
  if (!host.service.empty()) return set_service(*find_service(host.service), route);
  if (request.has_header("x-amz-glacier-version")) return set_service(api::glacier::kModel, route);
  if (const auto* service = find_by_path(request)) set_service(*service, route);
}

}  // namespace

Result<void> route_head(const http::Request& request, Route& route) {
  if (route_function_url(request, route)) return {};
  const std::string scope = scope_service(request);
  if (const auto* service = find_signing_name(scope)) set_service(*service, route);
  const bool is_own_path = request.path.starts_with("/_");
  if (const auto target = request.header("X-Amz-Target"); !target.empty() && !is_own_path) {
    return route_target(target, route);
  }
  HostTarget host = parse_host(request.header("Host"));
  if ((host.bucket.empty() || host.service.empty()) && is_admin(request, !scope.empty())) {
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
  if (route.service == nullptr) find_unsigned_service(request, host, route);
  pick_version_of_ses(request, route);
  pick_part_of_s3(request, host, route);
  if (route.service != &api::s3::kModel) {
    if (route.service != nullptr) host.bucket.clear();
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
