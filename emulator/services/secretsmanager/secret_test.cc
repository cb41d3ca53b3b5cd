#include "emulator/services/secretsmanager/secret.h"

#include <gtest/gtest.h>

// Staging labels move as the service documents it: each is on one version, and the current version
// leaves AWSPREVIOUS behind.
namespace cumulite::secretsmanager {
namespace {

using Stages = std::vector<std::string>;

Secret secret_of(std::vector<Version> versions) {
  Secret secret;
  secret.versions = std::move(versions);
  return secret;
}

TEST(Stages, CurrentLeavesPreviousBehind) {
  Secret secret = secret_of({{"1", {"AWSCURRENT"}}, {"2", {}}, {"3", {}}});
  move_stages(secret, "2", {"AWSCURRENT"});
  EXPECT_EQ(secret.versions[0].stages, Stages{"AWSPREVIOUS"});
  EXPECT_EQ(secret.versions[1].stages, Stages{"AWSCURRENT"});
  move_stages(secret, "3", {"AWSCURRENT", "AWSPENDING"});
  EXPECT_EQ(secret.versions[0].stages, Stages{});
  EXPECT_EQ(secret.versions[1].stages, Stages{"AWSPREVIOUS"});
  EXPECT_EQ(secret.versions[2].stages, (Stages{"AWSCURRENT", "AWSPENDING"}));
}

TEST(Stages, MovingBackToThePreviousVersionSwapsThem) {
  Secret secret = secret_of({{"1", {"AWSPREVIOUS"}}, {"2", {"AWSCURRENT"}}});
  move_stages(secret, "1", {"AWSCURRENT"});
  EXPECT_EQ(secret.versions[0].stages, Stages{"AWSCURRENT"});
  EXPECT_EQ(secret.versions[1].stages, Stages{"AWSPREVIOUS"});
}

TEST(Stages, OthersAreTakenFromTheirHolder) {
  Secret secret = secret_of({{"1", {"AWSCURRENT"}}, {"2", {"one", "two"}}, {"3", {}}});
  move_stages(secret, "3", {"two", "one", "four"});
  EXPECT_EQ(secret.versions[0].stages, Stages{"AWSCURRENT"});
  EXPECT_TRUE(secret.versions[1].stages.empty());
  EXPECT_EQ(secret.versions[2].stages, (Stages{"four", "one", "two"}));
}

TEST(Secret, RowsAreReadAsTheyWereWritten) {
  Secret secret = secret_of({{"id", {"a", "b"}, 5, 6}});
  secret.name = "n";
  secret.suffix = "abcdef";
  secret.deletion_ms = 7;
  secret.tags = {{"k", "v"}};
  const Secret read = decode_secret(encode_secret(secret));
  EXPECT_EQ(read.name, "n");
  EXPECT_EQ(read.suffix, "abcdef");
  EXPECT_EQ(read.deletion_ms, 7);
  EXPECT_EQ(read.tags, secret.tags);
  ASSERT_EQ(read.versions.size(), 1u);
  EXPECT_EQ(read.versions[0].stages, (Stages{"a", "b"}));
  EXPECT_EQ(read.versions[0].accessed_ms, 6);
}

}  // namespace
}  // namespace cumulite::secretsmanager
