#include <string>

#include <gtest/gtest.h>

#include "api/dynamodb.h"
#include "api/sqs.h"
#include "protocol/wire/wire.h"

// The JSON protocol through its public functions: what SDKs send becomes typed input, and what
// clients compare (types, names, headers) is in the answer.
namespace cumulite::wire {
namespace {

namespace sqs = api::sqs;
namespace dynamodb = api::dynamodb;

template <class Op>
Result<typename Op::Input> read(const model::ServiceModel& service, std::string_view body) {
  http::Request request;
  typename Op::Input value;
  CUMULITE_TRY(read_input(Format::kJson, service, Op::info(), Input{request, body}, &value));
  return value;
}

std::string message_of(const Result<dynamodb::PutItemInput>& result) {
  return result.ok() ? "no error" : result.error().code + ": " + result.error().message;
}

Result<dynamodb::PutItemInput> read_put(std::string_view body) {
  return read<dynamodb::op::PutItem>(dynamodb::kModel, body);
}

/// Why the item's first value, or the innermost one that it holds, is none.
std::string refusal_of(std::string_view body) {
  const auto input = read_put(body);
  if (!input.ok()) return message_of(input);
  const api::AttributeValue* value = &input->Item->front().second;
  while (value->type == api::AttributeValue::Type::kL) value = &value->list().front();
  const auto* refused = std::get_if<api::AttributeValue::RefusedPtr>(&value->value);
  return refused == nullptr ? "a value" : (*refused)->reason;
}

TEST(AwsJson, ReadsSendMessage) {
  const auto input = read<sqs::op::SendMessage>(sqs::kModel, R"({"QueueUrl":"http://h/0/q",
      "MessageBody":"h\u00e9llo","DelaySeconds":5.0,"Unknown":{"x":[1]},"MessageGroupId":null,
      "MessageAttributes":{"a":{"DataType":"Binary","BinaryValue":"AQID"}}})");
  ASSERT_TRUE(input.ok());
  EXPECT_EQ(*input->MessageBody, "h\xc3\xa9llo");
  EXPECT_EQ(input->DelaySeconds, 5);
  EXPECT_FALSE(input->MessageGroupId.has_value());
  ASSERT_EQ(input->MessageAttributes->size(), 1u);
  EXPECT_EQ(input->MessageAttributes->front().second.BinaryValue, "\x01\x02\x03");
}

TEST(AwsJson, ReadsNestedAttributeValues) {
  const auto input = read_put(R"({"TableName":"tab","Item":{"k":{"S":"v"},"n":{"N":"007"},
      "l":{"L":[{"NULL":true},{"BOOL":false},{"M":{"x":{"BS":["AQ=="]}}}]}}})");
  ASSERT_TRUE(input.ok()) << message_of(input);
  const auto& item = *input->Item;
  ASSERT_EQ(item.size(), 3u);
  EXPECT_EQ(item[1].second.text(), "007") << "numbers stay as sent";
  EXPECT_EQ(item[2].second.list()[2].map()[0].second.set()[0], "\x01");
}

TEST(AwsJson, WrongTypesHaveTheParsersWords) {
  EXPECT_EQ(message_of(read_put(R"({"TableName":23})")),
            "SerializationException: NUMBER_VALUE cannot be converted to String");
  EXPECT_EQ(message_of(read_put(R"({"TableName":true})")),
            "SerializationException: TRUE_VALUE cannot be converted to String");
  EXPECT_EQ(message_of(read_put(R"({"TableName":{}})")),
            "SerializationException: Start of structure or map found where not expected");
  EXPECT_EQ(message_of(read_put(R"({"TableName":[]})")),
            "SerializationException: Unrecognized collection type class java.lang.String");
  EXPECT_EQ(message_of(read_put(R"({"Item":{"a":{"N":5}}})")),
            "SerializationException: NUMBER_VALUE cannot be converted to String");
  EXPECT_EQ(message_of(read_put("{")), "SerializationException: ");
  EXPECT_EQ(message_of(read_put("")), "SerializationException: ");
}

TEST(AwsJson, TextsThatMeanABooleanAreOne) {
  const auto read = read_put(R"({"TableName":"tab","Item":{"a":{"BOOL":"yes"}}})");
  ASSERT_TRUE(read.ok());
  EXPECT_TRUE((*read->Item)[0].second.boolean());
  EXPECT_EQ(message_of(read_put(R"({"Item":{"a":{"BOOL":"23"}}})")),
            "SerializationException: Unexpected token received from parser");
}

TEST(AwsJson, MeaningOfValuesIsReportedAfterWrongTypes) {
  EXPECT_EQ(refusal_of(R"({"TableName":"tab","Item":{"a":{}}})"),
            "Supplied AttributeValue is empty, must contain exactly one of the supported "
            "datatypes");
  EXPECT_EQ(message_of(read_put(R"({"Item":{"a":{}},"TableName":1})")),
            "SerializationException: NUMBER_VALUE cannot be converted to String");
}

TEST(AwsJson, DeepNestingIsRefusedAndDoesNotOverflowTheStack) {
  std::string body;
  for (int i = 0; i < 400; ++i) body += R"({"L":[)";
  body += R"({"S":"x"})";
  for (int i = 0; i < 400; ++i) body += "]}";
  EXPECT_EQ(refusal_of(R"({"TableName":"tab","Item":{"a":)" + body + "}}"),
            "Nesting Levels have exceeded supported limits");
}

TEST(AwsJson, WritesOutputWithCrc) {
  dynamodb::GetItemOutput output;
  api::AttributeValue value;
  value.type = api::AttributeValue::Type::kS;
  value.value = std::string("a\"\n\x01");
  output.Item.emplace().emplace_back("k", value);
  http::Response response;
  write_output(Format::kJson, dynamodb::kModel, dynamodb::op::GetItem::info(), &output, "ID",
               response);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"Item":{"k":{"S":"a\"\n\u0001"}}})");
  EXPECT_FALSE(response.header("x-amz-crc32").empty());
  EXPECT_EQ(response.header("x-amzn-RequestId"), "ID");
}

TEST(AwsJson, OperationsWithoutOutputHaveNoBodyInSqs) {
  http::Response response;
  model::Unit unit;
  write_output(Format::kJson, sqs::kModel, sqs::op::DeleteMessage::info(), &unit, "ID", response);
  EXPECT_EQ(response.body, "");
}

TEST(AwsJson, SqsErrorsCarryTheOldCodeInAHeader) {
  http::Response response;
  write_error(Format::kJson, sqs::kModel, Error{"QueueDoesNotExist", "Gone."}, {"ID"}, response);
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.body, R"({"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"Gone."})");
  EXPECT_EQ(response.header("x-amzn-query-error"),
            "AWS.SimpleQueueService.NonExistentQueue;Sender");
}

TEST(AwsJson, DynamoErrorsKeepTheirExtraMembersAndMessageName) {
  http::Response response;
  Error error{"TransactionCanceledException", "No"};
  write_error(Format::kJson, dynamodb::kModel,
              std::move(error).with_json("CancellationReasons", R"([{"Code":"None"}])"), {"ID"},
              response);
  EXPECT_EQ(response.body,
            R"({"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException",)"
            R"("Message":"No","CancellationReasons":[{"Code":"None"}]})");
  http::Response other;
  write_error(Format::kJson, dynamodb::kModel, Error{"InternalServerError", "x"}, {"ID"}, other);
  EXPECT_EQ(other.status, 500);
}

}  // namespace
}  // namespace cumulite::wire
