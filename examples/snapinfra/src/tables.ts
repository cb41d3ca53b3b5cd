// The twelve tables: keys, indexes, streams, recovery, encryption and the attribute by which items expire.

import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";

type Key = [hash: string, range?: string];

export interface Table {
  name: string;
  key: Key;
  indexes?: Record<string, Key>;
  stream?: boolean;
  recovery?: boolean;
  encrypted?: boolean;
  expires?: string;
}

const PREFIX = "snapinfra-";

export const TABLES: Table[] = [
  { name: "users", key: ["userId"], indexes: { email: ["email"] }, recovery: true, encrypted: true },
  { name: "projects", key: ["projectId"], indexes: { user: ["userId", "createdAt"], status: ["status"] }, recovery: true },
  { name: "schemas", key: ["projectId", "version"], indexes: { name: ["schemaName"] } },
  {
    name: "code-generations", key: ["id"], stream: true, recovery: true,
    indexes: {
      user: ["userId", "createdAt"], project: ["projectId", "createdAt"],
      status: ["status", "createdAt"], type: ["type", "createdAt"],
    },
  },
  {
    name: "deployments", key: ["id"], stream: true, recovery: true,
    indexes: {
      user: ["userId", "createdAt"], project: ["projectId", "createdAt"],
      status: ["status", "createdAt"], environment: ["environment", "createdAt"],
    },
  },
  { name: "deployment-logs", key: ["deploymentId", "at"], indexes: { level: ["level", "at"] }, expires: "expiresAt" },
  { name: "conversations", key: ["conversationId"], indexes: { user: ["userId", "createdAt"], project: ["projectId"] } },
  { name: "messages", key: ["conversationId", "createdAt"] },
  { name: "diagrams", key: ["projectId", "diagramId"], indexes: { user: ["userId"] } },
  { name: "api-keys", key: ["keyHash"], indexes: { user: ["userId"] }, encrypted: true, expires: "expiresAt" },
  { name: "sessions", key: ["sessionId"], indexes: { user: ["userId"] }, encrypted: true, expires: "expiresAt" },
  { name: "activity", key: ["userId", "at"], indexes: { project: ["projectId", "at"] }, stream: true, expires: "expiresAt" },
];

export function tableName(name: string): string {
  return PREFIX + name;
}

function keySchema([hash, range]: Key): CreateTableCommandInput["KeySchema"] {
  const schema = [{ AttributeName: hash, KeyType: "HASH" as const }];
  return range ? [...schema, { AttributeName: range, KeyType: "RANGE" as const }] : schema;
}

export function definition(table: Table): CreateTableCommandInput {
  const indexes = Object.entries(table.indexes ?? {});
  const keys = [table.key, ...indexes.map(([, key]) => key)].flat().filter((name) => name !== undefined);
  return {
    TableName: tableName(table.name),
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: keySchema(table.key),
    // `version` alone is a number; all other keys are text.
    AttributeDefinitions: [...new Set(keys)].map((name) => ({
      AttributeName: name, AttributeType: name === "version" ? "N" : "S",
    })),
    GlobalSecondaryIndexes: indexes.length === 0 ? undefined : indexes.map(([name, key]) => ({
      IndexName: `${name}-index`, KeySchema: keySchema(key), Projection: { ProjectionType: "ALL" },
    })),
    StreamSpecification: table.stream ? { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" } : undefined,
    SSESpecification: table.encrypted ? { Enabled: true, SSEType: "KMS" } : undefined,
    Tags: [{ Key: "app", Value: "snapinfra" }],
  };
}
