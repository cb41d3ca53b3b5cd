#include <set>
#include <string>

#include <gtest/gtest.h>

#include "protocol/route/route.h"
#include "protocol/route/test_request.h"

// For every operation of every model, the smallest request that an SDK builds of the model's tables
// must come out as exactly that operation: a model that is refreshed cannot bring one that another
// operation swallows.
namespace cumulite::route {
namespace {

using model::Location;

/// Requests that cannot be told from their successor's: the successor is meant.
const std::set<std::string_view> kIndistinguishable = {
    "GetBucketLifecycle", "GetBucketNotification", "PutBucketLifecycle", "PutBucketNotification"};

std::string fill_labels(std::string_view uri) {
  std::string out;
  bool inside = false;
  for (const char c : uri) {
    if (c == '{') out += "value";
    inside = c == '{' || (inside && c != '}');
    if (!inside && c != '}') out += c;
  }
  return out;
}

TestRequest make_rest_request(const model::ServiceModel& service,
                              const model::Operation& operation) {
  std::string target = fill_labels(operation.uri);
  std::string scope(service.signing_name);
  if (operation.name == "ListDirectoryBuckets") scope = "s3express";
  TestRequest::Headers headers = {signed_for(scope)};
  // It tells S3 Control from S3, also where an operation's shapes are not known.
  if (service.id == "s3control") headers.emplace_back("x-amz-account-id", "000000000000");
  if (operation.input != nullptr) {
    for (const auto& member : operation.input->members) {
      if (!member.required) continue;
      if (member.location == Location::kQuery) {
        target += target.find('?') == std::string::npos ? '?' : '&';
        target += std::string(member.wire_name) + "=1";
      } else if (member.location == Location::kHeader) {
        headers.emplace_back(member.wire_name, "x");
      }
    }
  }
  return {std::string(operation.method), target, headers};
}

void expect_route(const model::ServiceModel& service, const model::Operation& operation,
                  const TestRequest& test) {
  const auto request = test.view();
  Route route;
  const auto result = route_head(request, route);
  ASSERT_TRUE(result.ok()) << operation.name << " " << request.method << " " << request.target
                           << ": " << result.error().message;
  ASSERT_EQ(route.kind, Kind::kOperation) << operation.name;
  EXPECT_EQ(route.service, &service) << operation.name;
  if (kIndistinguishable.contains(operation.name)) {
    EXPECT_EQ(route.operation->name, std::string(operation.name) + "Configuration");
  } else {
    EXPECT_EQ(route.operation->name, operation.name) << request.method << " " << request.target;
  }
}

TEST(RouteAll, EveryOperationIsRoutedToItself) {
  std::size_t count = 0;
  for (const auto* service : services()) {
    for (const auto& operation : service->operations) {
      ++count;
      const std::string name(operation.name);
      switch (service->protocol) {
        case model::Protocol::kJson:
          expect_route(
              *service, operation,
              {"POST", "/", {{"X-Amz-Target", std::string(service->target_prefix) + "." + name}}});
          break;
        case model::Protocol::kQuery:
          expect_route(
              *service, operation,
              {"GET", "/?Action=" + name, {signed_for(std::string(service->signing_name))}});
          break;
        default:
          expect_route(*service, operation, make_rest_request(*service, operation));
      }
    }
  }
  EXPECT_GE(count, 1000u);
}

TEST(RouteAll, EveryQueryOperationIsFoundInAFormBody) {
  for (const auto* service : services()) {
    if (service->protocol != model::Protocol::kQuery && !service->query_compatible) continue;
    for (const auto& operation : service->operations) {
      Route route;
      route.service = service;
      ASSERT_TRUE(route_form({{"Action", std::string(operation.name)}}, route).ok());
      EXPECT_EQ(route.operation, &operation);
      EXPECT_EQ(route.format, wire::Format::kQuery);
    }
  }
}

}  // namespace
}  // namespace cumulite::route
