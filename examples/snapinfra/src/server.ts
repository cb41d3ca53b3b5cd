// The API. Who calls is in the header x-dev-user-id. `node dist/server.js PORT`.

import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { readStack, sqs } from "./aws.js";
import { drop, find, list, logs, submit, type Job, type Kind } from "./jobs.js";
import { subscribe, unsubscribe, type Wish } from "./notifications.js";
import { downloadLink, fetchFile, remove, uploadLink } from "./storage.js";

interface Call {
  user: string;
  body: Record<string, string> & Wish;
  id: string;  // What the path has where the route has a group.
}
type Answer = [status: number, document?: unknown] | Uint8Array;
type Handler = (call: Call) => Promise<Answer>;

const NOT_FOUND: Answer = [404, { error: "not found" }];
const stack = readStack();

/** Jobs of other users are not found. */
async function own(kind: Kind, { id, user }: Call): Promise<Job | undefined> {
  const job = await find(kind, id);
  return job?.userId === user ? job : undefined;
}

function create(kind: Kind): Handler {
  return async ({ user, body }) => {
    const { projectId, type, prompt, environment } = body;
    if (!projectId) return [400, { error: "projectId is missing" }];
    const job: Job = {
      id: randomUUID(), userId: user, projectId, type, prompt, environment, status: "queued",
      createdAt: new Date().toISOString(),
    };
    await submit(kind, job);
    return [202, job];
  };
}

function show(kind: Kind): Handler {
  return async (call) => {
    const job = await own(kind, call);
    return job ? [200, job] : NOT_FOUND;
  };
}

function erase(kind: Kind): Handler {
  return async (call) => {
    const job = await own(kind, call);
    if (!job) return NOT_FOUND;
    if (job.s3Key) await remove(job.s3Key);
    await drop(kind, job.id);
    return [204];
  };
}

const giveDownloadLink: Handler = async (call) => {
  const job = await own("code-generations", call);
  return job?.s3Key ? [200, { url: await downloadLink(job.s3Key) }] : NOT_FOUND;
};

const download: Handler = async (call) => {
  const job = await own("code-generations", call);
  return job?.s3Key ? fetchFile(job.s3Key) : NOT_FOUND;
};

const showLogs: Handler = async (call) => {
  const job = await own("deployments", call);
  return job ? [200, await logs(job.id)] : NOT_FOUND;
};

const giveUploadLink: Handler = async ({ user, body }) => {
  const key = `diagrams/${user}/${body.name}`;
  return [200, { key, url: await uploadLink(key, body.contentType) }];
};

const queueStatus: Handler = async () => {
  const queues = { codeGeneration: stack.codeGenerationQueue, deployments: stack.deploymentQueue, dead: stack.deadLetterQueue };
  const counts = await Promise.all(Object.entries(queues).map(async ([name, QueueUrl]) => {
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
    return [name, {
      visible: Number(Attributes!.ApproximateNumberOfMessages),
      inFlight: Number(Attributes!.ApproximateNumberOfMessagesNotVisible),
    }];
  }));
  return [200, Object.fromEntries(counts)];
};

const ROUTES: [method: string, path: RegExp, handler: Handler][] = [
  ["POST", /^\/api\/code-gen$/, create("code-generations")],
  ["GET", /^\/api\/code-gen$/, async ({ user }) => [200, await list("code-generations", user)]],
  ["GET", /^\/api\/code-gen\/([\w-]+)$/, show("code-generations")],
  ["GET", /^\/api\/code-gen\/([\w-]+)\/download-url$/, giveDownloadLink],
  ["GET", /^\/api\/code-gen\/([\w-]+)\/download$/, download],
  ["DELETE", /^\/api\/code-gen\/([\w-]+)$/, erase("code-generations")],
  ["POST", /^\/api\/deployments$/, create("deployments")],
  ["GET", /^\/api\/deployments$/, async ({ user }) => [200, await list("deployments", user)]],
  ["GET", /^\/api\/deployments\/([\w-]+)$/, show("deployments")],
  ["GET", /^\/api\/deployments\/([\w-]+)\/logs$/, showLogs],
  ["DELETE", /^\/api\/deployments\/([\w-]+)$/, erase("deployments")],
  ["POST", /^\/api\/uploads$/, giveUploadLink],
  ["POST", /^\/api\/notifications\/subscribe\/(email|sms|webhook)$/,
    async ({ id, user, body }) => [201, { subscription: await subscribe(id, user, body) }]],
  ["DELETE", /^\/api\/notifications\/unsubscribe$/,
    async ({ body }) => { await unsubscribe(body.subscription); return [204]; }],
  ["GET", /^\/api\/admin\/queue-status$/, queueStatus],
];

async function read(request: IncomingMessage): Promise<Call["body"]> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : {};
}

async function answer(request: IncomingMessage): Promise<Answer> {
  const path = new URL(request.url!, "http://localhost").pathname;
  const route = ROUTES.find(([method, pattern]) => method === request.method && pattern.test(path));
  if (!route) return NOT_FOUND;
  const user = request.headers["x-dev-user-id"];
  if (typeof user !== "string") return [401, { error: "who are you?" }];
  return route[2]({ user, body: await read(request), id: route[1].exec(path)![1] ?? "" });
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const made = await answer(request);
    if (made instanceof Uint8Array) {
      response.writeHead(200, { "Content-Type": "application/zip" }).end(made);
    } else {
      response.writeHead(made[0], { "Content-Type": "application/json" }).end(made[1] && JSON.stringify(made[1]));
    }
  } catch (error) {
    console.error(`${request.method} ${request.url}: ${error}`);
    response.writeHead(500).end(JSON.stringify({ error: String(error) }));
  }
}

const server = createServer((request, response) => void serve(request, response));
server.listen(Number(process.argv[2] ?? 5000), "127.0.0.1", () => {
  const address = server.address();
  console.log(`serves on ${typeof address === "object" ? address!.port : address}`);
});
