#include <gmock/gmock.h>

#include "emulator/services/sns/test_topic.h"
#include "protocol/codec/json_document.h"

namespace cumulite::sns {
namespace {

using testing::HasSubstr;
using MessageAttributes = model::Map<api::MessageAttributeValue>;

TEST_F(SnsTest, PublishReachesQueuesWrappedOrRaw) {
  const auto topic = create("t");
  add_queue(topic, "wrapped");
  add_queue(topic, "raw", {{"RawMessageDelivery", "true"}});
  send({.TopicArn = topic,
        .Message = "m",
        .MessageAttributes = MessageAttributes{{"n", {.DataType = "Number", .StringValue = "1"}}}});
  const auto deliveries = queued();
  ASSERT_EQ(deliveries.size(), 2U);
  EXPECT_THAT(deliveries[0].second.body, HasSubstr("\"Message\" : \"m\""));
  EXPECT_TRUE(deliveries[0].second.attributes.empty());
  EXPECT_EQ(deliveries[1].second.body, "m");
  EXPECT_EQ(deliveries[1].second.attributes.at(0).type, "Number");
}

TEST_F(SnsTest, MessagesAreChecked) {
  const auto topic = create("t");
  const auto refusal = [&](api::PublishInput req) {
    req.TopicArn = topic;
    return outcome(publish, req);
  };
  const auto attribute = [](const char* name, const char* type, const char* value) {
    return MessageAttributes{{name, {.DataType = type, .StringValue = value}}};
  };
  EXPECT_EQ(refusal({.Message = ""}), "InvalidParameter: Invalid parameter: Empty message");
  EXPECT_EQ(refusal({.Message = "m", .Subject = ""}),
            "InvalidParameter: Invalid parameter: Subject");
  EXPECT_EQ(refusal({.Message = std::string(256 * 1024 + 1, 'x')}),
            "InvalidParameter: Invalid parameter: Message too long");
  EXPECT_EQ(refusal({.Message = "{}", .MessageStructure = "json"}),
            "InvalidParameter: Invalid parameter: Message Structure - No default entry in JSON "
            "message body");
  EXPECT_EQ(refusal({.Message = "m", .MessageDeduplicationId = "d"}),
            "InvalidParameter: Invalid parameter: MessageDeduplicationId Reason: The request "
            "includes MessageDeduplicationId parameter that is not valid for this topic type");
  EXPECT_EQ(refusal({.Message = "m", .MessageAttributes = attribute("a", "Stringprefixed", "x")}),
            "ParameterValueInvalid: The message attribute 'a' has an invalid message attribute "
            "type, the set of supported type prefixes is Binary, Number, and String.");
  EXPECT_EQ(refusal({.Message = "m", .MessageAttributes = attribute("a", "Number", "x")}),
            "ParameterValueInvalid: Could not cast message attribute 'a' value to number.");
  EXPECT_EQ(refusal({.Message = "m", .MessageAttributes = attribute("a b", "String", "x")}),
            "ParameterValueInvalid: Invalid non-alphanumeric character '#x20' was found in the "
            "message attribute name. Can only include alphanumeric characters, hyphens, "
            "underscores, or dots.");
}

TEST_F(SnsTest, MessageStructureGivesProtocolsTheirOwnText) {
  const auto topic = create("t");
  add_queue(topic, "q", {{"RawMessageDelivery", "true"}});
  send({.TopicArn = topic,
        .Message = R"({"default":"d","sqs":"own","email":5})",
        .MessageStructure = "json"});
  EXPECT_EQ(queued().at(0).second.body, "own");
}

// Repetitions within five minutes are answered as the first was, and delivered to nobody.
TEST_F(SnsTest, FifoTopicsDeduplicate) {
  const auto topic = create("t.fifo", {{"ContentBasedDeduplication", "true"}});
  add_queue(topic, "q.fifo", {{"RawMessageDelivery", "true"}});
  const api::PublishInput req = {.TopicArn = topic, .Message = "Test", .MessageGroupId = "g"};
  const auto first = send(req);
  EXPECT_EQ(send(req).SequenceNumber, first.SequenceNumber);
  ASSERT_EQ(queued().size(), 1U);
  EXPECT_EQ(queued()[0].second.deduplication_id,
            "532eaabd9574880dbf76b9b8cc00832c20a6ec113d682299550d7a6e0f345e25");
  EXPECT_EQ(queued()[0].second.group_id, "g");
  env_.advance(5 * 60 * 1000);
  EXPECT_GT(*send(req).SequenceNumber, *first.SequenceNumber);
  EXPECT_EQ(queued().size(), 2U);
}

TEST_F(SnsTest, FifoTopicsDemandGroupAndDeduplication) {
  const auto topic = create("t.fifo");
  EXPECT_EQ(outcome(publish, {.TopicArn = topic, .Message = "m", .MessageDeduplicationId = "d"}),
            "InvalidParameter: Invalid parameter: The MessageGroupId parameter is required for "
            "FIFO topics");
  EXPECT_EQ(outcome(publish, {.TopicArn = topic, .Message = "m", .MessageGroupId = "g"}),
            "InvalidParameter: Invalid parameter: The topic should either have "
            "ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly");
}

TEST_F(SnsTest, PublishBatchIsRefusedAsAWhole) {
  const auto topic = create("t");
  using Entries = std::vector<api::PublishBatchRequestEntry>;
  const auto code = [&](Entries entries) {
    const auto answer =
        call(publish_batch, {.TopicArn = topic, .PublishBatchRequestEntries = std::move(entries)});
    return answer.ok() ? std::string("ok") : answer.error().code;
  };
  EXPECT_EQ(code({}), "EmptyBatchRequest");
  EXPECT_EQ(code(Entries(11, {.Id = "a", .Message = "m"})), "TooManyEntriesInBatchRequest");
  EXPECT_EQ(code(Entries(2, {.Id = "a", .Message = "m"})), "BatchEntryIdsNotDistinct");
  EXPECT_EQ(code({{.Id = "a b", .Message = "m"}}), "InvalidBatchEntryId");
  EXPECT_EQ(
      code({{.Id = "a", .Message = std::string(256 * 1024, 'x')}, {.Id = "b", .Message = "m"}}),
      "BatchRequestTooLong");
  EXPECT_EQ(code({{.Id = "a", .Message = "m"}}), "ok");
}

// What would leave the machine is kept for reading.
TEST_F(SnsTest, MailAndMessagesToPhonesAreCaptured) {
  const auto topic = create("t", {{"DisplayName", "shop"}});
  add(topic, "email", "archivist@example.com");
  add(topic, "sms", "+15551234567");
  send({.TopicArn = topic, .Message = "m", .Subject = "s"});
  send({.PhoneNumber = "+15557654321", .Message = "direct"});
  const auto mails = env_.captured().list("", "email");
  ASSERT_EQ(mails.size(), 2U);
  EXPECT_THAT(mails[0].body, HasSubstr("You have chosen to subscribe"));
  EXPECT_EQ(mails[1].subject, "s");
  EXPECT_EQ(mails[1].body, "m");
  const auto texts = env_.captured().list("", "sms");
  ASSERT_EQ(texts.size(), 2U);
  EXPECT_EQ(texts[0].body, "shop> m");
  EXPECT_EQ(texts[1].recipient, "+15557654321");
}

TEST_F(SnsTest, FunctionsGetAnEvent) {
  const auto topic = create("t");
  add(topic, "lambda", "arn:aws:lambda:us-east-1:000000000000:function:f");
  send({.TopicArn = topic, .Message = "m"});
  const auto events = env_.outbox().list("function", 10);
  ASSERT_EQ(events.size(), 1U);
  const auto delivery = decode_function_delivery(events[0].payload);
  ASSERT_TRUE(delivery.ok());
  EXPECT_EQ(nlohmann::json::parse(delivery->event_json)["Records"][0]["Sns"]["Message"], "m");
}

}  // namespace
}  // namespace cumulite::sns
