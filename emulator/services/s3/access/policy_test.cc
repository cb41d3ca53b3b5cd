#include "emulator/services/s3/access/policy.h"

#include <gtest/gtest.h>

namespace cumulite::s3 {
namespace {

// "Public" is what block-public-access looks for: everybody, and nothing that narrows it.
TEST(PolicyTest, PublicMeansEverybodyWithoutACondition) {
  const auto policy = [](const std::string& condition) {
    return R"({"Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:*",
               "Resource": "arn:aws:s3:::b/*")" +
           condition + "}}";
  };
  EXPECT_TRUE(is_public_policy(policy("")));
  EXPECT_FALSE(
      is_public_policy(policy(R"(, "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}})")));
}

// A policy about another bucket, or with an operator that does not exist, is a mistake to be told.
TEST(PolicyTest, RefusesWhatItCannotMean) {
  const auto code = [](const std::string& text) {
    const auto checked = check_policy_document(text, "b");
    return checked.ok() ? std::string() : checked.error().code;
  };
  EXPECT_EQ(code("no json"), "MalformedPolicy");
  EXPECT_EQ(code(R"({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:*",
                     "Resource": "arn:aws:s3:::other/*"}]})"),
            "MalformedPolicy");
  EXPECT_EQ(code(R"({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:*",
                     "Resource": "arn:aws:s3:::b/*", "Condition": {"StringIs": {}}}]})"),
            "MalformedPolicy");
}

}  // namespace
}  // namespace cumulite::s3
