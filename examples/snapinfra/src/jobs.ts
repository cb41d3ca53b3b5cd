// Code generations and deployments: a row in a table and a message in a queue.

import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { DeleteCommand, GetCommand, PutCommand, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { documents, readStack, sqs } from "./aws.js";
import { announce } from "./notifications.js";
import { tableName } from "./tables.js";

export type Kind = "code-generations" | "deployments";
export type Status = "queued" | "running" | "completed" | "failed";

export interface Job {
  id: string;
  userId: string;
  projectId: string;
  status: Status;
  createdAt: string;
  type?: string;
  prompt?: string;
  environment?: string;
  s3Key?: string;
  error?: string;
  attempts?: number;
}

const stack = readStack();
export const QUEUES: Record<Kind, string> = {
  "code-generations": stack.codeGenerationQueue, "deployments": stack.deploymentQueue,
};

/** Writes the row, queues the message, tells that it is queued. */
export async function submit(kind: Kind, job: Job): Promise<void> {
  await documents.send(new PutCommand({
    TableName: tableName(kind), Item: job, ConditionExpression: "attribute_not_exists(id)",
  }));
  await sqs.send(new SendMessageCommand({
    QueueUrl: QUEUES[kind], MessageBody: JSON.stringify({ kind, id: job.id }),
    MessageAttributes: { userId: { DataType: "String", StringValue: job.userId } },
  }));
  await announce(kind, job);
}

export async function find(kind: Kind, id: string): Promise<Job | undefined> {
  const { Item } = await documents.send(new GetCommand({ TableName: tableName(kind), Key: { id } }));
  return Item as Job | undefined;
}

/** The newest first. */
export async function list(kind: Kind, userId: string): Promise<Job[]> {
  const { Items } = await documents.send(new QueryCommand({
    TableName: tableName(kind), IndexName: "user-index", KeyConditionExpression: "userId = :user",
    ExpressionAttributeValues: { ":user": userId }, ScanIndexForward: false,
  }));
  return (Items ?? []) as Job[];
}

/** What the worker wrote while it deployed; it expires. */
export async function logs(deploymentId: string): Promise<object[]> {
  const { Items } = await documents.send(new QueryCommand({
    TableName: tableName("deployment-logs"), KeyConditionExpression: "deploymentId = :id AND begins_with(#at, :year)",
    ExpressionAttributeNames: { "#at": "at" }, ExpressionAttributeValues: { ":id": deploymentId, ":year": "2" },
  }));
  return Items ?? [];
}

/** Changes members of a row that is there; returns the whole row. */
export async function change(kind: Kind, id: string, members: Partial<Job>): Promise<Job> {
  const names = Object.keys(members);
  const { Attributes } = await documents.send(new UpdateCommand({
    TableName: tableName(kind), Key: { id },
    UpdateExpression: "SET " + names.map((name) => `#${name} = :${name}`).join(", "),
    ConditionExpression: "attribute_exists(id)",
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(Object.entries(members).map(([name, value]) => [`:${name}`, value])),
    ReturnValues: "ALL_NEW",
  }));
  return Attributes as Job;
}

export async function drop(kind: Kind, id: string): Promise<void> {
  await documents.send(new DeleteCommand({ TableName: tableName(kind), Key: { id } }));
}
