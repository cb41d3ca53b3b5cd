#include <string>

#include <gtest/gtest.h>

#include "api/sns.h"
#include "api/sqs.h"
#include "protocol/wire/wire.h"

// The Query protocol: SQS from its JSON model with the old singular names, SNS as modelled.
namespace cumulite::wire {
namespace {

namespace sqs = api::sqs;
namespace sns = api::sns;

template <class Op>
Result<typename Op::Input> read_query(const model::ServiceModel& service, std::string_view body,
                                      const Labels& labels = {}) {
  http::Request request;
  typename Op::Input value;
  CUMULITE_TRY(
      read_input(Format::kQuery, service, Op::info(), Input{request, body, &labels}, &value));
  return value;
}

TEST(AwsQuery, SqsNamesAreSingularAndFlattened) {
  const auto input = read_query<sqs::op::SendMessage>(
      sqs::kModel,
      "Action=SendMessage&MessageBody=a%20b+c&DelaySeconds=3&MessageAttribute.2.Name=n2"
      "&MessageAttribute.2.Value.DataType=String&MessageAttribute.2.Value.StringValue=v"
      "&MessageAttribute.1.Name=n1&MessageAttribute.1.Value.DataType=Binary"
      "&MessageAttribute.1.Value.BinaryValue=AQID",
      {{"QueueUrl", "/000000000000/q"}});
  ASSERT_TRUE(input.ok());
  EXPECT_EQ(*input->QueueUrl, "/000000000000/q") << "the queue's own path stands for the parameter";
  EXPECT_EQ(*input->MessageBody, "a b c");
  EXPECT_EQ(*input->DelaySeconds, 3);
  ASSERT_EQ(input->MessageAttributes->size(), 2u);
  EXPECT_EQ(input->MessageAttributes->at(0).first, "n1") << "sorted by number";
  EXPECT_EQ(*input->MessageAttributes->at(0).second.BinaryValue, "\x01\x02\x03");
}

TEST(AwsQuery, SqsListsAttributesAndTags) {
  const auto create = read_query<sqs::op::CreateQueue>(
      sqs::kModel,
      "QueueName=q&Attribute.1.Name=DelaySeconds&Attribute.1.Value=5&Tag.1.Key=k&Tag.1.Value=v");
  ASSERT_TRUE(create.ok());
  EXPECT_EQ(*model::find(*create->Attributes, "DelaySeconds"), "5");
  EXPECT_EQ(*model::find(*create->tags, "k"), "v");
  const auto get = read_query<sqs::op::GetQueueAttributes>(
      sqs::kModel, "QueueUrl=q&AttributeName.10=b&AttributeName.9=All");
  ASSERT_TRUE(get.ok());
  EXPECT_EQ(*get->AttributeNames, (std::vector<std::string>{"All", "b"}));
  const auto batch =
      read_query<sqs::op::DeleteMessageBatch>(sqs::kModel,
                                              "QueueUrl=q&DeleteMessageBatchRequestEntry.1.Id=a&"
                                              "DeleteMessageBatchRequestEntry.1.ReceiptHandle=r");
  ASSERT_TRUE(batch.ok());
  EXPECT_EQ(*batch->Entries->at(0).ReceiptHandle, "r");
}

TEST(AwsQuery, SnsListsHaveMembersAndEntries) {
  const auto input = read_query<sns::op::PublishBatch>(
      sns::kModel,
      "TopicArn=t&PublishBatchRequestEntries.member.1.Id=1&PublishBatchRequestEntries.member.1."
      "Message=m"
      "&PublishBatchRequestEntries.member.1.MessageAttributes.entry.1.Name=a"
      "&PublishBatchRequestEntries.member.1.MessageAttributes.entry.1.Value.DataType=String"
      "&PublishBatchRequestEntries.member.1.MessageAttributes.entry.1.Value.StringValue=s");
  ASSERT_TRUE(input.ok());
  const auto& entry = input->PublishBatchRequestEntries->at(0);
  EXPECT_EQ(*entry.MessageAttributes->at(0).second.StringValue, "s");
  const auto create = read_query<sns::op::CreateTopic>(
      sns::kModel, "Name=t&Attributes.entry.1.key=FifoTopic&Attributes.entry.1.value=true&Tags=");
  ASSERT_TRUE(create.ok());
  EXPECT_EQ(*model::find(*create->Attributes, "FifoTopic"), "true");
  EXPECT_TRUE(create->Tags.has_value()) << "an empty list is a list";
}

TEST(AwsQuery, WritesSqsAnswers) {
  sqs::ReceiveMessageResult output;
  auto& message = output.Messages.emplace().emplace_back();
  message.Body = "<a&\"b\">\r";
  message.Attributes.emplace().emplace_back("SenderId", "AID");
  message.MessageAttributes.emplace()
      .emplace_back("n", sqs::MessageAttributeValue{})
      .second.StringValue = "v";
  http::Response response;
  write_output(Format::kQuery, sqs::kModel, sqs::op::ReceiveMessage::info(), &output, "ID",
               response);
  EXPECT_EQ(
      response.body,
      "<?xml version=\"1.0\"?><ReceiveMessageResponse "
      "xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\"><ReceiveMessageResult><Message>"
      "<Body>&lt;a&amp;&quot;b&quot;&gt;&#xD;</Body><Attribute><Name>SenderId</Name>"
      "<Value>AID</Value></Attribute><MessageAttribute><Name>n</Name><Value><StringValue>v"
      "</StringValue></Value></MessageAttribute></Message></ReceiveMessageResult>"
      "<ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></ReceiveMessageResponse>");
}

TEST(AwsQuery, WritesErrorsWithTheQueryCode) {
  http::Response response;
  write_error(Format::kQuery, sqs::kModel, Error{"EmptyBatchRequest", "Gone & lost."}, {"ID"},
              response);
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.body,
            "<?xml version=\"1.0\"?><ErrorResponse "
            "xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\"><Error><Type>Sender</Type><Code>"
            "AWS.SimpleQueueService.EmptyBatchRequest</Code><Message>Gone &amp; lost.</Message>"
            "<Detail/></Error><RequestId>ID</RequestId></ErrorResponse>");
  response = {};
  write_error(Format::kQuery, sqs::kModel, Error{"QueueDoesNotExist", "Gone."}, {"ID"}, response);
  EXPECT_NE(response.body.find("The specified queue does not exist for this wsdl version."),
            std::string::npos);
  http::Response other;
  write_error(Format::kQuery, sns::kModel, Error{"NotFoundException", "x"}, {"ID"}, other);
  EXPECT_EQ(other.status, 404);
  EXPECT_NE(other.body.find("<Code>NotFound</Code>"), std::string::npos);
}

}  // namespace
}  // namespace cumulite::wire
