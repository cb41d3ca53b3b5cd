// The examples are those of https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html
#include "protocol/sigv4/signature_v2.h"

#include <string>

#include <gtest/gtest.h>

#include "protocol/sigv4/amz_date.h"
#include "protocol/sigv4/test_request.h"
#include "protocol/sigv4/verifier.h"

namespace cumulite::sigv4 {
namespace {

const Credentials kExampleKey{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                              ""};
const std::int64_t kExampleNow = *parse_date_header("Tue, 27 Mar 2007 19:36:42 +0000");

Error check_v2(std::string_view text, std::string_view bucket, std::int64_t now_ms = kExampleNow) {
  TestRequest request;
  parse_test_request(text, &request);
  const auto auth = parse_auth(request.request, ServiceFamily::kS3);
  if (!auth.ok()) return auth.error();
  const auto lookup = [](std::string_view key) {
    return key == kExampleKey.access_key_id ? &kExampleKey : nullptr;
  };
  const auto verdict =
      verify(*auth, request.request, lookup, {ServiceFamily::kS3, now_ms, {}, bucket});
  return verdict.ok() ? Error{"ok", ""} : verdict.error();
}

TEST(SignatureV2, AcceptsTheExamples) {
  EXPECT_EQ(check_v2("GET /photos/puppy.jpg HTTP/1.1\nHost: awsexamplebucket1.s3.amazonaws.com\n"
                     "Date: Tue, 27 Mar 2007 19:36:42 +0000\n"
                     "Authorization: AWS AKIAIOSFODNN7EXAMPLE:qgk2+6Sv9/oM7G3qLEjTH1a1l1g=\n",
                     "awsexamplebucket1")
                .code,
            "ok");
  EXPECT_EQ(check_v2("PUT /photos/puppy.jpg HTTP/1.1\nHost: awsexamplebucket1.s3.amazonaws.com\n"
                     "Content-Type: image/jpeg\nContent-Length: 94328\n"
                     "Date: Tue, 27 Mar 2007 21:15:45 +0000\n"
                     "Authorization: AWS AKIAIOSFODNN7EXAMPLE:iqRzw+ileNPu1fhspnRs8nOjjIA=\n",
                     "awsexamplebucket1", kExampleNow + 6'000'000)
                .code,
            "ok");
}

std::string presigned(std::string_view path_and_query, std::int64_t expires_s) {
  TestRequest request;
  parse_test_request("GET " + std::string(path_and_query) + " HTTP/1.1\nHost: h\n", &request);
  ParsedAuth auth;
  auth.kind = AuthKind::kQueryV2;
  const std::string expires = std::to_string(expires_s);
  auth.expires = expires;
  const std::string signature =
      signature_v2(kExampleKey.secret_access_key, string_to_sign_v2(auth, request.request, {}));
  return std::string(path_and_query) + "&AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Expires=" + expires +
         "&Signature=" + http::percent_encode(signature);
}

TEST(SignatureV2, PresignedUrlsExpire) {
  const std::string target = presigned("/b/k?acl", kExampleNow / 1000 + 60);
  const std::string text = "GET " + target + " HTTP/1.1\nHost: h\n";
  EXPECT_EQ(check_v2(text, {}).code, "ok");
  const Error expired = check_v2(text, {}, kExampleNow + 61'000);
  EXPECT_EQ(expired.code, "AccessDenied");
  EXPECT_EQ(expired.message, "Request has expired");
  const Error changed = check_v2("PUT " + target + " HTTP/1.1\nHost: h\n", {});
  EXPECT_EQ(changed.code, "SignatureDoesNotMatch");
}

// A sub-resource chooses the operation: it is signed, other parameters are not.
TEST(SignatureV2, SignsSubResourcesOnly) {
  TestRequest request;
  parse_test_request(
      "GET /b/k?versionId=7&x=1&response-content-type=a%2Fb&acl HTTP/1.1\n"
      "X-Amz-Meta-B: 2\nx-amz-meta-a: 1\nX-Amz-Meta-B: 3\nDate: d\n",
      &request);
  ParsedAuth auth;
  auth.kind = AuthKind::kHeaderV2;
  EXPECT_EQ(string_to_sign_v2(auth, request.request, {}),
            "GET\n\n\nd\nx-amz-meta-a:1\nx-amz-meta-b:2,3\n"
            "/b/k?acl&response-content-type=a/b&versionId=7");
}

// botocore sends "GET /bucket?list-type=2" and signs "/bucket/".
TEST(SignatureV2, AcceptsABucketSignedWithItsSlash) {
  const std::string with_slash = presigned("/b/?acl", kExampleNow / 1000 + 60);
  const std::string sent = "/b" + with_slash.substr(3);
  EXPECT_EQ(check_v2("GET " + sent + " HTTP/1.1\nHost: h\n", {}).code, "ok");
  const std::string other = "/b/k" + with_slash.substr(3);
  EXPECT_EQ(check_v2("GET " + other + " HTTP/1.1\nHost: h\n", {}).code, "SignatureDoesNotMatch");
}

TEST(SignatureV2, RefusesMissingParts) {
  EXPECT_EQ(check_v2("GET /b/k?Signature=x&AWSAccessKeyId=y HTTP/1.1\nHost: h\n", {}).message,
            "Query-string authentication requires the Signature, Expires and AWSAccessKeyId "
            "parameters");
  EXPECT_EQ(check_v2("GET / HTTP/1.1\nAuthorization: AWS nocolon\n", {}).code, "InvalidArgument");
  EXPECT_EQ(check_v2("GET / HTTP/1.1\nAuthorization: AWS a:b\n", {}).code, "AccessDenied");
}

}  // namespace
}  // namespace cumulite::sigv4
