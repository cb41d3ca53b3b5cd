#include <gtest/gtest.h>

#include "emulator/services/application-autoscaling/dimension.h"
#include "emulator/services/application-autoscaling/schedule.h"

namespace cumulite::application_autoscaling {
namespace {

bool fits(const std::string& service, const std::string& resource, const std::string& dimension) {
  return check_target({"123456789012", "us-east-1", service, resource, dimension}).ok();
}

// The forms of resources are those of RegisterScalableTarget's documentation.
TEST(ScalableTarget, IsWrittenAsItsDimensionSays) {
  EXPECT_TRUE(fits("dynamodb", "table/orders", "dynamodb:table:ReadCapacityUnits"));
  EXPECT_TRUE(fits("dynamodb", "table/orders/index/by-day", "dynamodb:index:WriteCapacityUnits"));
  EXPECT_TRUE(fits("lambda", "function:work:live", "lambda:function:ProvisionedConcurrency"));
  EXPECT_TRUE(fits("ecs", "service/default/web", "ecs:service:DesiredCount"));
  EXPECT_TRUE(fits("sagemaker", "endpoint/e/variant/v", "sagemaker:variant:DesiredInstanceCount"));
  EXPECT_TRUE(fits("comprehend",
                   "arn:aws:comprehend:us-west-2:123456789012:document-classifier-endpoint/E",
                   "comprehend:document-classifier-endpoint:DesiredInferenceUnits"));
  EXPECT_TRUE(fits("kafka", "arn:aws:kafka:us-east-1:123456789012:cluster/demo/6357e0b2-5",
                   "kafka:broker-storage:VolumeSize"));
  EXPECT_TRUE(fits("custom-resource", "https://test.example/scalableTargetDimensions/x",
                   "custom-resource:ResourceType:Property"));
}

TEST(ScalableTarget, IsRefusedWhereItsPartsDoNotBelongToEachOther) {
  EXPECT_FALSE(fits("ecs", "table/orders", "dynamodb:table:ReadCapacityUnits"));
  EXPECT_FALSE(fits("dynamodb", "orders", "dynamodb:table:ReadCapacityUnits"));
  EXPECT_FALSE(fits("dynamodb", "table/", "dynamodb:table:ReadCapacityUnits"));
  EXPECT_FALSE(fits("dynamodb", "table/orders/index/i", "dynamodb:table:ReadCapacityUnits"));
  EXPECT_FALSE(fits("dynamodb", "table/orders", "dynamodb:index:ReadCapacityUnits"));
  EXPECT_FALSE(fits("lambda", "function:work", "lambda:function:ProvisionedConcurrency"));
  EXPECT_FALSE(fits("lambda", "function:work:$LATEST", "lambda:function:ProvisionedConcurrency"));
}

TEST(Schedule, HasThreeForms) {
  for (const auto* text : {"rate(1 minute)", "rate(5hours)", "at(2026-11-22T08:00:00)",
                           "cron(0 8 * * ? *)", "cron(0/15 8-18 ? JAN MON-FRI 2026)"}) {
    EXPECT_TRUE(is_schedule(text)) << text;
  }
  for (const auto* text :
       {"", "rate(0 minutes)", "rate(5 weeks)", "rate(minutes)", "at(2026-11-22)",
        "at(2026-13-22T08:00:00)", "cron(0 8 * * ?)", "cron(0 8 * * ? *", "0 8 * * *"}) {
    EXPECT_FALSE(is_schedule(text)) << text;
  }
}

TEST(Schedule, ATimeZoneIsAName) {
  EXPECT_TRUE(is_time_zone("UTC"));
  EXPECT_TRUE(is_time_zone("Etc/GMT+9"));
  EXPECT_FALSE(is_time_zone("+09:00"));
  EXPECT_FALSE(is_time_zone(""));
}

}  // namespace
}  // namespace cumulite::application_autoscaling
