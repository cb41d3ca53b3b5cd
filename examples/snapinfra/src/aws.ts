// Clients of the four services. Endpoint, region and credentials come by the environment, as in production.

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

export const dynamodb = new DynamoDBClient({});
export const documents = DynamoDBDocumentClient.from(dynamodb, { marshallOptions: { removeUndefinedValues: true } });
export const s3 = new S3Client({ forcePathStyle: true });
export const sns = new SNSClient({});
export const sqs = new SQSClient({});

// What `deploy` prints and the other programs are given.
export interface Stack {
  bucket: string;
  codeGenerationQueue: string;
  deploymentQueue: string;
  deadLetterQueue: string;
  topic: string;
}

export function readStack(): Stack {
  const text = process.env.SNAPINFRA_STACK;
  if (!text) throw new Error("SNAPINFRA_STACK is not set: it is what `npm run deploy` prints");
  return JSON.parse(text) as Stack;
}
