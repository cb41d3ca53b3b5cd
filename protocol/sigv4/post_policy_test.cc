#include "protocol/sigv4/post_policy.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "protocol/codec/base64.h"
#include "protocol/sigv4/post_auth.h"

namespace cumulite::sigv4 {
namespace {

constexpr std::int64_t kPolicyNow = 1'369'353'600'000;  // 2013-05-24T00:00:00Z

Result<PostPolicy> parse(std::string_view json) {
  return parse_policy(codec::base64_encode(json));
}

std::string with_conditions(std::string_view conditions) {
  return R"({"expiration": "2013-05-24T01:00:00.000Z", "conditions": )" + std::string(conditions) +
         "}";
}

/// The message of the refusal, or "ok".
std::string check_form(std::string_view conditions, PostForm form,
                       std::int64_t now_ms = kPolicyNow) {
  const auto policy = parse(with_conditions(conditions));
  if (!policy.ok()) return policy.error().message;
  const auto verdict = check_policy(*policy, form, "bucket", now_ms);
  if (verdict.ok()) return "ok";
  EXPECT_EQ(verdict.error().code, "AccessDenied");
  EXPECT_EQ(verdict.error().http_status, 403);
  return verdict.error().message;
}

TEST(PostPolicy, MeetsItsConditions) {
  const PostForm form{{{"key", "user/a.txt"}, {"ACL", "private"}, {"policy", "x"}}};
  EXPECT_EQ(
      check_form(R"([{"bucket": "bucket"}, ["starts-with", "$key", "user/"], {"acl": "private"}])",
                 form),
      "ok");
  // Names and operations are read in any case, values are not.
  EXPECT_EQ(check_form(
                R"([{"bUcKeT": "bucket"}, ["StArTs-WiTh", "$KEY", ""], ["EQ", "$Acl", "private"]])",
                form),
            "ok");
  EXPECT_EQ(
      check_form(R"([["eq", "$acl", "Private"], ["starts-with", "$key", ""]])", form),
      "Invalid according to Policy: Policy Condition failed: [\"eq\", \"$acl\", \"Private\"]");
  EXPECT_EQ(check_form(R"([{"bucket": "other"}])", form),
            "Invalid according to Policy: Policy Condition failed: "
            "[\"eq\", \"$bucket\", \"other\"]");
}

// The texts are those that AWS answered when it was recorded.
TEST(PostPolicy, WordsFailuresAsS3) {
  const PostForm form{{{"key", "k"}, {"success_action_redirect", "http://x"}}};
  const std::string failed = "Invalid according to Policy: Policy Condition failed: ";
  EXPECT_EQ(
      check_form(R"([["starts-with", "$success_action_redirect", "http://localhost"]])", form),
      failed + R"(["starts-with", "$success_action_redirect", "http://localhost"])");
  EXPECT_EQ(check_form(R"([["eq", "success_action_redirect", "http://x"]])", form),
            failed + R"(["eq", "success_action_redirect", "http://x"])");
  EXPECT_EQ(check_form(R"([["eq", "$key", "a\"b"]])", form), failed + R"(["eq", "$key", "a\"b"])");
  EXPECT_EQ(check_form(R"([["starts-with", "$absent", ""]])", form),
            failed + R"(["starts-with", "$absent", ""])");
  EXPECT_EQ(check_form(R"([["content-length-range", "test", "10"], ["eq", "$key", "k"]])", form),
            failed + R"(["content-length-range", "test", "10"])");
  EXPECT_EQ(check_form(R"([["eq", "$key", "k"]])", form),
            "Invalid according to Policy: Extra input fields: success_action_redirect");
}

TEST(PostPolicy, ExpiresAtItsInstant) {
  const PostForm form{{{"key", "k"}}};
  const std::string conditions = R"([["eq", "$key", "k"]])";
  EXPECT_EQ(check_form(conditions, form, kPolicyNow + 3'599'999), "ok");
  EXPECT_EQ(check_form(conditions, form, kPolicyNow + 3'600'000),
            "Invalid according to Policy: Policy expired.");
}

TEST(PostPolicy, ExemptsWhatCarriesTheSignature) {
  const PostForm form{{{"AWSAccessKeyId", "x"},
                       {"Signature", "x"},
                       {"Policy", "x"},
                       {"X-Amz-Signature", "x"},
                       {"x-ignore-this", "x"},
                       {"x-amz-checksum-sha256", "x"}}};
  EXPECT_EQ(check_form("[]", form), "ok");
}

TEST(PostPolicy, EachContentTypeOfAListMustMatch) {
  const std::string conditions = R"([["starts-with", "$Content-Type", "image/"]])";
  EXPECT_EQ(check_form(conditions, PostForm{{{"Content-Type", "image/png, image/gif"}}}), "ok");
  EXPECT_NE(check_form(conditions, PostForm{{{"Content-Type", "image/png, text/html"}}}), "ok");
}

TEST(PostPolicy, ExpandsTheFileName) {
  PostForm form{{{"Key", "user/${filename}-${filename}"}, {"acl", "${filename}"}}};
  expand_filename(form, std::nullopt);
  EXPECT_EQ(*form.find("key"), "user/${filename}-${filename}");
  expand_filename(form, "a${filename}");
  EXPECT_EQ(*form.find("key"), "user/a${filename}-a${filename}");
  EXPECT_EQ(*form.find("acl"), "${filename}");
}

TEST(PostPolicy, BoundsTheSize) {
  for (const char* range :
       {R"([["content-length-range", 5, 10]])", R"([["content-length-range", "5", "10"]])"}) {
    const auto policy = parse(with_conditions(range));
    ASSERT_TRUE(policy.ok());
    EXPECT_TRUE(check_policy_size(*policy, 5).ok());
    EXPECT_TRUE(check_policy_size(*policy, 10).ok());
    const auto large = check_policy_size(*policy, 12);
    EXPECT_EQ(large.error().code, "EntityTooLarge");
    EXPECT_EQ(large.error().fields[0].value, "12");
    EXPECT_EQ(large.error().fields[1].name, "MaxSizeAllowed");
    EXPECT_EQ(large.error().fields[1].value, "10");
    const auto small = check_policy_size(*policy, 1);
    EXPECT_EQ(small.error().code, "EntityTooSmall");
    EXPECT_EQ(small.error().fields[1].name, "MinSizeAllowed");
  }
}

TEST(PostPolicy, RefusesMalformedDocuments) {
  const auto refusal = [](std::string_view json) {
    const auto policy = parse(json);
    if (policy.ok()) return std::string("ok");
    EXPECT_EQ(policy.error().code, "InvalidPolicyDocument");
    EXPECT_EQ(policy.error().http_status, 400);
    return policy.error().message.substr(std::string("Invalid Policy: ").size());
  };
  const auto condition = [&](std::string_view text) { return refusal(with_conditions(text)); };
  EXPECT_EQ(refusal("{"), "Invalid JSON.");
  EXPECT_EQ(refusal("[]"), "Invalid JSON.");
  EXPECT_EQ(refusal("{}"), "Policy missing expiration.");
  EXPECT_EQ(refusal(R"({"Statement": []})"), "Unexpected: 'statement'");
  EXPECT_EQ(refusal(R"({"expiration": "2013-05-24T00:00:00+02:00", "conditions": []})"),
            "Invalid 'expiration' value: '2013-05-24T00:00:00+02:00'");
  EXPECT_EQ(refusal(R"({"expiration": "2013-05-24T00:00:00Z"})"), "Policy missing conditions.");
  EXPECT_EQ(condition("{}"), "Invalid 'conditions' value: must be a List.");
  EXPECT_EQ(condition("[1]"), "Invalid condition test: must be a List or Object.");
  EXPECT_EQ(condition("[[]]"), "Invalid Condition: missing operation identifier.");
  EXPECT_EQ(condition(R"([["ne", "$key", "x"]])"), "Invalid Condition: unknown operation 'ne'.");
  EXPECT_EQ(condition(R"([["eq", "$key"]])"), "Invalid eq: wrong number of arguments.");
  EXPECT_EQ(condition(R"([["eq", "$key", 1]])"), "Invalid JSON.");
  EXPECT_EQ(condition(R"([["content-length-range", 0, 512.0]])"), "Invalid JSON.");
  EXPECT_EQ(
      condition(R"([{"a": "b", "c": "d"}])"),
      "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.");
  EXPECT_EQ(condition(R"([{"Content-Length": 6199034}])"),
            "Invalid Simple-Condition: value must be a string.");
  EXPECT_EQ(condition(R"([{"success_action_redirect": null}])"), "Invalid JSON.");
  EXPECT_EQ(parse_policy("not base64!").error().code, "InvalidPolicyDocument");
}

const Credentials kPolicyKey{"AKIDEXAMPLE", "secret", ""};

const Credentials* find_policy_key(std::string_view id) {
  return id == kPolicyKey.access_key_id ? &kPolicyKey : nullptr;
}

/// What botocore's generate_presigned_post made, at 2013-05-24 for an hour.
PostForm botocore_v4() {
  return {
      {{"acl", "private"},
       {"key", "user/${filename}"},
       {"x-amz-algorithm", "AWS4-HMAC-SHA256"},
       {"x-amz-credential", "AKIDEXAMPLE/20130524/us-east-1/s3/aws4_request"},
       {"x-amz-date", "20130524T000000Z"},
       {"policy",
        "eyJleHBpcmF0aW9uIjogIjIwMTMtMDUtMjRUMDE6MDA6MDBaIiwgImNvbmRpdGlvbnMiOiBbeyJhY2wiOiAicH"
        "JpdmF0ZSJ9LCBbImNvbnRlbnQtbGVuZ3RoLXJhbmdlIiwgMSwgMTBdLCB7ImJ1Y2tldCI6ICJidWNrZXQifSwg"
        "WyJzdGFydHMtd2l0aCIsICIka2V5IiwgInVzZXIvIl0sIHsieC1hbXotYWxnb3JpdGhtIjogIkFXUzQtSE1BQy"
        "1TSEEyNTYifSwgeyJ4LWFtei1jcmVkZW50aWFsIjogIkFLSURFWEFNUExFLzIwMTMwNTI0L3VzLWVhc3QtMS9z"
        "My9hd3M0X3JlcXVlc3QifSwgeyJ4LWFtei1kYXRlIjogIjIwMTMwNTI0VDAwMDAwMFoifV19"},
       {"x-amz-signature", "40e71ed5523c050fce540524464266cf2daa4bda8e7c779426175d06ec323b73"}}};
}

PostForm botocore_v2() {
  return {{{"acl", "private"},
           {"key", "user/${filename}"},
           {"AWSAccessKeyId", "AKIDEXAMPLE"},
           {"policy",
            "eyJleHBpcmF0aW9uIjogIjIwMTMtMDUtMjRUMDE6MDA6MDBaIiwgImNvbmRpdGlvbnMiOiBbeyJhY2wiOiAicH"
            "JpdmF0ZSJ9LCBbImNvbnRlbnQtbGVuZ3RoLXJhbmdlIiwgMSwgMTBdLCB7ImJ1Y2tldCI6ICJidWNrZXQifSwg"
            "WyJzdGFydHMtd2l0aCIsICIka2V5IiwgInVzZXIvIl1dfQ=="},
           {"signature", "rxKevNCmn2WUJ7BNH/pN612xuiw="}}};
}

std::string verify_code(const PostForm& form) {
  const auto auth = parse_post_auth(form);
  if (!auth.ok()) return auth.error().code;
  const auto verdict = verify_post(*auth, form, find_policy_key);
  return verdict.ok() ? "ok" : verdict.error().code;
}

void set(PostForm& form, std::string_view name, std::string_view value) {
  for (auto& [field, text] : form.fields) {
    if (field == name) text = value;
  }
}

TEST(PostAuth, AcceptsWhatBotocoreSigns) {
  for (const PostForm& form : {botocore_v4(), botocore_v2()}) {
    EXPECT_EQ(verify_code(form), "ok");
    const auto policy = parse_policy(*form.find("policy"));
    ASSERT_TRUE(policy.ok());
    EXPECT_TRUE(check_policy(*policy, form, "bucket", kPolicyNow).ok());
    EXPECT_TRUE(check_policy_size(*policy, 10).ok());
    EXPECT_FALSE(check_policy_size(*policy, 0).ok());
  }
}

// A broken policy is refused for its signature, which is over the text as sent.
TEST(PostAuth, NoticesEveryChange) {
  for (PostForm form : {botocore_v4(), botocore_v2()}) {
    std::string policy = *form.find("policy");
    policy.pop_back();
    set(form, "policy", policy);
    const auto auth = parse_post_auth(form);
    ASSERT_TRUE(auth.ok());
    const auto verdict = verify_post(*auth, form, find_policy_key);
    ASSERT_FALSE(verdict.ok());
    EXPECT_EQ(verdict.error().code, "SignatureDoesNotMatch");
    ASSERT_EQ(verdict.error().fields.size(), 4U);
    EXPECT_EQ(verdict.error().fields[1].name, "StringToSign");
    EXPECT_EQ(verdict.error().fields[1].value, policy);
  }
  PostForm unknown = botocore_v2();
  set(unknown, "AWSAccessKeyId", "AKIDOTHER");
  EXPECT_EQ(verify_code(unknown), "InvalidAccessKeyId");
}

TEST(PostAuth, NamesTheMissingField) {
  const auto without = [](PostForm form, std::string_view name) {
    std::erase_if(form.fields, [&](const auto& field) { return field.first == name; });
    const auto auth = parse_post_auth(form);
    return auth.ok() ? std::string("ok") : auth.error().message;
  };
  EXPECT_EQ(without(botocore_v4(), "x-amz-algorithm"),
            "Bucket POST must contain a field named 'X-Amz-Algorithm'.  If it is specified, please "
            "check the order of the fields.");
  EXPECT_EQ(without(botocore_v2(), "AWSAccessKeyId"),
            "Bucket POST must contain a field named 'AWSAccessKeyId'.  If it is specified, please "
            "check the order of the fields.");
  EXPECT_EQ(parse_post_auth(PostForm{{{"policy", "x"}}}).error().code, "AccessDenied");
  EXPECT_EQ(parse_post_auth(PostForm{{{"key", "x"}}})->kind, AuthKind::kNone);
}

TEST(PostAuth, RefusesMalformedFields) {
  PostForm form = botocore_v4();
  set(form, "x-amz-date", "2013-05-24");
  EXPECT_EQ(parse_post_auth(form).error().message,
            "X-Amz-Date must be formated via ISO8601 Long format");
  form = botocore_v4();
  set(form, "x-amz-credential", "/20130524/us-east-1/s3/aws4_request");
  EXPECT_EQ(parse_post_auth(form).error().message,
            "a non-empty Access Key (AKID) must be provided in the credential.");
  form = botocore_v4();
  set(form, "x-amz-credential", "AKIDEXAMPLE");
  EXPECT_EQ(parse_post_auth(form).error().code, "InvalidArgument");
}

}  // namespace
}  // namespace cumulite::sigv4
