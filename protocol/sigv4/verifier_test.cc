#include "protocol/sigv4/verifier.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "protocol/sigv4/amz_date.h"
#include "protocol/sigv4/presigned_url.h"
#include "protocol/sigv4/signer.h"
#include "protocol/sigv4/test_request.h"
#include "protocol/time_units.h"

namespace cumulite::sigv4 {
namespace {

constexpr std::int64_t kNow = 1'369'353'600'000;  // 2013-05-24T00:00:00Z
constexpr std::string_view kHash =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

const Credentials kKey{"AKIDEXAMPLE", "secret", ""};
const Credentials kTemporary{"ASIAEXAMPLE", "other", "the token"};

const Credentials* find_key(std::string_view id) {
  if (id == kKey.access_key_id) return &kKey;
  return id == kTemporary.access_key_id ? &kTemporary : nullptr;
}

std::string field(const Error& error, std::string_view name) {
  for (const ErrorField& candidate : error.fields) {
    if (candidate.name == name) return candidate.value;
  }
  return "(absent)";
}

/// Parses and verifies; the error, or one of code "ok".
Error check(const TestRequest& request, ServiceFamily family, std::int64_t now_ms = kNow) {
  const auto auth = parse_auth(request.request, family);
  if (!auth.ok()) return auth.error();
  const auto verdict = verify(*auth, request.request, find_key, {family, now_ms, kHash, "bucket"});
  return verdict.ok() ? Error{"ok", ""} : verdict.error();
}

SignInput s3_input(std::string target) {
  SignInput input;
  input.method = "GET";
  input.target = std::move(target);
  input.headers = {{"Host", "localhost:4566"}, {"X-Amz-Acl", "private"}};
  input.service = "s3";
  input.now_ms = kNow;
  return input;
}

TestRequest with_headers(const SignInput& input, const HeaderList& added) {
  TestRequest request;
  request.request.method = request.texts.emplace_back(input.method);
  request.set_target(input.target);
  for (const auto& [name, value] : input.headers) request.add_header(name, value);
  for (const auto& [name, value] : added) request.add_header(name, value);
  return request;
}

TestRequest signed_request(const SignInput& input, const Credentials& key = kKey) {
  return with_headers(input, sign_request(input, key));
}

TestRequest presigned_request(SignInput input, std::int64_t expires_s) {
  input.target = presign_target(input, kKey, expires_s);
  return with_headers(input, {});
}

SignInput json_input() {
  SignInput input;
  input.headers = {{"Host", "localhost:4566"}, {"X-Amz-Target", "DynamoDB_20120810.ListTables"}};
  input.service = "dynamodb";
  input.now_ms = kNow;
  return input;
}

void replace_header(TestRequest& request, std::string_view name, std::string_view value) {
  for (http::Header& header : request.request.headers) {
    if (http::header_name_equals(header.name, name))
      header.value = request.texts.emplace_back(value);
  }
}

void drop_header(TestRequest& request, std::string_view name) {
  std::erase_if(request.request.headers, [&](const http::Header& header) {
    return http::header_name_equals(header.name, name);
  });
}

// The example of https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
TEST(Verifier, AcceptsTheHeaderExampleOfS3) {
  TestRequest request;
  parse_test_request(
      "GET /test.txt HTTP/1.1\n"
      "Host: examplebucket.s3.amazonaws.com\n"
      "Range: bytes=0-9\n"
      "x-amz-content-sha256: "
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
      "x-amz-date: 20130524T000000Z\n"
      "Authorization: AWS4-HMAC-SHA256 "
      "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
      "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
      "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41\n",
      &request);
  const Credentials key{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", ""};
  const auto auth = parse_auth(request.request, ServiceFamily::kS3);
  ASSERT_TRUE(auth.ok());
  EXPECT_EQ(auth->region, "us-east-1");
  const auto lookup = [&](std::string_view) { return &key; };
  const auto verdict = verify(*auth, request.request, lookup, {ServiceFamily::kS3, kNow, {}, {}});
  EXPECT_TRUE(verdict.ok());
}

// The example of https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
TEST(Verifier, AcceptsThePresignedExampleOfS3) {
  TestRequest request;
  parse_test_request(
      "GET /test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
      "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
      "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
      "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
      " HTTP/1.1\nHost: examplebucket.s3.amazonaws.com\n",
      &request);
  const Credentials key{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", ""};
  const auto auth = parse_auth(request.request, ServiceFamily::kS3);
  ASSERT_TRUE(auth.ok());
  const auto lookup = [&](std::string_view) { return &key; };
  EXPECT_TRUE(verify(*auth, request.request, lookup, {ServiceFamily::kS3, kNow, {}, {}}).ok());
}

TEST(Verifier, AcceptsWhatOurSignerMakes) {
  for (const char* target : {"/", "/b/a//../k%20y%2B", "/b?list-type=2&prefix=a%2F&acl"}) {
    EXPECT_EQ(check(signed_request(s3_input(target)), ServiceFamily::kS3).code, "ok") << target;
    EXPECT_EQ(check(presigned_request(s3_input(target), 60), ServiceFamily::kS3).code, "ok");
  }
  EXPECT_EQ(check(signed_request(json_input()), ServiceFamily::kJson).code, "ok");
  EXPECT_EQ(check(signed_request(json_input(), kTemporary), ServiceFamily::kJson).code, "ok");
}

// Everything signed is guarded: method, path, query, header, date and signature.
TEST(Verifier, NoticesEveryChange) {
  using Change = std::function<void(TestRequest&)>;
  const Change changes[] = {
      [](TestRequest& r) { r.request.method = "PUT"; },
      [](TestRequest& r) { r.set_target("/b/other?acl"); },
      [](TestRequest& r) { r.set_target("/b/k?acl&x"); },
      [](TestRequest& r) { replace_header(r, "x-amz-acl", "public-read"); },
      [](TestRequest& r) { drop_header(r, "x-amz-acl"); },
      [](TestRequest& r) { r.add_header("X-Amz-Acl", "public-read"); },
      [](TestRequest& r) { replace_header(r, "x-amz-date", "20130524T000001Z"); },
      [](TestRequest& r) { replace_header(r, "x-amz-content-sha256", "UNSIGNED-PAYLOAD"); },
      [](TestRequest& r) { replace_header(r, "host", "localhost:4567"); },
  };
  for (const Change& change : changes) {
    TestRequest request = signed_request(s3_input("/b/k?acl"));
    ASSERT_EQ(check(request, ServiceFamily::kS3).code, "ok");
    change(request);
    const Error error = check(request, ServiceFamily::kS3);
    EXPECT_EQ(error.code, "SignatureDoesNotMatch");
    EXPECT_EQ(error.http_status, 403);
  }
}

// Clients debug their signing by these fields.
TEST(Verifier, ReportsWhatItSigned) {
  TestRequest request = signed_request(s3_input("/b/k"));
  request.request.method = "PUT";
  const Error error = check(request, ServiceFamily::kS3);
  EXPECT_EQ(error.message,
            "The request signature we calculated does not match the signature you provided. Check "
            "your key and signing method.");
  EXPECT_EQ(field(error, "AWSAccessKeyId"), "AKIDEXAMPLE");
  EXPECT_EQ(field(error, "SignatureProvided").size(), 64U);
  EXPECT_TRUE(field(error, "StringToSign").starts_with("AWS4-HMAC-SHA256\n20130524T000000Z\n"));
  EXPECT_TRUE(field(error, "StringToSignBytes").starts_with("41 57 53 34 2d"));
  EXPECT_TRUE(field(error, "CanonicalRequest").starts_with("PUT\n/b/k\n\nhost:localhost:4566\n"));
  EXPECT_TRUE(field(error, "CanonicalRequestBytes").starts_with("50 55 54 0a 2f"));
}

TEST(Verifier, EachFamilyHasItsCodes) {
  const Credentials unknown{"AKIDUNKNOWN", "secret", ""};
  const Credentials wrong{"AKIDEXAMPLE", "wrong", ""};
  const auto codes = [&](const SignInput& input, ServiceFamily family) {
    TestRequest anonymous = with_headers(input, {});
    return std::vector<std::pair<std::string, int>>{
        {check(anonymous, family).code, check(anonymous, family).http_status},
        {check(signed_request(input, unknown), family).code,
         check(signed_request(input, unknown), family).http_status},
        {check(signed_request(input, wrong), family).code,
         check(signed_request(input, wrong), family).http_status}};
  };
  using Codes = std::vector<std::pair<std::string, int>>;
  EXPECT_EQ(
      codes(s3_input("/"), ServiceFamily::kS3),
      (Codes{{"AccessDenied", 403}, {"InvalidAccessKeyId", 403}, {"SignatureDoesNotMatch", 403}}));
  EXPECT_EQ(codes(json_input(), ServiceFamily::kJson),
            (Codes{{"MissingAuthenticationTokenException", 400},
                   {"UnrecognizedClientException", 400},
                   {"InvalidSignatureException", 400}}));
  EXPECT_EQ(codes(json_input(), ServiceFamily::kQuery), (Codes{{"MissingAuthenticationToken", 403},
                                                               {"InvalidClientTokenId", 403},
                                                               {"SignatureDoesNotMatch", 403}}));
  EXPECT_EQ(codes(json_input(), ServiceFamily::kRestJson),
            (Codes{{"MissingAuthenticationTokenException", 400},
                   {"UnrecognizedClientException", 400},
                   {"InvalidSignatureException", 403}}));
}

TEST(Verifier, ToleratesFifteenMinutesOfSkew) {
  const TestRequest s3 = signed_request(s3_input("/"));
  const TestRequest json = signed_request(json_input());
  for (const std::int64_t shift : {-15 * kMinuteMs, 15 * kMinuteMs}) {
    EXPECT_EQ(check(s3, ServiceFamily::kS3, kNow + shift).code, "ok");
    EXPECT_EQ(check(json, ServiceFamily::kJson, kNow + shift).code, "ok");
  }
  const Error late = check(s3, ServiceFamily::kS3, kNow + 15 * kMinuteMs + 1);
  EXPECT_EQ(late.code, "RequestTimeTooSkewed");
  EXPECT_EQ(field(late, "RequestTime"), "20130524T000000Z");
  EXPECT_EQ(field(late, "ServerTime"), "2013-05-24T00:15:00Z");
  EXPECT_EQ(field(late, "MaxAllowedSkewMilliseconds"), "900000");
  const Error expired = check(json, ServiceFamily::kJson, kNow + 16 * kMinuteMs);
  EXPECT_EQ(expired.message,
            "Signature expired: 20130524T000000Z is now earlier than 20130524T000100Z "
            "(20130524T001600Z - 15 min.)");
  const Error early = check(json, ServiceFamily::kQuery, kNow - 16 * kMinuteMs);
  EXPECT_EQ(early.code, "SignatureDoesNotMatch");
  EXPECT_EQ(early.message,
            "Signature not yet current: 20130524T000000Z is still later than 20130523T235900Z "
            "(20130523T234400Z + 15 min.)");
}

// A header that was added on the way must not take effect because nobody signed it.
TEST(Verifier, S3RefusesUnsignedAmzHeaders) {
  TestRequest request = presigned_request(s3_input("/b/k"), 60);
  request.add_header("X-Amz-Meta-Extra", "1");
  const Error error = check(request, ServiceFamily::kS3);
  EXPECT_EQ(error.code, "AccessDenied");
  EXPECT_EQ(error.message, "There were headers present in the request which were not signed");
  EXPECT_EQ(field(error, "HeadersNotSigned"), "x-amz-meta-extra");
}

TEST(Verifier, SessionTokensMustBeThoseOfTheKey) {
  TestRequest missing = signed_request(s3_input("/"), {"ASIAEXAMPLE", "other", ""});
  EXPECT_EQ(check(missing, ServiceFamily::kS3).code, "InvalidAccessKeyId");
  TestRequest wrong = signed_request(s3_input("/"), {"ASIAEXAMPLE", "other", "not the token"});
  EXPECT_EQ(check(wrong, ServiceFamily::kS3).code, "InvalidToken");
  TestRequest json = signed_request(json_input(), {"ASIAEXAMPLE", "other", "not the token"});
  EXPECT_EQ(check(json, ServiceFamily::kJson).code, "UnrecognizedClientException");
}

TEST(Verifier, S3RefusesMalformedHeaders) {
  const auto refuse = [](std::string_view authorization) {
    TestRequest request = signed_request(s3_input("/"));
    replace_header(request, "authorization", authorization);
    return check(request, ServiceFamily::kS3);
  };
  EXPECT_EQ(refuse("AWS4-HMAC-SHA256").message,
            "The authorization header is malformed; the authorization header requires three "
            "components: Credential, SignedHeaders, and Signature.");
  EXPECT_EQ(refuse("AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=x").message,
            "The authorization header is malformed; the Credential is mal-formed; expecting "
            "\"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".");
  EXPECT_EQ(refuse("AWS4-HMAC-SHA256 foo").code, "AuthorizationHeaderMalformed");
  EXPECT_EQ(refuse("Bearer x").code, "InvalidArgument");
  EXPECT_EQ(refuse("Bearer x").message, "Unsupported Authorization Type");
  const std::string scope = "/20130525/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=x";
  EXPECT_EQ(
      refuse("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE" + scope).message,
      "The authorization header is malformed; Invalid credential date \"20130525\". This date "
      "is not the same as X-Amz-Date: \"20130524\".");
}

// DynamoDB names every missing part in one message.
TEST(Verifier, JsonServicesNameAllThatIsMissing) {
  TestRequest request = signed_request(json_input());
  drop_header(request, "x-amz-date");
  replace_header(request, "authorization", "AWS4-HMAC-SHA256 Credential=");
  EXPECT_EQ(check(request, ServiceFamily::kJson).message,
            "Authorization header requires 'Credential' parameter. Authorization header requires "
            "'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. "
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
            "Authorization=AWS4-HMAC-SHA256 Credential=");
  replace_header(request, "authorization", "AWS4-HMAC-SHA256 hello");
  EXPECT_EQ(check(request, ServiceFamily::kJson).code, "IncompleteSignatureException");
  EXPECT_EQ(check(request, ServiceFamily::kQuery).code, "IncompleteSignature");
  replace_header(request, "authorization", "Bearer x");
  EXPECT_EQ(check(request, ServiceFamily::kJson).code, "MissingAuthenticationTokenException");
}

TEST(Verifier, RefusesTwoWaysAtOnce) {
  TestRequest request = presigned_request(s3_input("/b/k"), 60);
  request.add_header("Authorization", "AWS4-HMAC-SHA256 x");
  EXPECT_EQ(check(request, ServiceFamily::kS3).code, "InvalidArgument");
  EXPECT_EQ(check(request, ServiceFamily::kJson).code, "InvalidSignatureException");
}

TEST(Presigned, ExpiresAndBeginsWhenItSays) {
  const TestRequest request = presigned_request(s3_input("/b/k"), 60);
  EXPECT_EQ(check(request, ServiceFamily::kS3, kNow + kMinuteMs - 1).code, "ok");
  const Error late = check(request, ServiceFamily::kS3, kNow + kMinuteMs);
  EXPECT_EQ(late.code, "AccessDenied");
  EXPECT_EQ(late.message, "Request has expired");
  EXPECT_EQ(field(late, "X-Amz-Expires"), "60");
  EXPECT_EQ(field(late, "Expires"), "2013-05-24T00:01:00Z");
  EXPECT_EQ(field(late, "ServerTime"), "2013-05-24T00:01:00Z");
  const Error early = check(request, ServiceFamily::kS3, kNow - 16 * kMinuteMs);
  EXPECT_EQ(early.message, "Request is not yet valid");
}

// Without keys (auth off), form and expiry are checked all the same, and nothing else.
TEST(Presigned, IsCheckedWithoutKeys) {
  TestRequest request = presigned_request(s3_input("/b/k"), 60);
  EXPECT_TRUE(check_presigned(request.request, ServiceFamily::kS3, kNow).ok());
  EXPECT_FALSE(check_presigned(request.request, ServiceFamily::kS3, kNow + kMinuteMs).ok());
  request.set_target("/b/k?X-Amz-Signature=x");
  EXPECT_EQ(check_presigned(request.request, ServiceFamily::kS3, kNow).error().code,
            "AuthorizationQueryParametersError");
  request.set_target("/b/k?Signature=x");
  EXPECT_EQ(check_presigned(request.request, ServiceFamily::kS3, kNow).error().code,
            "AccessDenied");
  request.set_target("/b/k");
  request.add_header("Authorization", "nonsense");
  EXPECT_TRUE(check_presigned(request.request, ServiceFamily::kS3, kNow).ok());
}

TEST(Presigned, WordsItsFormErrorsAsS3) {
  const std::string good =
      "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=k%2F20130524%2Fr%2Fs3%2Faws4_request"
      "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=x";
  const auto refuse = [&](std::string_view from, std::string_view to) {
    std::string query = good;
    query.replace(query.find(from), from.size(), to);
    TestRequest request;
    request.request.method = "GET";
    request.set_target("/b/k?" + query);
    return check(request, ServiceFamily::kS3);
  };
  const std::string missing =
      "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, "
      "X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.";
  EXPECT_EQ(refuse("X-Amz-Algorithm=", "x=").message, missing);
  EXPECT_EQ(refuse("X-Amz-Expires=60&", "").message, missing);
  EXPECT_EQ(refuse("X-Amz-Expires=60&", "").http_status, 400);
  EXPECT_EQ(refuse("=60", "=abc").message, "X-Amz-Expires should be a number");
  EXPECT_EQ(refuse("=60", "=-1").message, "X-Amz-Expires must be non-negative");
  EXPECT_EQ(refuse("=60", "=604801").message,
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires "
            "must be less than 604800 seconds");
  EXPECT_EQ(refuse("=60", "=99999999999999999999").code, "AuthorizationQueryParametersError");
  EXPECT_EQ(refuse("T000000Z", "").message,
            "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  // A credential encoded twice arrives without slashes.
  EXPECT_EQ(refuse("k%2F20130524", "k%252F20130524").message,
            "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "
            "\"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".");
  EXPECT_EQ(refuse("HMAC-SHA256", "HMAC-SHA1").code, "AuthorizationQueryParametersError");
}

TEST(PayloadHash, IsComparedWhenAnnounced) {
  TestRequest request = signed_request(s3_input("/b/k"));
  EXPECT_TRUE(announces_payload_hash(request.request));
  EXPECT_TRUE(check_payload_hash(request.request, kHash).ok());
  const std::string other(64, 'a');
  const auto verdict = check_payload_hash(request.request, other);
  ASSERT_FALSE(verdict.ok());
  EXPECT_EQ(verdict.error().code, "XAmzContentSHA256Mismatch");
  EXPECT_EQ(verdict.error().http_status, 400);
  EXPECT_EQ(field(verdict.error(), "ClientComputedContentSHA256"), kHash);
  EXPECT_EQ(field(verdict.error(), "S3ComputedContentSHA256"), other);
  replace_header(request, "x-amz-content-sha256", "UNSIGNED-PAYLOAD");
  EXPECT_FALSE(announces_payload_hash(request.request));
  EXPECT_TRUE(check_payload_hash(request.request, other).ok());
}

// The SDKs for JavaScript and Go presign the header as a parameter.
TEST(PayloadHash, MayBeAParameterOfAPresignedUrl) {
  for (const std::string& payload : {std::string("UNSIGNED-PAYLOAD"), std::string(kHash)}) {
    SignInput input = s3_input("/b/k?X-Amz-Content-Sha256=" + payload);
    input.payload_hash = payload;
    const TestRequest request = presigned_request(input, 60);
    EXPECT_EQ(check(request, ServiceFamily::kS3).code, "ok");
    EXPECT_EQ(announces_payload_hash(request.request), payload == kHash);
  }
}

// The router needs service and region of whatever it is given, before anything is checked.
TEST(PeekScope, ReadsIncompleteHeaders) {
  TestRequest request;
  parse_test_request(
      "GET / HTTP/1.1\nAuthorization: AWS4-HMAC-SHA256 "
      "Credential=test/20220101/eu-west-1/sqs/aws4_request\n",
      &request);
  const PeekedScope scope = peek_scope(request.request);
  EXPECT_EQ(scope.access_key_id, "test");
  EXPECT_EQ(scope.region, "eu-west-1");
  EXPECT_EQ(scope.service, "sqs");
  EXPECT_EQ(peek_scope(presigned_request(s3_input("/b/k"), 60).request).service, "s3");
  TestRequest anonymous;
  parse_test_request("GET / HTTP/1.1\nHost: h\n", &anonymous);
  EXPECT_EQ(peek_scope(anonymous.request).access_key_id, "");
}

}  // namespace
}  // namespace cumulite::sigv4
