#include "emulator/core/policy/policy.h"

#include <gtest/gtest.h>

namespace cumulite {
namespace {

PolicyQuestion question(std::string action, std::string resource, std::string account) {
  return {std::move(action), std::move(resource), std::move(account), {}, [](std::string_view) {
            return std::vector<std::string>{};
          }};
}

// A pattern must cover the whole text, or a policy would grant more than it says.
TEST(WildcardsTest, CoverTheWholeText) {
  EXPECT_TRUE(matches_wildcards("a*c?e", "abbbcde"));
  EXPECT_TRUE(matches_wildcards("*", ""));
  EXPECT_FALSE(matches_wildcards("a*c", "abcd"));
  EXPECT_FALSE(matches_wildcards("", "a"));
}

// Deny wins over allow wherever it stands: that is what people write it for.
TEST(PolicyTest, DenyWins) {
  const std::string policy = R"({"Statement": [
    {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::b/*"},
    {"Effect": "Deny", "Principal": {"AWS": "111111111111"}, "Action": "s3:Get*",
     "Resource": "arn:aws:s3:::b/secret/*"}]})";
  EXPECT_EQ(ask_policy(policy, question("s3:GetObject", "arn:aws:s3:::b/x", "111111111111")),
            PolicyAnswer::kAllow);
  EXPECT_EQ(ask_policy(policy, question("s3:GetObject", "arn:aws:s3:::b/secret/x", "111111111111")),
            PolicyAnswer::kDeny);
  EXPECT_EQ(ask_policy(policy, question("s3:GetObject", "arn:aws:s3:::b/secret/x", "222222222222")),
            PolicyAnswer::kAllow);
  EXPECT_EQ(ask_policy(policy, question("s3:ListBucket", "arn:aws:s3:::b", "")),
            PolicyAnswer::kNothing);
}

// Services call as themselves: a queue's policy lets SNS in by its name, or by what it comes from.
TEST(PolicyTest, ServicesAreNamed) {
  PolicyQuestion asked = question("sqs:SendMessage", "arn:aws:sqs:r:1:q", "");
  asked.service = "sns.amazonaws.com";
  asked.values = [](std::string_view key) {
    return key == "aws:SourceArn" ? std::vector<std::string>{"arn:aws:sns:r:1:t"}
                                  : std::vector<std::string>{};
  };
  const auto policy = [](const std::string& principal, const std::string& source) {
    return R"({"Statement": {"Effect": "Allow", "Action": "SQS:SendMessage", "Principal": )" +
           principal + R"(, "Resource": "arn:aws:sqs:r:1:q",
           "Condition": {"ArnLike": {"aws:SourceArn": ")" +
           source + R"("}}}})";
  };
  const std::string sns = R"({"Service": "sns.amazonaws.com"})";
  EXPECT_EQ(ask_policy(policy(sns, "arn:aws:sns:*:*:t"), asked), PolicyAnswer::kAllow);
  EXPECT_EQ(ask_policy(policy(sns, "arn:aws:sns:*:*:u"), asked), PolicyAnswer::kNothing);
  EXPECT_EQ(ask_policy(policy(R"({"AWS": "*"})", "arn:aws:sns:r:1:t"), asked),
            PolicyAnswer::kAllow);
  EXPECT_EQ(ask_policy(policy(R"({"Service": "s3.amazonaws.com"})", "*"), asked),
            PolicyAnswer::kNothing);
}

// Every operator family once, with IfExists, Not and the set operators.
TEST(ConditionsTest, HoldAsIamSays) {
  EXPECT_TRUE(condition_holds("StringEquals", {"a", "b"}, {"b"}));
  EXPECT_FALSE(condition_holds("StringEquals", {"a"}, {}));
  EXPECT_TRUE(condition_holds("StringEqualsIfExists", {"a"}, {}));
  EXPECT_TRUE(condition_holds("StringNotEquals", {"a"}, {}));
  EXPECT_FALSE(condition_holds("StringNotLike", {"a*"}, {"abc"}));
  EXPECT_TRUE(condition_holds("NumericLessThanEquals", {"10"}, {"10"}));
  EXPECT_TRUE(
      condition_holds("DateGreaterThan", {"2020-01-01T00:00:00Z"}, {"2026-01-01T00:00:00Z"}));
  EXPECT_TRUE(condition_holds("Bool", {"true"}, {"True"}));
  EXPECT_TRUE(condition_holds("IpAddress", {"10.0.0.0/8"}, {"10.1.2.3"}));
  EXPECT_TRUE(condition_holds("NotIpAddress", {"10.0.0.0/8"}, {"11.1.2.3"}));
  EXPECT_TRUE(condition_holds("Null", {"true"}, {}));
  EXPECT_TRUE(condition_holds("ForAllValues:StringEquals", {"a", "b"}, {"a", "b"}));
  EXPECT_FALSE(condition_holds("ForAllValues:StringEquals", {"a"}, {"a", "b"}));
  EXPECT_TRUE(condition_holds("ForAnyValue:StringEquals", {"a"}, {"a", "b"}));
  EXPECT_TRUE(condition_holds("ArnLike", {"arn:aws:s3:::*"}, {"arn:aws:s3:::b"}));
}

}  // namespace
}  // namespace cumulite
