// The AWS SDK for JavaScript v3 against a daemon: `node s3.mjs ENDPOINT BUCKET`. Ends with 0 if all holds.
import assert from "node:assert/strict";
import {
  CompleteMultipartUploadCommand, CopyObjectCommand, CreateBucketCommand, CreateMultipartUploadCommand,
  DeleteObjectsCommand, GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client,
  SelectObjectContentCommand, UploadPartCommand, paginateListObjectsV2,
} from "@aws-sdk/client-s3";

const [endpoint, Bucket] = process.argv.slice(2);
const client = new S3Client({
  endpoint, region: "us-east-1", forcePathStyle: true, maxAttempts: 1,
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
});
const send = (command) => client.send(command);

await send(new CreateBucketCommand({ Bucket }));

// A trailer with a checksum goes along by default; the answer is checked against it.
const put = await send(new PutObjectCommand({ Bucket, Key: "a b/ü", Body: "hello", Metadata: { k: "v" } }));
assert.ok(put.ETag && put.ChecksumCRC32);
const got = await send(new GetObjectCommand({ Bucket, Key: "a b/ü", ChecksumMode: "ENABLED" }));
assert.equal(await got.Body.transformToString(), "hello");
assert.deepEqual(got.Metadata, { k: "v" });

// Errors are classes by their codes.
await assert.rejects(send(new HeadObjectCommand({ Bucket, Key: "none" })), { name: "NotFound" });
await assert.rejects(send(new GetObjectCommand({ Bucket, Key: "none" })), { name: "NoSuchKey" });
await assert.rejects(send(new PutObjectCommand({ Bucket, Key: "a b/ü", Body: "x", IfNoneMatch: "*" })),
  { name: "PreconditionFailed" });

const { UploadId } = await send(new CreateMultipartUploadCommand(
  { Bucket, Key: "parts", ChecksumAlgorithm: "CRC32" }));
const Parts = [];
for (const [PartNumber, size] of [[1, 5 << 20], [2, 100]]) {
  const part = await send(new UploadPartCommand(
    { Bucket, Key: "parts", UploadId, PartNumber, Body: Buffer.alloc(size, "p") }));
  Parts.push({ PartNumber, ETag: part.ETag, ChecksumCRC32: part.ChecksumCRC32 });
}
await send(new CompleteMultipartUploadCommand({ Bucket, Key: "parts", UploadId, MultipartUpload: { Parts } }));
const tail = await send(new GetObjectCommand({ Bucket, Key: "parts", Range: "bytes=-100" }));
assert.equal((await tail.Body.transformToByteArray()).length, 100);
await send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/parts` }));

const keys = [];
for await (const page of paginateListObjectsV2({ client, pageSize: 2 }, { Bucket })) {
  keys.push(...page.Contents.map((entry) => entry.Key));
}
assert.deepEqual(keys, ["a b/ü", "copy", "parts"]);

await send(new PutObjectCommand({ Bucket, Key: "rows.csv", Body: "n,v\na,1\nb,2\n" }));
const selected = await send(new SelectObjectContentCommand({
  Bucket, Key: "rows.csv", ExpressionType: "SQL", Expression: "SELECT n FROM S3Object WHERE v = 2",
  InputSerialization: { CSV: { FileHeaderInfo: "USE" } }, OutputSerialization: { JSON: {} },
}));
let rows = "";
for await (const event of selected.Payload) {
  if (event.Records) rows += Buffer.from(event.Records.Payload).toString();
}
assert.equal(rows, '{"n":"b"}\n');

const deleted = await send(new DeleteObjectsCommand(
  { Bucket, Delete: { Objects: [...keys, "rows.csv"].map((Key) => ({ Key })) } }));
assert.equal(deleted.Deleted.length, 4);
