// The background worker: long polls of both queues; a job that fails comes again, until its queue gives it up.

import { DeleteMessageCommand, ReceiveMessageCommand, type Message } from "@aws-sdk/client-sqs";
import { BatchWriteCommand } from "@aws-sdk/lib-dynamodb";
import { strToU8, zipSync } from "fflate";
import { documents, sqs } from "./aws.js";
import { change, QUEUES, type Job, type Kind } from "./jobs.js";
import { announce } from "./notifications.js";
import { store } from "./storage.js";
import { tableName } from "./tables.js";

const LAST_TRY = 3;
const LOG_DAYS = 30;

/** Stands for the AI service. */
function generate(job: Job): Record<string, string> {
  if (!job.prompt) throw new Error("there is no prompt to generate code from");
  return {
    "README.md": `# ${job.prompt}\n`,
    "src/index.ts": `// ${job.type} of ${job.projectId}\nexport const prompt = ${JSON.stringify(job.prompt)};\n`,
  };
}

async function generateCode(job: Job): Promise<Partial<Job>> {
  const files = Object.entries(generate(job)).map(([name, text]) => [name, strToU8(text)] as const);
  const s3Key = `code/${job.projectId}/${job.id}.zip`;
  await store(s3Key, zipSync(Object.fromEntries(files)), "application/zip");
  return { s3Key };
}

async function deploy(job: Job): Promise<Partial<Job>> {
  const steps = ["plan", "create network", "create database", "start service"];
  const expiresAt = Math.floor(Date.now() / 1000) + LOG_DAYS * 86_400;
  await documents.send(new BatchWriteCommand({
    RequestItems: {
      [tableName("deployment-logs")]: steps.map((step, index) => ({
        PutRequest: { Item: { deploymentId: job.id, at: `${job.createdAt}#${index}`, level: "info", step, expiresAt } },
      })),
    },
  }));
  return {};
}

const WORK: Record<Kind, (job: Job) => Promise<Partial<Job>>> = { "code-generations": generateCode, "deployments": deploy };

async function handle(kind: Kind, message: Message): Promise<void> {
  const { id } = JSON.parse(message.Body!) as { id: string };
  const attempts = Number(message.Attributes!.ApproximateReceiveCount);
  const job = await change(kind, id, { status: "running", attempts });
  try {
    const result = await WORK[kind](job);
    await announce(kind, await change(kind, id, { ...result, status: "completed" }));
  } catch (error) {
    if (attempts >= LAST_TRY) await announce(kind, await change(kind, id, { status: "failed", error: String(error) }));
    throw error;
  }
}

async function poll(kind: Kind): Promise<never> {
  const QueueUrl = QUEUES[kind];
  for (;;) {
    const { Messages } = await sqs.send(new ReceiveMessageCommand({
      QueueUrl, MaxNumberOfMessages: 1, WaitTimeSeconds: 20, MessageSystemAttributeNames: ["All"], MessageAttributeNames: ["All"],
    }));
    for (const message of Messages ?? []) {
      try {
        await handle(kind, message);
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
      } catch (error) {
        console.error(`${kind} ${message.MessageId}: ${error}`);  // Its visibility time-out brings it back.
      }
    }
  }
}

console.log("the worker polls");
await Promise.all([poll("code-generations"), poll("deployments")]);
