// Makes the stack: twelve tables, the bucket, the queues, the topic. Prints it as JSON.

import {
  CreateTableCommand, UpdateContinuousBackupsCommand, UpdateTimeToLiveCommand, waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import {
  CreateBucketCommand, PutBucketCorsCommand, PutBucketLifecycleConfigurationCommand, PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import { CreateTopicCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { dynamodb, s3, sns, sqs, type Stack } from "./aws.js";
import { definition, TABLES, tableName, type Table } from "./tables.js";

const BUCKET = "snapinfra-storage";
const FOURTEEN_DAYS = String(14 * 86_400);
const MAX_RECEIVES = 3;

async function createTable(table: Table): Promise<void> {
  const TableName = tableName(table.name);
  await dynamodb.send(new CreateTableCommand(definition(table)));
  await waitUntilTableExists({ client: dynamodb, maxWaitTime: 60, minDelay: 1 }, { TableName });
  if (table.expires)
    await dynamodb.send(new UpdateTimeToLiveCommand({
      TableName, TimeToLiveSpecification: { AttributeName: table.expires, Enabled: true },
    }));
  if (table.recovery)
    await dynamodb.send(new UpdateContinuousBackupsCommand({
      TableName, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    }));
}

async function createBucket(): Promise<string> {
  const Bucket = BUCKET;
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  await s3.send(new PutPublicAccessBlockCommand({
    Bucket, PublicAccessBlockConfiguration: {
      BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true,
    },
  }));
  await s3.send(new PutBucketLifecycleConfigurationCommand({
    Bucket, LifecycleConfiguration: {
      Rules: [
        { ID: "temporary", Status: "Enabled", Filter: { Prefix: "temp/" }, Expiration: { Days: 7 } },
        { ID: "old-versions", Status: "Enabled", Filter: { Prefix: "" }, NoncurrentVersionExpiration: { NoncurrentDays: 30 } },
      ],
    },
  }));
  await s3.send(new PutBucketCorsCommand({
    Bucket, CORSConfiguration: {
      CORSRules: [{ AllowedMethods: ["GET", "PUT"], AllowedOrigins: ["https://app.example.com"], AllowedHeaders: ["*"],
                    ExposeHeaders: ["ETag"], MaxAgeSeconds: 3000 }],
    },
  }));
  return Bucket;
}

async function createQueue(name: string, attributes: Record<string, string>): Promise<string> {
  const made = await sqs.send(new CreateQueueCommand({
    QueueName: `snapinfra-${name}`, Attributes: { MessageRetentionPeriod: FOURTEEN_DAYS, ...attributes },
  }));
  return made.QueueUrl!;
}

async function createQueues(): Promise<Omit<Stack, "bucket" | "topic">> {
  const deadLetterQueue = await createQueue("dead-letters", {});
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({
    QueueUrl: deadLetterQueue, AttributeNames: ["QueueArn"],
  }));
  const common = {
    ReceiveMessageWaitTimeSeconds: "20",
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: Attributes!.QueueArn, maxReceiveCount: MAX_RECEIVES }),
  };
  const codeGenerationQueue = await createQueue("code-generation", { VisibilityTimeout: "900", ...common });
  const deploymentQueue = await createQueue("deployments", { VisibilityTimeout: "1800", ...common });
  return { deadLetterQueue, codeGenerationQueue, deploymentQueue };
}

async function deploy(): Promise<Stack> {
  const topic = sns.send(new CreateTopicCommand({ Name: "snapinfra-deployment-notifications" }));
  const [bucket, queues, { TopicArn }] = await Promise.all(
    [createBucket(), createQueues(), topic, ...TABLES.map(createTable)] as const);
  return { bucket, ...queues, topic: TopicArn! };
}

console.log(JSON.stringify(await deploy()));
