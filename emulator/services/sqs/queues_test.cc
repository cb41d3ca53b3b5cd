#include <gmock/gmock.h>

#include "emulator/services/sqs/queue_url.h"
#include "emulator/services/sqs/test_queue.h"

namespace cumulite::sqs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Real hosts, other regions and bare names arrive from programs that were written for AWS.
TEST(QueueUrl, IsReadInEveryForm) {
  const auto read = [](std::string_view url) {
    const auto address = parse_queue_url(url);
    return address ? address->account + "|" + address->region + "|" + address->name : "none";
  };
  EXPECT_EQ(read("http://localhost:4566/000000000000/q"), "000000000000||q");
  EXPECT_EQ(read("https://sqs.us-east-1.amazonaws.com/659248683008/x"), "659248683008|us-east-1|x");
  EXPECT_EQ(read("http://sqs.eu-west-1.localhost.localstack.cloud:4566/000000000000/q"),
            "000000000000|eu-west-1|q");
  EXPECT_EQ(read("http://eu-west-1.queue.localhost:4566/000000000000/q"),
            "000000000000|eu-west-1|q");
  EXPECT_EQ(read("https://queue.amazonaws.com/000000000000/q"), "000000000000||q");
  EXPECT_EQ(read("http://localhost:4566/queue/eu-west-1/000000000000/q"),
            "000000000000|eu-west-1|q");
  EXPECT_EQ(read("/000000000000/q.fifo"), "000000000000||q.fifo");
  EXPECT_EQ(read("q"), "||q");
  EXPECT_EQ(read("http://localhost:4566/"), "none");
}

TEST_F(SqsTest, CreateIsIdempotentUnlessAttributesDiffer) {
  const auto url = create("q", {{"DelaySeconds", "1"}});
  EXPECT_EQ(url, "http://localhost:4566/000000000000/q");
  EXPECT_EQ(create("q"), url);
  EXPECT_EQ(create("q", {{"DelaySeconds", "1"}}), url);
  const auto other =
      call(create_queue,
           {.QueueName = "q", .Attributes = model::Map<std::string>{{"DelaySeconds", "2"}}});
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().code, "QueueNameExists");
  EXPECT_EQ(other.error().message,
            "A queue already exists with the same name and a different value for attribute "
            "DelaySeconds");
}

TEST_F(SqsTest, NamesAreChecked) {
  const auto refuses = [&](const std::string& name, model::Map<std::string> attributes = {}) {
    return !call(create_queue, {.QueueName = name, .Attributes = std::move(attributes)}).ok();
  };
  EXPECT_TRUE(refuses(""));
  EXPECT_TRUE(refuses(std::string(81, 'q')));
  EXPECT_TRUE(refuses("a b"));
  EXPECT_TRUE(refuses("q.fifo"));
  EXPECT_TRUE(refuses("q", {{"FifoQueue", "true"}}));
  EXPECT_TRUE(refuses("q", {{"FifoQueue", "false"}}));
  EXPECT_FALSE(refuses("q.fifo", {{"FifoQueue", "True"}}));
}

TEST_F(SqsTest, AttributesAreChecked) {
  const auto error = [&](const std::string& name, const std::string& value) {
    const auto answer = call(
        create_queue, {.QueueName = "q", .Attributes = model::Map<std::string>{{name, value}}});
    return answer.ok() ? std::string("ok") : answer.error().code + ": " + answer.error().message;
  };
  const auto invalid = [](const std::string& name) {
    return "InvalidAttributeValue: Invalid value for the parameter " + name + ".";
  };
  EXPECT_EQ(error("DelaySeconds", "901"), invalid("DelaySeconds"));
  EXPECT_EQ(error("DelaySeconds", "x"), invalid("DelaySeconds"));
  EXPECT_EQ(error("MaximumMessageSize", "1023"), invalid("MaximumMessageSize"));
  EXPECT_EQ(error("MessageRetentionPeriod", "59"), invalid("MessageRetentionPeriod"));
  EXPECT_EQ(error("ReceiveMessageWaitTimeSeconds", "21"), invalid("ReceiveMessageWaitTimeSeconds"));
  EXPECT_EQ(error("VisibilityTimeout", "43201"), invalid("VisibilityTimeout"));
  EXPECT_EQ(error("Policy", "no json"), invalid("Policy"));
  EXPECT_EQ(error("Foo", "1"), "InvalidAttributeName: Unknown Attribute Foo.");
  EXPECT_EQ(error("QueueArn", "1"), "InvalidAttributeName: Unknown Attribute QueueArn.");
  EXPECT_EQ(error("ContentBasedDeduplication", "true"),
            "InvalidAttributeName: Unknown Attribute ContentBasedDeduplication.");
  EXPECT_EQ(error("DeduplicationScope", "queue"),
            "InvalidAttributeName: You can specify the DeduplicationScope only when FifoQueue is "
            "set to true.");
}

