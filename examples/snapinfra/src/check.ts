// Looks at the stack as its operators would after a deployment; prints a line of JSON for each thing checked.

import assert from "node:assert/strict";
import {
  DescribeContinuousBackupsCommand, DescribeTableCommand, DescribeTimeToLiveCommand, GetItemCommand, ListTablesCommand,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import {
  GetBucketLifecycleConfigurationCommand, GetObjectCommand, ListObjectVersionsCommand, PutObjectCommand,
} from "@aws-sdk/client-s3";
import { GetTopicAttributesCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, DeleteQueueCommand, ReceiveMessageCommand, SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import { PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { documents, dynamodb, readStack, s3, sns, sqs } from "./aws.js";
import { TABLES, tableName } from "./tables.js";

const stack = readStack();

async function checkTables(): Promise<string> {
  const { TableNames } = await dynamodb.send(new ListTablesCommand({}));
  assert.deepEqual(TableNames, TABLES.map((table) => tableName(table.name)).sort());
  for (const table of TABLES) {
    const TableName = tableName(table.name);
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
    assert.equal(Table!.TableStatus, "ACTIVE");
    assert.equal(Table!.GlobalSecondaryIndexes?.length ?? 0, Object.keys(table.indexes ?? {}).length);
    assert.equal(Table!.StreamSpecification?.StreamEnabled ?? false, table.stream ?? false);
    assert.equal(Table!.SSEDescription?.Status, table.encrypted ? "ENABLED" : undefined);
    const { TimeToLiveDescription: expiry } = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName }));
    assert.equal(expiry!.AttributeName, table.expires);
    const { ContinuousBackupsDescription: backups } =
        await dynamodb.send(new DescribeContinuousBackupsCommand({ TableName }));
    assert.equal(backups!.PointInTimeRecoveryDescription!.PointInTimeRecoveryStatus, table.recovery ? "ENABLED" : "DISABLED");
  }
  return `${TABLES.length} tables`;
}

async function checkWrongKeys(): Promise<string> {
  const wrong = [{ userId: { N: "1" } }, { email: { S: "a@example.com" } }, { userId: { S: "1" }, email: { S: "a" } }];
  for (const Key of wrong as { [name: string]: { S: string } }[]) {
    await assert.rejects(dynamodb.send(new GetItemCommand({ TableName: tableName("users"), Key })), {
      name: "ValidationException", message: "The provided key element does not match the schema",
    });
  }
  await assert.rejects(documents.send(new PutCommand({ TableName: tableName("users"), Item: { userId: "u", email: 1 } })), {
    name: "ValidationException",
    message: "One or more parameter values were invalid: Type mismatch for Index Key email Expected: S Actual: N IndexName: email-index",
  });
  return "ValidationException";
}

/** Both or neither: a user and his project. */
async function checkTransaction(): Promise<string> {
  const Item = { userId: { S: "check" }, email: { S: "check@example.com" } };
  const Put = { TableName: tableName("users"), Item, ConditionExpression: "attribute_not_exists(userId)" };
  const project = { TableName: tableName("projects"), Item: {
    projectId: { S: "check" }, userId: { S: "check" }, createdAt: { S: "2026" }, status: { S: "active" } } };
  const both = () => dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [{ Put }, { Put: project }] }));
  await both();
  await assert.rejects(both(), (error: { name: string; CancellationReasons: { Code: string }[] }) => {
    assert.deepEqual(error.CancellationReasons.map((reason) => reason.Code), ["ConditionalCheckFailed", "None"]);
    return error.name === "TransactionCanceledException";
  });
  const { Items } = await documents.send(new QueryCommand({
    TableName: tableName("users"), IndexName: "email-index", KeyConditionExpression: "email = :email",
    ExpressionAttributeValues: { ":email": "check@example.com" } }));
  assert.deepEqual(Items, [{ userId: "check", email: "check@example.com" }]);
  return "ConditionalCheckFailed";
}

async function checkBucket(): Promise<string> {
  const Bucket = stack.bucket, Key = "temp/check.txt";
  for (const Body of ["one", "two"]) await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  const { Versions } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: Key }));
  assert.deepEqual(Versions!.map((version) => version.IsLatest), [true, false]);
  const old = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId: Versions![1].VersionId }));
  assert.equal(await old.Body!.transformToString(), "one");
  const { Rules } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
  assert.deepEqual(Rules!.map((rule) => rule.ID), ["temporary", "old-versions"]);
  return "2 versions, 2 rules";
}

async function checkQueues(): Promise<string> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "snapinfra-check" }));
  const Entries = ["a", "b", "c"].map((Id) => ({ Id, MessageBody: Id, DelaySeconds: 900 }));
  const sent = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  assert.equal(sent.Successful!.length, 3);
  // Queues are also named without their URL.
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: "snapinfra-check" }));
  assert.equal(Messages, undefined);
  await sqs.send(new DeleteQueueCommand({ QueueUrl }));
  return "3 delayed messages";
}

async function checkTopic(): Promise<string> {
  const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn: stack.topic }));
  return `${Attributes!.SubscriptionsConfirmed} subscriptions`;
}

const CHECKS: [service: string, what: string, check: () => Promise<string>][] = [
  ["dynamodb", "tables, indexes, TTL, PITR, SSE", checkTables], ["dynamodb", "wrong keys", checkWrongKeys],
  ["dynamodb", "transaction, index", checkTransaction], ["s3", "versions, lifecycle", checkBucket],
  ["sqs", "batch, delay, bare name", checkQueues], ["sns", "topic", checkTopic],
];

for (const [service, what, check] of CHECKS) {
  const begun = performance.now();
  const found = await check();
  console.log(JSON.stringify({ service, what, found, ms: performance.now() - begun }));
}
