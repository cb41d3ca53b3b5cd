// What happens is published once; each subscriber's filter policy says what of it he hears.

import { PublishCommand, SubscribeCommand, UnsubscribeCommand } from "@aws-sdk/client-sns";
import { readStack, sns } from "./aws.js";
import type { Job, Kind } from "./jobs.js";

const TopicArn = readStack().topic;

export async function announce(kind: Kind, job: Job): Promise<void> {
  const { id, userId, projectId, status } = job;
  const text = (value: string) => ({ DataType: "String", StringValue: value });
  await sns.send(new PublishCommand({
    TopicArn, Subject: `${kind} ${status}`, Message: JSON.stringify({ kind, id, userId, projectId, status, error: job.error }),
    MessageAttributes: { kind: text(kind), status: text(status), userId: text(userId) },
  }));
}

export interface Wish {
  email?: string;
  phone?: string;
  url?: string;
  statuses?: string[];
  projectId?: string;
}

/** `channel` is email, sms or webhook. Webhooks are chosen by the message's body, the others by attributes. */
export async function subscribe(channel: string, userId: string, wish: Wish): Promise<string> {
  const [protocol, endpoint] =
      channel === "email" ? ["email", wish.email] : channel === "sms" ? ["sms", wish.phone]
      : [wish.url?.startsWith("https:") ? "https" : "http", wish.url];
  const byBody = channel === "webhook";
  const policy = byBody ? { projectId: [wish.projectId], status: [{ "anything-but": ["queued"] }] }
                        : { userId: [userId], status: wish.statuses ?? ["completed", "failed"] };
  const { SubscriptionArn } = await sns.send(new SubscribeCommand({
    TopicArn, Protocol: protocol, Endpoint: endpoint, ReturnSubscriptionArn: true,
    Attributes: { FilterPolicy: JSON.stringify(policy), FilterPolicyScope: byBody ? "MessageBody" : "MessageAttributes" },
  }));
  return SubscriptionArn!;
}

export async function unsubscribe(SubscriptionArn: string): Promise<void> {
  await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
}