// Golden test_create_and_update_queue_attributes: exactly these, in text.
TEST_F(SqsTest, AllAttributesOfAStandardQueue) {
  const auto url = create("q", {{"VisibilityTimeout", "20"}});
  const auto got = call(get_queue_attributes,
                        {.QueueUrl = url, .AttributeNames = std::vector<std::string>{"All"}});
  ASSERT_TRUE(got.ok());
  auto all = *got->Attributes;
  std::sort(all.begin(), all.end());
  const model::Map<std::string> expected = {
      {"ApproximateNumberOfMessages", "0"},
      {"ApproximateNumberOfMessagesDelayed", "0"},
      {"ApproximateNumberOfMessagesNotVisible", "0"},
      {"CreatedTimestamp", "1767225600"},
      {"DelaySeconds", "0"},
      {"LastModifiedTimestamp", "1767225600"},
      {"MaximumMessageSize", "1048576"},
      {"MessageRetentionPeriod", "345600"},
      {"QueueArn", "arn:aws:sqs:us-east-1:000000000000:q"},
      {"ReceiveMessageWaitTimeSeconds", "0"},
      {"SqsManagedSseEnabled", "true"},
      {"VisibilityTimeout", "20"},
  };
  EXPECT_EQ(all, expected);
  const auto none = call(get_queue_attributes, {.QueueUrl = url});
  EXPECT_FALSE(none->Attributes.has_value());
  const auto unknown = call(get_queue_attributes,
                            {.QueueUrl = url, .AttributeNames = std::vector<std::string>{"Foo"}});
  EXPECT_EQ(unknown.error().code, "InvalidAttributeName");
}

// Golden test_sse_queue_attributes.
TEST_F(SqsTest, OneKindOfEncryptionAtATime) {
  const auto url = create("q");
  const auto set = [&](model::Map<std::string> attributes) {
    return call(set_queue_attributes, {.QueueUrl = url, .Attributes = std::move(attributes)}).ok();
  };
  ASSERT_TRUE(set({{"KmsMasterKeyId", "testKeyId"}, {"KmsDataKeyReusePeriodSeconds", "6000"}}));
  EXPECT_EQ(attribute(url, "SqsManagedSseEnabled"), "false");
  EXPECT_EQ(attribute(url, "KmsDataKeyReusePeriodSeconds"), "6000");
  ASSERT_TRUE(set({{"SqsManagedSseEnabled", "true"}}));
  EXPECT_EQ(attribute(url, "KmsMasterKeyId"), "(none)");
  EXPECT_FALSE(set({{"KmsMasterKeyId", "k"}, {"SqsManagedSseEnabled", "true"}}));
}

