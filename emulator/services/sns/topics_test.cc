#include <gmock/gmock.h>

#include "emulator/services/sns/test_topic.h"

namespace cumulite::sns {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// CreateTopic is how programs look an ARN up: the same call again is no error.
TEST_F(SnsTest, CreateTopicIsIdempotent) {
  const auto arn = create("t", {{"DisplayName", "d"}});
  EXPECT_EQ(arn, "arn:aws:sns:us-east-1:000000000000:t");
  EXPECT_EQ(create("t"), arn);
  EXPECT_EQ(outcome(create_topic, {.Name = "t", .Attributes = Attributes{{"DisplayName", "e"}}}),
            "InvalidParameter: Invalid parameter: Attributes Reason: Topic already exists with "
            "different attributes");
  EXPECT_EQ(outcome(create_topic, {.Name = "t", .Tags = std::vector<api::Tag>{{"k", "v"}}}),
            "InvalidParameter: Invalid parameter: Tags Reason: Topic already exists with different "
            "tags");
}

TEST_F(SnsTest, NamesAreChecked) {
  for (const std::string& name :
       {std::string(""), std::string("a b"), std::string("x.fifo"), std::string(257, 'x')}) {
    EXPECT_EQ(outcome(create_topic, {.Name = name}),
              "InvalidParameter: Invalid parameter: Topic Name");
  }
  EXPECT_EQ(outcome(create_topic, {.Name = "x", .Attributes = Attributes{{"FifoTopic", "true"}}}),
            "InvalidParameter: Invalid parameter: Topic Name");
}

TEST_F(SnsTest, AttributesHaveDefaultsAndAreChecked) {
  const auto arn = create("t");
  EXPECT_EQ(topic_attribute(arn, "DisplayName"), "");
  EXPECT_EQ(topic_attribute(arn, "SubscriptionsConfirmed"), "0");
  EXPECT_THAT(topic_attribute(arn, "Policy"), HasSubstr("__default_statement_ID"));
  EXPECT_THAT(topic_attribute(arn, "EffectiveDeliveryPolicy"), HasSubstr("\"numRetries\":3"));
  const auto set = [&](const std::string& name, const std::string& value) {
    return outcome(set_topic_attributes,
                   {.TopicArn = arn, .AttributeName = name, .AttributeValue = value});
  };
  EXPECT_EQ(set("SignatureVersion", "2"), "ok");
  EXPECT_EQ(topic_attribute(arn, "SignatureVersion"), "2");
  EXPECT_THAT(set("SignatureVersion", "3"), StartsWith("InvalidParameter"));
  EXPECT_THAT(set("ContentBasedDeduplication", "true"), HasSubstr("FIFO topics"));
  EXPECT_EQ(set("Unknown", "x"), "InvalidParameter: Invalid parameter: AttributeName");
  EXPECT_EQ(set("LambdaSuccessFeedbackSampleRate", "100"), "ok");
  EXPECT_THAT(set("LambdaSuccessFeedbackSampleRate", "101"), StartsWith("InvalidParameter"));
}

TEST_F(SnsTest, ArnsAreChecked) {
  EXPECT_EQ(outcome(get_topic_attributes, {.TopicArn = "x"}),
            "InvalidParameter: Invalid parameter: TopicArn Reason: An ARN must have at least 6 "
            "elements, not 1");
  EXPECT_EQ(outcome(get_topic_attributes, {.TopicArn = "arn:aws:sns:us-east-1:000000000000:no"}),
            "NotFound: Topic does not exist");
  EXPECT_EQ(outcome(get_topic_attributes, {.TopicArn = "arn:aws:sns:eu-west-1:000000000000:no"}),
            "InvalidParameter: Invalid parameter: TopicArn");
}

// Everything that was acknowledged is there after a new start.
TEST_F(SnsTest, TopicsAndSubscriptionsSurvive) {
  const auto arn = create("t", {{"DisplayName", "d"}});
  const auto subscription = add_queue(arn, "q", {{"FilterPolicy", R"({"k":["v"]})"}});
  restart();
  EXPECT_EQ(topic_attribute(arn, "DisplayName"), "d");
  EXPECT_EQ(topic_attribute(arn, "SubscriptionsConfirmed"), "1");
  EXPECT_EQ(subscription_attribute(subscription, "FilterPolicy"), R"({"k":["v"]})");
  EXPECT_EQ(subscription_attribute(subscription, "FilterPolicyScope"), "MessageAttributes");
}

// A topic of the same name is another one: what subscribed to the old one gets nothing of it.
TEST_F(SnsTest, DeletedTopicsTakeTheirSubscriptionsAlong) {
  const auto arn = create("t");
  const auto subscription = add_queue(arn, "q");
  EXPECT_EQ(outcome(delete_topic, {.TopicArn = arn}), "ok");
  EXPECT_EQ(outcome(delete_topic, {.TopicArn = arn}), "ok");
  EXPECT_EQ(outcome(publish, {.TopicArn = arn, .Message = "m"}), "NotFound: Topic does not exist");
  create("t");
  send({.TopicArn = arn, .Message = "m"});
  EXPECT_TRUE(queued().empty());
  EXPECT_EQ(subscription_attribute(subscription, "Protocol"), "sqs");
  env_.advance(3LL * 24 * 3600 * 1000);
  EXPECT_EQ(subscription_attribute(subscription, "Protocol"), "NotFound");
}

TEST_F(SnsTest, TopicsAreListedInPages) {
  for (int i = 0; i < 101; ++i) create("t" + std::to_string(1000 + i));
  const auto first = call(list_topics, {});
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->Topics->size(), 100U);
  ASSERT_TRUE(first->NextToken);
  const auto second = call(list_topics, {.NextToken = first->NextToken});
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(*second->Topics->at(0).TopicArn, "arn:aws:sns:us-east-1:000000000000:t1100");
  EXPECT_FALSE(second->NextToken);
}

