// Files in S3: what is too large for a table, and links by which browsers reach it.

import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { readStack, s3 } from "./aws.js";

const LINK_SECONDS = 3600;
const Bucket = readStack().bucket;

export async function store(Key: string, Body: Uint8Array, ContentType: string): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType }));
}

export async function fetchFile(Key: string): Promise<Uint8Array> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return Body!.transformToByteArray();
}

export async function remove(Key: string): Promise<void> {
  await s3.send(new DeleteObjectCommand({ Bucket, Key }));
}

/** Whoever has the link may upload one file of this type. */
export function uploadLink(Key: string, ContentType: string): Promise<string> {
  return getSignedUrl(s3, new PutObjectCommand({ Bucket, Key, ContentType }),
                      { expiresIn: LINK_SECONDS, signableHeaders: new Set(["content-type"]) });
}

export function downloadLink(Key: string): Promise<string> {
  return getSignedUrl(s3, new GetObjectCommand({ Bucket, Key }), { expiresIn: LINK_SECONDS });
}
