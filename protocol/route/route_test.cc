#include "protocol/route/route.h"

#include <string>

#include <gtest/gtest.h>

#include "protocol/route/host.h"
#include "protocol/route/test_request.h"

// Which operation a request is for, as clients really spell them. An answer of the form "405
// MethodNotAllowed" is a refusal: nothing may fall through to an operation of another meaning.
namespace cumulite::route {
namespace {

std::string name_of(const TestRequest& test) {
  const http::Request request = test.view();
  Route route;
  const auto result = route_head(request, route);
  if (!result.ok()) {
    const auto& error = result.error();
    return std::to_string(error.http_status) + " " + error.code;
  }
  if (!route.label("UrlId").empty()) return "url " + std::string(route.label("UrlId"));
  switch (route.kind) {
    case Kind::kAdmin:
      return "admin";
    case Kind::kForm:
      return "form " + std::string(route.service == nullptr ? "?" : route.service->id);
    case Kind::kPostObject:
      return "PostObject";
    case Kind::kPreflight:
      return "preflight";
    case Kind::kHealthCheck:
      return "health";
    case Kind::kOperation:
      break;
  }
  return std::string(route.service->id) + " " + std::string(route.operation->name);
}

struct Case {
  TestRequest request;
  std::string expected;
};

void check(const std::vector<Case>& cases) {
  for (const auto& each : cases) {
    const auto view = each.request.view();
    EXPECT_EQ(name_of(each.request), each.expected) << view.method << " " << view.target;
  }
}

// Both versions of SES sign as "ses", and an SDK that does not sign leaves only the path.
TEST(Route, ServicesOfDatedAndVersionedPaths) {
  check({{{"POST", "/v2/email/outbound-emails", {signed_for("ses")}}, "sesv2 SendEmail"},
         {{"POST", "/v2/email/outbound-emails"}, "sesv2 SendEmail"},
         {{"GET", "/?Action=GetSendQuota", {signed_for("ses")}}, "ses GetSendQuota"},
         {{"GET", "/?Action=GetCallerIdentity&Version=2011-06-15"}, "sts GetCallerIdentity"},
         {{"GET", "/?Action=GetUser&Version=2010-05-08"}, "iam GetUser"},
         {{"POST", "/", {{"Host", "sts.amazonaws.com"}}}, "form sts"},
         {{"POST", "/", {{"Host", "email.eu-west-1.amazonaws.com"}}}, "form ses"},
         {{"POST", "/2015-03-31/functions/f/invocations"}, "lambda Invoke"},
         {{"POST", "/2015-03-31/functions/f/invocations", {signed_for("lambda")}}, "lambda Invoke"},
         {{"GET", "/2015-03-31/functions/", {signed_for("lambda")}}, "lambda ListFunctions"},
         {{"GET", "/2018-10-31/layers?find=LayerVersion&Arn=a", {signed_for("lambda")}},
          "lambda GetLayerVersionByArn"},
         {{"GET", "/2018-10-31/layers", {signed_for("lambda")}}, "lambda ListLayers"}});
}

// Buckets may be called like days, and objects like anything.
TEST(Route, DatedPathsOfS3StayItsOwn) {
  check({{{"GET", "/2015-03-31/functions", {signed_for("s3")}}, "s3 GetObject"},
         {{"GET", "/2015-03-31/report.txt"}, "s3 GetObject"},
         {{"PUT", "/2015-03-31/"}, "s3 CreateBucket"},
         {{"GET", "/logs/key", {{"Host", "logs.example.com"}}}, "s3 GetObject"}});
}

TEST(Route, AFunctionsOwnHost) {
  check({{{"GET", "/any?x=1", {{"Host", "abc.lambda-url.us-east-1.on.aws"}}}, "url abc"},
         {{"POST", "/", {{"Host", "abc.lambda-url.us-east-1.localhost:4566"}}}, "url abc"}});
}

TEST(Route, S3ReadsByLevelAndSubresource) {
  check({{{"GET", "/"}, "s3 ListBuckets"},
         {{"GET", "/?x-id=ListBuckets"}, "s3 ListBuckets"},
         {{"GET", "/b"}, "s3 ListObjects"},
         {{"GET", "/b/"}, "s3 ListObjects"},
         {{"GET", "/b?list-type=2&prefix=a"}, "s3 ListObjectsV2"},
         {{"GET", "/b?list-type=1"}, "400 InvalidArgument"},
         {{"GET", "/b?foo=bar"}, "s3 ListObjects"},
         {{"GET", "/b?versions"}, "s3 ListObjectVersions"},
         {{"GET", "/b?uploads="}, "s3 ListMultipartUploads"},
         {{"GET", "/b?lifecycle"}, "s3 GetBucketLifecycleConfiguration"},
         {{"GET", "/b?lifecycle&x-id=GetBucketLifecycle"}, "s3 GetBucketLifecycle"},
         {{"GET", "/b?notification"}, "s3 GetBucketNotificationConfiguration"},
         {{"GET", "/b?analytics"}, "s3 ListBucketAnalyticsConfigurations"},
         {{"GET", "/b?analytics&id=x"}, "s3 GetBucketAnalyticsConfiguration"},
         {{"GET", "/b?acl&tagging"}, "400 InvalidArgument"},
         {{"GET", "/b?session"}, "s3 CreateSession"},
         {{"GET", "/b/k"}, "s3 GetObject"},
         {{"GET", "/b/k?versionId=1&response-content-type=x"}, "s3 GetObject"},
         {{"GET", "/b/k?partNumber=2"}, "s3 GetObject"},
         {{"GET", "/b/k?uploadId=x"}, "s3 ListParts"},
         {{"GET", "/b/k?acl"}, "s3 GetObjectAcl"},
         {{"GET", "/b/k?attributes"}, "s3 GetObjectAttributes"},
         {{"GET", "/b/k?versions"}, "501 NotImplemented"},
         {{"HEAD", "/b"}, "s3 HeadBucket"},
         {{"HEAD", "/b/k"}, "s3 HeadObject"},
         {{"HEAD", "/b?acl"}, "405 MethodNotAllowed"}});
}

TEST(Route, S3WritesNeverFallThrough) {
  check({{{"DELETE", "/b"}, "s3 DeleteBucket"},
         {{"DELETE", "/b?analytics"}, "s3 DeleteBucketAnalyticsConfiguration"},
         {{"DELETE", "/b?id=x"}, "405 MethodNotAllowed"},
         {{"DELETE", "/b?frobnicate"}, "501 NotImplemented"},
         {{"DELETE", "/b?acl"}, "405 MethodNotAllowed"},
         {{"DELETE", "/b?append"}, "501 NotImplemented"},
         {{"DELETE", "/b?x-id=DeleteBucketPolicy"}, "501 NotImplemented"},
         {{"DELETE", "/b/k"}, "s3 DeleteObject"},
         {{"DELETE", "/b/k?versionId=3&x-id=DeleteObject"}, "s3 DeleteObject"},
         {{"DELETE", "/b/k?uploadId=u"}, "s3 AbortMultipartUpload"},
         {{"DELETE", "/b/k?policy"}, "501 NotImplemented"},
         {{"PUT", "/b"}, "s3 CreateBucket"},
         {{"PUT", "/b?policy"}, "s3 PutBucketPolicy"},
         {{"PUT", "/b/k"}, "s3 PutObject"},
         {{"PUT", "/b/k?renameObject"}, "s3 RenameObject"},
         {{"PUT", "/b/k?frobnicate"}, "501 NotImplemented"},
         {{"PUT", "/b/k?partNumber=1&uploadId=u"}, "s3 UploadPart"},
         {{"PUT", "/b/k?partNumber=1"}, "s3 UploadPart"},
         {{"PUT", "/b/k?uploadId=u"}, "s3 UploadPart"},
         {{"PUT", "/"}, "405 MethodNotAllowed"},
         {{"POST", "/b?delete"}, "s3 DeleteObjects"},
         {{"POST", "/b"}, "PostObject"},
         {{"POST", "/b/k"}, "405 MethodNotAllowed"},
         {{"POST", "/b/k?uploads"}, "s3 CreateMultipartUpload"},
         {{"POST", "/b/k?uploadId=u"}, "s3 CompleteMultipartUpload"},
         {{"POST", "/b/k?restore&versionId=1"}, "s3 RestoreObject"},
         {{"POST", "/b/k?select&select-type=2"}, "s3 SelectObjectContent"},
         {{"POST", "/WriteGetObjectResponse"}, "s3 WriteGetObjectResponse"},
         {{"PATCH", "/b/k"}, "405 MethodNotAllowed"},
         {{"OPTIONS", "/b/k"}, "preflight"}});
}

TEST(Route, S3CopiesAreToldByTheirHeader) {
  const TestRequest::Headers copy = {{"X-Amz-Copy-Source", "/b/other"}};
  check({{{"PUT", "/b/k", copy}, "s3 CopyObject"},
         {{"PUT", "/b/k?x-id=CopyObject", copy}, "s3 CopyObject"},
         {{"PUT", "/b/k?partNumber=1&uploadId=u", copy}, "s3 UploadPartCopy"}});
}

struct Place {
  std::string host;
  std::string target;
  std::string bucket;
  std::string key;
};

TEST(Route, BucketAndKeyComeFromHostAndPathAndAreDecodedOnce) {
  const std::vector<Place> places = {
      {"localhost:4566", "/b/a+b%20c%2520d", "b", "a+b c%20d"},
      {"localhost:4566", "/b//x//y/", "b", "/x//y/"},
      {"localhost:4566", "/dotted.bucket.name/k", "dotted.bucket.name", "k"},
      {"b.s3.localhost:4566", "/k", "b", "k"},
      {"b.s3.localhost", "//k", "b", "/k"},
      {"b.localhost:4566", "/k", "b", "k"},
      {"dotted.bucket.localhost", "/k", "dotted.bucket", "k"},
      {"B.S3.us-east-1.amazonaws.com", "/k", "b", "k"},
      {"dotted.bucket.s3.eu-west-1.localhost.localstack.cloud:4566", "/k", "dotted.bucket", "k"},
      {"my.s3.bucket.s3.amazonaws.com", "/k", "my.s3.bucket", "k"},
      {"b.s3-website.us-east-1.amazonaws.com", "/k", "b", "k"},
      {"b.s3-us-west-2.amazonaws.com", "/k", "b", "k"},
      {"s3.us-east-1.localhost.localstack.cloud", "/b/k", "b", "k"},
      {"s3.amazonaws.com", "/b/k", "b", "k"},
      {"127.0.0.1:4566", "/b/%F0%9F%98%80", "b", "\xF0\x9F\x98\x80"},
      {"[::1]:4566", "/b/k", "b", "k"},
  };
  for (const auto& place : places) {
    const TestRequest test("GET", place.target, {{"Host", place.host}});
    const auto request = test.view();
    Route route;
    ASSERT_TRUE(route_head(request, route).ok()) << place.host << place.target;
    EXPECT_EQ(route.label("Bucket"), place.bucket) << place.host << place.target;
    EXPECT_EQ(route.label("Key"), place.key) << place.host << place.target;
  }
}

TEST(Route, TargetWinsOverEverything) {
  const std::pair<std::string, std::string> send = {"X-Amz-Target", "AmazonSQS.SendMessage"};
  check({{{"POST", "/", {send}}, "sqs SendMessage"},
         {{"POST", "/000000000000/q", {send, signed_for("s3")}}, "sqs SendMessage"},
         {{"POST", "/", {{"X-Amz-Target", "DynamoDB_20120810.PutItem"}, signed_for("")}},
          "dynamodb PutItem"},
         {{"POST", "/", {{"X-Amz-Target", "DynamoDBStreams_20120810.GetRecords"}}},
          "dynamodbstreams GetRecords"},
         {{"POST", "/", {{"X-Amz-Target", "AmazonSQS.Nothing"}}}, "400 UnknownOperationException"},
         {{"POST", "/", {{"X-Amz-Target", "Else.PutItem"}}}, "400 UnknownOperationException"}});
}

TEST(Route, QueryServicesByActionPathScopeAndHost) {
  const std::pair<std::string, std::string> form = {
      "Content-Type", "application/x-www-form-urlencoded; charset=utf-8"};
  check({{{"POST", "/", {form, signed_for("sns")}}, "form sns"},
         {{"POST", "/", {form, signed_for("sqs")}}, "form sqs"},
         {{"POST", "/", {form}}, "form ?"},
         {{"POST", "/000000000000/q", {form, signed_for("sqs")}}, "form sqs"},
         {{"POST", "/000000000000/q", {form}}, "form sqs"},
         {{"POST", "/b?delete", {form, signed_for("s3")}}, "s3 DeleteObjects"},
         {{"GET", "/000000000000/q?Action=ReceiveMessage"}, "sqs ReceiveMessage"},
         {{"GET", "/?Action=ListTopics&Version=2010-03-31"}, "sns ListTopics"},
         {{"GET", "/?Action=AddPermission&Version=2010-03-31"}, "sns AddPermission"},
         {{"GET", "/?Action=Nothing", {signed_for("sns")}}, "400 InvalidAction"},
         {{"GET", "/q", {{"Host", "sqs.us-east-1.localhost.localstack.cloud"}}},
          "404 UnknownOperationException"},
         {{"GET", "/1/q?Action=SendMessage", {{"Host", "us-east-1.queue.localhost"}}},
          "sqs SendMessage"},
         {{"POST", "/", {form, {"Host", "sns.us-east-1.amazonaws.com"}}}, "form sns"}});
}

TEST(Route, FormBodiesNameTheAction) {
  Route route;
  route.kind = Kind::kForm;
  ASSERT_TRUE(route_form({{"Action", "Publish"}, {"Version", "2010-03-31"}}, route).ok());
  EXPECT_EQ(route.service->id, "sns");
  EXPECT_EQ(route.operation->name, "Publish");
  EXPECT_EQ(route.format, wire::Format::kQuery);
  Route empty;
  EXPECT_EQ(route_form({}, empty).error().code, "MissingAction");
  EXPECT_EQ(empty.format, wire::Format::kQuery);
}

TEST(Route, GlacierByHeaderScopeAndHost) {
  const std::pair<std::string, std::string> version = {"x-amz-glacier-version", "2012-06-01"};
  check({{{"GET", "/-/vaults", {version}}, "glacier ListVaults"},
         {{"PUT", "/-/vaults/v", {signed_for("glacier")}}, "glacier CreateVault"},
         {{"GET", "/-/vaults/v/jobs/j/output", {{"Host", "glacier.us-east-1.amazonaws.com"}}},
          "glacier GetJobOutput"},
         {{"POST", "/-/vaults/v/tags?operation=add", {version}}, "glacier AddTagsToVault"},
         {{"POST", "/-/vaults/v/tags?operation=remove", {version}}, "glacier RemoveTagsFromVault"},
         {{"POST", "/-/vaults/v/tags", {version}}, "405 MethodNotAllowed"},
         {{"POST", "/-/nothing", {version}}, "404 UnknownOperationException"}});
}

TEST(Route, AdminPathsAndHealthChecks) {
  check({{{"GET", "/_cumulite/health"}, "admin"},
         {{"GET", "/_localstack/health"}, "admin"},
         {{"POST", "/moto-api/reset"}, "admin"},
         {{"GET", "/health"}, "admin"},
         {{"GET", "/health", {signed_for("s3")}}, "s3 ListObjects"},
         {{"GET", "/_cumulite/health", {{"Host", "b.s3.localhost"}}}, "s3 GetObject"},
         {{"GET", "/", {signed_for("dynamodb")}}, "health"},
         {{"GET", "/", {{"Host", "dynamodb.us-east-1.amazonaws.com"}}}, "health"}});
}

TEST(Route, ServicesThatAreNotServedAreNotTakenForS3) {
  check({{{"PUT", "/2014-11-13/clusters", {signed_for("ecs")}}, "501 NotImplemented"},
         {{"POST", "/", {signed_for("ec2")}}, "501 NotImplemented"}});
}

TEST(Route, PresignedQueriesNameTheirService) {
  check({{{"GET",
           "/000000000000/q?Action=ReceiveMessage&X-Amz-Credential="
           "A%2F20260101%2Fus-east-1%2Fsqs%2Faws4_request"},
          "sqs ReceiveMessage"},
         {{"GET", "/b/k?AWSAccessKeyId=A&Signature=x&Expires=1"}, "s3 GetObject"},
         {{"PUT",
           "/b/k?X-Amz-Credential=A%2F20260101%2Fus-east-1%2Fs3%2Faws4_request"
           "&X-Amz-SignedHeaders=host&x-amz-acl="},
          "s3 PutObject"}});
}

TEST(Route, TellsS3ControlFromABucketOfItsPathsName) {
  const auto service_of = [](const TestRequest& test) {
    Route route;
    (void)route_head(test.view(), route).ok();
    return route.service->id;
  };
  const std::string path = "/v20180820/configuration/publicAccessBlock";
  const std::pair<std::string, std::string> account = {"x-amz-account-id", "000000000000"};
  EXPECT_EQ(service_of({"GET", path, {signed_for("s3"), account}}), "s3control");
  EXPECT_EQ(service_of({"GET", path, {account}}), "s3control");
  EXPECT_EQ(service_of({"GET", path, {signed_for("s3")}}), "s3");
  EXPECT_EQ(service_of({"GET", "/bucket" + path, {signed_for("s3"), account}}), "s3");
  const std::string host = "000000000000.s3-control.us-east-1.amazonaws.com";
  EXPECT_EQ(service_of({"GET", path, {signed_for("s3"), {"Host", host}}}), "s3control");
  EXPECT_EQ(service_of({"GET", path, {{"Host", host}}}), "s3control");
}

TEST(Route, TakesTheArnOfAPathForOneLabel) {
  const TestRequest test("GET", "/v20180820/tags/arn%3Aaws%3As3%3A%3A%3Abucket",
                         {signed_for("s3"), {"x-amz-account-id", "000000000000"}});
  Route route;
  ASSERT_TRUE(route_head(test.view(), route).ok());
  EXPECT_EQ(route.operation->name, "ListTagsForResource");
  EXPECT_EQ(route.label("resourceArn"), "arn:aws:s3:::bucket");
}

}  // namespace
}  // namespace cumulite::route
