#include "protocol/wire/violations.h"

#include <string>

#include <gtest/gtest.h>

#include "api/dynamodb.h"
#include "api/glacier.h"
#include "api/s3.h"
#include "api/sns.h"
#include "api/sqs.h"

// The messages that clients print and suites compare when a value breaks a constraint of the model.
namespace cumulite::wire {
namespace {

using std::string_literals::operator""s;

template <class Op>
std::string check(const model::ServiceModel& service, const typename Op::Input& input,
                  bool current_words = false) {
  const auto violations = model::validate(*Op::info().input, &input);
  const auto error = describe_violations(service, Op::info(), violations, current_words);
  return error ? error->code + ": " + error->message : "";
}

namespace dynamodb = api::dynamodb;

TEST(Violations, DynamoReportsAllOfThem) {
  dynamodb::CreateTableInput input;
  input.TableName = "ab";
  input.KeySchema.emplace().emplace_back().AttributeName = "k";
  input.AttributeDefinitions.emplace().emplace_back().AttributeType = "X";
  EXPECT_EQ(check<dynamodb::op::CreateTable>(dynamodb::kModel, input),
            "ValidationException: 3 validation errors detected: Value null at "
            "'attributeDefinitions.1.member.attributeName' failed to satisfy constraint: Member "
            "must not be null; Value 'X' at 'attributeDefinitions.1.member.attributeType' failed "
            "to satisfy constraint: Member must satisfy enum value set: [B, N, S]; Value null at "
            "'keySchema.1.member.keyType' failed to satisfy constraint: Member must not be null");
}

TEST(Violations, LengthsPatternsAndRanges) {
  dynamodb::CreateBackupInput backup;
  backup.TableName = "table";
  backup.BackupName = "a\0;"s.substr(0, 2);
  EXPECT_EQ(check<dynamodb::op::CreateBackup>(dynamodb::kModel, backup),
            "ValidationException: 2 validation errors detected: Value 'a\0' at 'backupName' failed "
            "to satisfy constraint: Member must have length greater than or equal to 3; Value "
            "'a\0' at 'backupName' failed to satisfy constraint: Member must satisfy regular "
            "expression pattern: [a-zA-Z0-9_.-]+"s);
  dynamodb::ListTablesInput list;
  list.Limit = 101;
  EXPECT_EQ(check<dynamodb::op::ListTables>(dynamodb::kModel, list),
            "ValidationException: 1 validation error detected: Value '101' at 'limit' failed to "
            "satisfy constraint: Member must have value less than or equal to 100");
}

TEST(Violations, DynamoCallsThatSayItOtherwise) {
  dynamodb::QueryInput query;
  query.TableName = "table";
  query.Limit = 0;
  EXPECT_EQ(check<dynamodb::op::Query>(dynamodb::kModel, query),
            "ValidationException: 1 validation error detected: Value at 'Limit' failed to satisfy "
            "constraint: Member must have value greater than or equal to 1");
  dynamodb::BatchGetItemInput gets;
  gets.RequestItems.emplace();
  EXPECT_EQ(check<dynamodb::op::BatchGetItem>(dynamodb::kModel, gets), "") << "the handler's";
  dynamodb::KeysAndAttributes keys;
  keys.Keys.emplace().resize(101);
  gets.RequestItems->emplace_back("music", keys);
  EXPECT_EQ(check<dynamodb::op::BatchGetItem>(dynamodb::kModel, gets),
            "ValidationException: 1 validation error detected: Value at "
            "'RequestItems.music.member.Keys' failed to satisfy constraint: Member must have "
            "length less than or equal to 100");
  EXPECT_EQ(check<dynamodb::op::DeleteTable>(dynamodb::kModel, {}),
            "ValidationException: The parameter 'TableName' is required but was not present in "
            "the request");
}

// Recorded of the service: the writes of one item have an order of their own, and newer words for
// what they return.
TEST(Violations, DynamoWritesOfAnItemInCurrentWords) {
  dynamodb::UpdateItemInput update;
  update.TableName = "";
  update.ReturnValues = "ALL";
  update.ReturnConsumedCapacity = "ALL";
  EXPECT_EQ(check<dynamodb::op::UpdateItem>(dynamodb::kModel, update, true),
            "ValidationException: 4 validation errors detected: Value 'ALL' at "
            "'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value "
            "set: [INDEXES, TOTAL, NONE]; Value '' at 'tableName' failed to satisfy constraint: "
            "Member must have length greater than or equal to 1; Value 'ALL' at 'returnValues' "
            "failed to satisfy constraint: Member must satisfy enum value set: [ALL_NEW, "
            "UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]; Value null at 'key' failed to satisfy "
            "constraint: Member must not be null");
  update.Key.emplace();
  EXPECT_EQ(check<dynamodb::op::UpdateItem>(dynamodb::kModel, update, true),
            "ValidationException: 1 validation error detected: Value at 'TableName' failed to "
            "satisfy constraint: Member must have length greater than or equal to 1");
  update.TableName = "table";
  EXPECT_EQ(check<dynamodb::op::UpdateItem>(dynamodb::kModel, update, true),
            "ValidationException: 1 validation error detected: Failed to satisfy constraint: "
            "Member must satisfy enum value set: [ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, "
            "NONE]");
}

TEST(Violations, ValuesOfMapsNameAllThatIsAsked) {
  dynamodb::BatchWriteItemInput writes;
  writes.RequestItems.emplace().emplace_back("music", std::vector<dynamodb::WriteRequest>());
  EXPECT_EQ(check<dynamodb::op::BatchWriteItem>(dynamodb::kModel, writes),
            "ValidationException: 1 validation error detected: Value '{music=[]}' at "
            "'requestItems' failed to satisfy constraint: Map value must satisfy constraint: "
            "[Member must have length less than or equal to 25, Member must have length greater "
            "than or equal to 1]");
}

TEST(Violations, LengthsAreCodePoints) {
  dynamodb::CreateBackupInput backup;
  backup.TableName = "table";
  backup.BackupName = "\xC3\xA9\xC3\xA9";
  EXPECT_NE(check<dynamodb::op::CreateBackup>(dynamodb::kModel, backup).find("length greater"),
            std::string::npos);
}

TEST(Violations, ManyFindingsAreBounded) {
  dynamodb::CreateTableInput input;
  input.TableName = "table";
  input.KeySchema.emplace();
  input.AttributeDefinitions.emplace().resize(1000);
  EXPECT_EQ(model::validate(*dynamodb::op::CreateTable::info().input, &input).size(),
            model::kViolationsMax);
}

TEST(Violations, EachServiceHasItsOwnWords) {
  namespace sqs = api::sqs;
  namespace sns = api::sns;
  namespace glacier = api::glacier;
  EXPECT_EQ(check<sqs::op::SendMessage>(sqs::kModel, {}),
            "MissingRequiredParameterException: The request must contain the parameter QueueUrl.");
  sqs::SendMessageBatchRequest batch;
  batch.QueueUrl = "q";
  EXPECT_EQ(check<sqs::op::SendMessageBatch>(sqs::kModel, batch), "")
      << "EmptyBatchRequest is SQS's";
  EXPECT_EQ(check<sns::op::Unsubscribe>(sns::kModel, {}),
            "InvalidParameter: Invalid parameter: SubscriptionArn Reason: no value for required "
            "parameter");
  sns::CreatePlatformApplicationInput application;
  application.Name = "n";
  application.Platform = "GCM";
  EXPECT_EQ(check<sns::op::CreatePlatformApplication>(sns::kModel, application), "")
      << "its handler misses the attributes";
  glacier::DescribeVaultInput vault;
  vault.accountId = "-";
  EXPECT_EQ(check<glacier::op::DescribeVault>(glacier::kModel, vault),
            "MissingParameterValueException: Required parameter missing: vaultName");
}

TEST(Violations, S3BodiesAreMalformed) {
  namespace s3 = api::s3;
  s3::PutBucketTaggingRequest input;
  input.Bucket = "b";
  EXPECT_EQ(check<s3::op::PutBucketTagging>(s3::kModel, input),
            "MissingRequestBodyError: Request Body is empty");
  input.Tagging.emplace().TagSet.emplace().emplace_back().Key = "k";
  EXPECT_TRUE(check<s3::op::PutBucketTagging>(s3::kModel, input).starts_with("MalformedXML"));
  input.Tagging->TagSet->at(0).Value = "v";
  EXPECT_EQ(check<s3::op::PutBucketTagging>(s3::kModel, input), "");
}

}  // namespace
}  // namespace cumulite::wire
