#include <gtest/gtest.h>

#include "emulator/services/s3/lifecycle/rules.h"
#include "emulator/services/s3/test_support.h"

namespace cumulite::s3 {
namespace {

// S3 rounds up to the next midnight: an object made at noon lives its days and the rest of one
// more.
TEST(LifecycleRulesTest, RoundUpToMidnight) {
  EXPECT_EQ(due_midnight(kDayMs / 2, 1), 2 * kDayMs);
  EXPECT_EQ(due_midnight(kDayMs, 1), 2 * kDayMs);
}

class LifecycleTest : public testing::Test, public S3Test {
 protected:
  void SetUp() override { make_bucket("bucket"); }

  void configure(api::LifecycleRule rule) {
    rule.Status = "Enabled";
    rule.Filter.emplace().Prefix = "old/";
    api::PutBucketLifecycleConfigurationRequest req;
    req.Bucket = "bucket";
    req.LifecycleConfiguration.emplace().Rules = {rule};
    ASSERT_TRUE(put_bucket_lifecycle_configuration(*call(), req).ok());
  }
};

// What expires goes on its day, by the virtual clock, and nothing else goes.
TEST_F(LifecycleTest, ExpiresByDays) {
  api::LifecycleRule rule;
  rule.Expiration.emplace().Days = 3;
  configure(rule);
  ASSERT_TRUE(put("bucket", "old/a", "x").ok());
  ASSERT_TRUE(put("bucket", "new/a", "x").ok());
  environment().advance(2 * kDayMs);
  EXPECT_EQ(read("bucket", "old/a"), "x");
  environment().advance(2 * kDayMs);
  EXPECT_EQ(read("bucket", "old/a"), "NoSuchKey");
  EXPECT_EQ(read("bucket", "new/a"), "x");
}

// An archived object is unreadable until restored, and again when its copy's days are over.
TEST_F(LifecycleTest, ArchivesAndRestores) {
  api::LifecycleRule rule;
  auto& transition = rule.Transitions.emplace().emplace_back();
  transition.Days = 1;
  transition.StorageClass = "GLACIER";
  configure(rule);
  const std::string body(128 * 1024, 'x');
  ASSERT_TRUE(put("bucket", "old/a", body).ok());
  environment().advance(3 * kDayMs);
  EXPECT_EQ(read("bucket", "old/a"), "InvalidObjectState");
  api::RestoreObjectRequest req;
  req.Bucket = "bucket";
  req.Key = "old/a";
  req.RestoreRequest.emplace().Days = 2;
  ASSERT_TRUE(restore_object(*call(), req).ok());
  EXPECT_EQ(restore_object(*call(), req).error().code, "RestoreAlreadyInProgress");
  environment().advance(5 * 3'600'000);
  EXPECT_EQ(read("bucket", "old/a"), body);
  environment().advance(4 * kDayMs);
  EXPECT_EQ(read("bucket", "old/a"), "InvalidObjectState");
}

}  // namespace
}  // namespace cumulite::s3