TEST_F(SnsTest, TagsMergeAndGo) {
  const auto arn = create("t");
  const auto tag = [&](std::vector<api::Tag> tags) {
    return outcome(tag_resource, {.ResourceArn = arn, .Tags = std::move(tags)});
  };
  EXPECT_EQ(tag({{"a", "1"}, {"b", "2"}}), "ok");
  EXPECT_EQ(tag({{"a", "3"}}), "ok");
  EXPECT_EQ(tag({{"c", "1"}, {"c", "2"}}),
            "InvalidParameter: Invalid parameter: Duplicated keys are not allowed.");
  EXPECT_EQ(outcome(untag_resource, {.ResourceArn = arn, .TagKeys = std::vector<std::string>{"b"}}),
            "ok");
  const auto tags = call(list_tags_for_resource, {.ResourceArn = arn});
  ASSERT_TRUE(tags.ok());
  ASSERT_EQ(tags->Tags->size(), 1U);
  EXPECT_EQ(*tags->Tags->at(0).Value, "3");
  EXPECT_THAT(outcome(tag_resource, {.ResourceArn = arn + "x", .Tags = std::vector<api::Tag>{}}),
              StartsWith("ResourceNotFound"));
}

TEST_F(SnsTest, PermissionsAreStatementsOfThePolicy) {
  const auto arn = create("t");
  const api::AddPermissionInput permission = {
      .TopicArn = arn,
      .Label = "l",
      .AWSAccountId = std::vector<std::string>{"111111111111"},
      .ActionName = std::vector<std::string>{"Publish"}};
  EXPECT_EQ(outcome(add_permission, permission), "ok");
  EXPECT_EQ(outcome(add_permission, permission),
            "InvalidParameter: Invalid parameter: Statement already exists");
  EXPECT_THAT(topic_attribute(arn, "Policy"),
              HasSubstr(R"({"Sid":"l","Effect":"Allow","Principal":{"AWS":)"
                        R"("arn:aws:iam::111111111111:root"},"Action":"SNS:Publish",)"));
  api::AddPermissionInput wrong = permission;
  wrong.Label = "m";
  wrong.ActionName = std::vector<std::string>{"Fly"};
  EXPECT_EQ(outcome(add_permission, wrong),
            "InvalidParameter: Invalid parameter: Policy statement action out of service scope!");
  EXPECT_EQ(outcome(remove_permission, {.TopicArn = arn, .Label = "l"}), "ok");
  EXPECT_THAT(topic_attribute(arn, "Policy"), testing::Not(HasSubstr("\"Sid\":\"l\"")));
}

}  // namespace
}  // namespace cumulite::sns