TEST_F(SqsTest, ADeletedNameRestsForAMinute) {
  const auto url = create("q");
  send(url, "m");
  ASSERT_TRUE(call(delete_queue, {.QueueUrl = url}).ok());
  for (int i = 0; i < 2; ++i) {
    const auto gone = call(get_queue_attributes, {.QueueUrl = url});
    ASSERT_FALSE(gone.ok());
    EXPECT_EQ(gone.error().code, "QueueDoesNotExist");
  }
  const auto early = call(create_queue, {.QueueName = "q"});
  ASSERT_FALSE(early.ok());
  EXPECT_EQ(early.error().code, "QueueDeletedRecently");
  env_.advance(60'000);
  EXPECT_THAT(bodies(create("q")), IsEmpty());
}

TEST_F(SqsTest, TheRestIsASetting) {
  env_.settings().sqs_cooldowns = SqsCooldowns::kOff;
  const auto url = create("q");
  ASSERT_TRUE(call(delete_queue, {.QueueUrl = url}).ok());
  create("q");
  EXPECT_TRUE(call(purge_queue, {.QueueUrl = url}).ok());
  EXPECT_TRUE(call(purge_queue, {.QueueUrl = url}).ok());
}

TEST_F(SqsTest, PurgeDropsAllOnceAMinute) {
  const auto url = create("q");
  for (const char* body : {"a", "b", "c"}) send(url, body);
  receive({.QueueUrl = url, .MaxNumberOfMessages = 1});
  ASSERT_TRUE(call(purge_queue, {.QueueUrl = url}).ok());
  EXPECT_EQ(counts(url), "0/0/0");
  const auto early = call(purge_queue, {.QueueUrl = url});
  ASSERT_FALSE(early.ok());
  EXPECT_EQ(early.error().message,
            "Only one PurgeQueue operation on q is allowed every 60 seconds.");
  // Only strictly it is refused also when there is something new to drop.
  send(url, "later");
  env_.settings().sqs_cooldowns = SqsCooldowns::kStrict;
  EXPECT_FALSE(call(purge_queue, {.QueueUrl = url}).ok());
  env_.settings().sqs_cooldowns = SqsCooldowns::kIdle;
  EXPECT_TRUE(call(purge_queue, {.QueueUrl = url}).ok());
  env_.advance(60'000);
  EXPECT_TRUE(call(purge_queue, {.QueueUrl = url}).ok());
  restart();
  EXPECT_EQ(counts(url), "0/0/0");
}

TEST_F(SqsTest, ListingsPageByPrefix) {
  for (const char* name : {"a-1", "a-2", "a-3", "b-1"}) create(name);
  const std::string base = "http://localhost:4566/000000000000/";
  const auto first = call(list_queues, {.QueueNamePrefix = "a-", .MaxResults = 2});
  EXPECT_THAT(*first->QueueUrls, ElementsAre(base + "a-1", base + "a-2"));
  ASSERT_TRUE(first->NextToken.has_value());
  const auto second =
      call(list_queues, {.QueueNamePrefix = "a-", .NextToken = first->NextToken, .MaxResults = 2});
  EXPECT_THAT(*second->QueueUrls, ElementsAre(base + "a-3"));
  EXPECT_FALSE(second->NextToken.has_value());
  EXPECT_FALSE(call(list_queues, {.QueueNamePrefix = "zzz"})->QueueUrls.has_value());
}

TEST_F(SqsTest, QueuesBelongToTheirAccount) {
  create("q");
  auto other = env_.call(*service_, "111111111111");
  EXPECT_FALSE(get_queue_url(other->ctx(), {.QueueName = "q"}).ok());
  const auto owned =
      get_queue_url(other->ctx(), {.QueueName = "q", .QueueOwnerAWSAccountId = "000000000000"});
  ASSERT_TRUE(owned.ok());
  EXPECT_EQ(*owned->QueueUrl, "http://localhost:4566/000000000000/q");
}

// Programs carry the QueueUrls of their real account.
TEST_F(SqsTest, AForeignUrlMeansTheCallersQueue) {
  create("x");
  send("https://sqs.us-east-1.amazonaws.com/659248683008/x", "m");
  EXPECT_THAT(bodies("x"), ElementsAre("m"));
}

TEST_F(SqsTest, TagsAreMergedAndRemoved) {
  const auto url = create("q");
  ASSERT_TRUE(
      call(tag_queue, {.QueueUrl = url, .Tags = model::Map<std::string>{{"a", "1"}, {"b", "2"}}})
          .ok());
  ASSERT_TRUE(call(tag_queue, {.QueueUrl = url, .Tags = model::Map<std::string>{{"a", "3"}}}).ok());
  ASSERT_TRUE(call(untag_queue, {.QueueUrl = url, .TagKeys = std::vector<std::string>{"b"}}).ok());
  restart();
  const model::Map<std::string> expected = {{"a", "3"}};
  EXPECT_EQ(*call(list_queue_tags, {.QueueUrl = url})->Tags, expected);
}

// Golden wording of test_sqs_permission_lifecycle.
TEST_F(SqsTest, PermissionsAreStatementsOfThePolicy) {
  const auto url = create("q");
  const api::AddPermissionRequest req = {.QueueUrl = url,
                                         .Label = "share",
                                         .AWSAccountIds = std::vector<std::string>{"111111111111"},
                                         .Actions = std::vector<std::string>{"ReceiveMessage"}};
  ASSERT_TRUE(call(add_permission, req).ok());
  EXPECT_EQ(attribute(url, "Policy"),
            "{\"Version\":\"2008-10-17\",\"Id\":\"arn:aws:sqs:us-east-1:000000000000:q/"
            "SQSDefaultPolicy\",\"Statement\":[{\"Sid\":\"share\",\"Effect\":\"Allow\","
            "\"Principal\":{\"AWS\":\"arn:aws:iam::111111111111:root\"},\"Action\":"
            "\"SQS:ReceiveMessage\",\"Resource\":\"arn:aws:sqs:us-east-1:000000000000:q\"}]}");
  EXPECT_EQ(call(add_permission, req).error().message,
            "Value share for parameter Label is invalid. Reason: Already exists.");
  ASSERT_TRUE(call(remove_permission, {.QueueUrl = url, .Label = "share"}).ok());
  EXPECT_EQ(attribute(url, "Policy"), "(none)");
  EXPECT_EQ(call(remove_permission, {.QueueUrl = url, .Label = "share"}).error().message,
            "Value share for parameter Label is invalid. Reason: can't find label.");
}

TEST_F(SqsTest, EnforceAsksThePolicy) {
  const auto url = create("q");
  env_.settings().auth = AuthMode::kEnforce;
  auto stranger = env_.call(*service_, "111111111111");
  const api::SendMessageRequest req = {.QueueUrl = url, .MessageBody = "m"};
  EXPECT_EQ(send_message(stranger->ctx(), req).error().code, "AccessDenied");
  ASSERT_TRUE(call(add_permission, {.QueueUrl = url,
                                    .Label = "share",
                                    .AWSAccountIds = std::vector<std::string>{"111111111111"},
                                    .Actions = std::vector<std::string>{"SendMessage"}})
                  .ok());
  EXPECT_TRUE(send_message(stranger->ctx(), req).ok());
  EXPECT_EQ(purge_queue(stranger->ctx(), {.QueueUrl = url}).error().code, "AccessDenied");
}

// Parallel test workers reset their own accounts.
TEST_F(SqsTest, AResetDropsOneAccount) {
  const auto url = create("q");
  send(url, "mine");
  auto other = env_.call(*service_, "111111111111");
  ASSERT_TRUE(create_queue(other->ctx(), {.QueueName = "q"}).ok());
  service_->drop_account("111111111111");
  service_->reset("111111111111");
  restart();
  auto again = env_.call(*service_, "111111111111");
  EXPECT_FALSE(get_queue_url(again->ctx(), {.QueueName = "q"}).ok());
  EXPECT_THAT(bodies(url), ElementsAre("mine"));
}

TEST_F(SqsTest, MissingParametersAreNamed) {
  const auto refused = call(send_message, {.MessageBody = "m"});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message, "The request must contain the parameter QueueUrl.");
  const auto url = create("q");
  EXPECT_THAT(call(send_message, {.QueueUrl = url, .MessageBody = ""}).error().message,
              HasSubstr("MessageBody"));
  const auto many = call(receive_message, {.QueueUrl = url, .MaxNumberOfMessages = 11});
  EXPECT_EQ(many.error().message,
            "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and "
            "10, if provided.");
}

}  // namespace
}  // namespace cumulite::sqs
