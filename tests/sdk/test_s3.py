"""S3 with boto3: objects, versions, multipart, conditions, browsers' uploads, time."""

import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from refusals import code_of
from s3_support import bucket, s3  # noqa: F401


def body_of(s3, bucket, key, **arguments):
    return s3.get_object(Bucket=bucket, Key=key, **arguments)["Body"].read()


@pytest.mark.parametrize("key", ["a b+c%20d", "x//y", "./z", "slash/", "ü€😀", "&<>\"'"])
def test_keys_of_any_kind_come_back(s3, bucket, key):
    # Users store what their file systems hold; no layer may normalise it.
    s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    assert body_of(s3, bucket, key) == b"x"
    assert [o["Key"] for o in s3.list_objects_v2(Bucket=bucket)["Contents"]] == [key]
    s3.delete_object(Bucket=bucket, Key=key)
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


def test_attributes_are_answered(s3, bucket):
    # What a client sets on put it gets on get: half of all tools live by that.
    s3.put_object(Bucket=bucket, Key="k", Body=b"x" * 100, ContentType="text/plain", CacheControl="no-cache",
                  ContentEncoding="gzip", Metadata={"a": "1"}, Tagging="t=1", StorageClass="STANDARD_IA")
    head = s3.head_object(Bucket=bucket, Key="k")
    assert head["ContentType"] == "text/plain" and head["CacheControl"] == "no-cache"
    assert head["ContentEncoding"] == "gzip" and head["Metadata"] == {"a": "1"}
    assert head["StorageClass"] == "STANDARD_IA" and head["ServerSideEncryption"] == "AES256"
    assert head["ContentLength"] == 100
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == [{"Key": "t", "Value": "1"}]


def test_ranges_are_partial_answers(s3, bucket):
    # Download managers resume by ranges: status and header matter as much as the bytes.
    s3.put_object(Bucket=bucket, Key="k", Body=bytes(range(200)) * 1000)
    part = s3.get_object(Bucket=bucket, Key="k", Range="bytes=150000-150009")
    assert part["ResponseMetadata"]["HTTPStatusCode"] == 206
    assert part["ContentRange"] == "bytes 150000-150009/200000"
    assert part["Body"].read() == bytes(range(10))
    assert body_of(s3, bucket, "k", Range="bytes=-5") == bytes(range(195, 200))
    assert code_of(s3.get_object, Bucket=bucket, Key="k", Range="bytes=200000-") == "InvalidRange"


def test_conditional_reads(s3, bucket):
    # Caches ask this way; a wrong answer serves stale data.
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"x")["ETag"]
    assert code_of(s3.get_object, Bucket=bucket, Key="k", IfNoneMatch=etag) == "304"
    assert code_of(s3.get_object, Bucket=bucket, Key="k", IfMatch='"other"') == "PreconditionFailed"


def test_one_of_many_racing_writers_wins(s3, bucket):
    # People build locks of If-None-Match: exactly one writer may get in.
    def write(number):
        try:
            s3.put_object(Bucket=bucket, Key="lock", Body=str(number), IfNoneMatch="*")
            return 1
        except ClientError as error:
            assert error.response["Error"]["Code"] == "PreconditionFailed"
            return 0

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(write, range(64))) == 1


def test_versions_stack_and_come_back(s3, bucket):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket=bucket, Key="k", Body=b"1")["VersionId"]
    second = s3.put_object(Bucket=bucket, Key="k", Body=b"2")["VersionId"]
    marker = s3.delete_object(Bucket=bucket, Key="k")
    assert marker["DeleteMarker"] and code_of(s3.get_object, Bucket=bucket, Key="k") == "NoSuchKey"
    listed = s3.list_object_versions(Bucket=bucket)
    assert [v["VersionId"] for v in listed["Versions"]] == [second, first]
    assert listed["DeleteMarkers"][0]["IsLatest"]
    s3.delete_object(Bucket=bucket, Key="k", VersionId=marker["VersionId"])
    assert body_of(s3, bucket, "k") == b"2" and body_of(s3, bucket, "k", VersionId=first) == b"1"


def test_multipart_with_a_copied_part(s3, bucket):
    # The large-file path of every SDK, and the server-side copy of large objects.
    s3.put_object(Bucket=bucket, Key="source", Body=b"s" * 6_000_000)
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    arguments = {"Bucket": bucket, "Key": "k", "UploadId": upload}
    one = s3.upload_part(PartNumber=1, Body=b"a" * (5 << 20), **arguments)["ETag"]
    two = s3.upload_part_copy(PartNumber=2, CopySource={"Bucket": bucket, "Key": "source"},
                              CopySourceRange="bytes=0-9", **arguments)["CopyPartResult"]["ETag"]
    parts = [{"PartNumber": 1, "ETag": one}, {"PartNumber": 2, "ETag": two}]
    done = s3.complete_multipart_upload(MultipartUpload={"Parts": parts}, **arguments)
    assert done["ETag"].endswith('-2"')
    assert body_of(s3, bucket, "k") == b"a" * (5 << 20) + b"s" * 10
    assert body_of(s3, bucket, "k", PartNumber=2) == b"s" * 10


def test_sse_c_needs_its_key(s3, bucket):
    key = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": b"k" * 32}
    s3.put_object(Bucket=bucket, Key="k", Body=b"secret" * 20_000, **key)
    assert body_of(s3, bucket, "k", Range="bytes=70001-70012", **key) == (b"secret" * 20_000)[70001:70013]
    assert code_of(s3.get_object, Bucket=bucket, Key="k") == "InvalidRequest"


def test_browser_upload(s3, bucket):
    # Presigned POST: ${filename}, a status of the form's choice, and the policy's size limit.
    post = s3.generate_presigned_post(bucket, "in/${filename}", Fields={"success_action_status": "201"},
                                      Conditions=[["starts-with", "$key", "in/"], {"success_action_status": "201"},
                                                  ["content-length-range", 1, 10]])

    def send(content):
        boundary = "boundary-of-a-browser"
        text = "".join(f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
                       for name, value in post["fields"].items())
        text += f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="f.txt"\r\n\r\n'
        data = text.encode() + content + f"\r\n--{boundary}--\r\n".encode()
        request = urllib.request.Request(post["url"], data,
                                         {"Content-Type": f"multipart/form-data; boundary={boundary}"})
        try:
            with urllib.request.urlopen(request) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    status, answer = send(b"12345")
    assert status == 201 and b"<Key>in/f.txt</Key>" in answer
    assert body_of(s3, bucket, "in/f.txt") == b"12345"
    status, answer = send(b"x" * 11)
    assert status == 400 and b"EntityTooLarge" in answer


def test_events_reach_their_queue(s3, client, admin, bucket, unique):
    # The beginning of every pipeline: upload, filter, message.
    sqs = client("sqs")
    url = sqs.create_queue(QueueName=unique("queue"))["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    s3.put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration={
            "QueueConfigurations": [
                {"QueueArn": arn, "Events": ["s3:ObjectCreated:*"],
                 "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "in/"}]}}}
            ]
        },
    )
    s3.put_object(Bucket=bucket, Key="out/a", Body=b"x")
    s3.put_object(Bucket=bucket, Key="in/a b", Body=b"x")
    admin.settle()
    messages = []
    while found := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        messages += [m["Body"] for m in found]
    assert any("s3:TestEvent" in m for m in messages)
    records = [m for m in messages if "Records" in m]
    assert len(records) == 1 and '"key":"in/a+b"' in records[0].replace(" ", "")


@pytest.mark.parametrize(
    "read, code",
    [
        ("get_bucket_policy", "NoSuchBucketPolicy"),
        ("get_bucket_cors", "NoSuchCORSConfiguration"),
        ("get_bucket_website", "NoSuchWebsiteConfiguration"),
        ("get_bucket_lifecycle_configuration", "NoSuchLifecycleConfiguration"),
        ("get_bucket_replication", "ReplicationConfigurationNotFoundError"),
        ("get_object_lock_configuration", "ObjectLockConfigurationNotFoundError"),
        ("get_bucket_tagging", "NoSuchTagSet"),
    ],
)
def test_absent_configurations_have_their_codes(s3, bucket, read, code):
    # Terraform reads them all after creating a bucket, and knows each by its code.
    assert code_of(getattr(s3, read), Bucket=bucket) == code


def test_restore_takes_its_time(endpoint, admin, account, unique):
    from conftest import make_client

    s3 = make_client("s3", endpoint, access_key=account)
    name = unique("bucket")
    s3.create_bucket(Bucket=name)
    admin.freeze(account)
    s3.put_object(Bucket=name, Key="k", Body=b"x", StorageClass="GLACIER")
    assert code_of(s3.get_object, Bucket=name, Key="k") == "InvalidObjectState"
    s3.restore_object(Bucket=name, Key="k", RestoreRequest={"Days": 1, "GlacierJobParameters": {"Tier": "Standard"}})
    assert s3.head_object(Bucket=name, Key="k")["Restore"] == 'ongoing-request="true"'
    admin.advance("5h", account)
    assert 'ongoing-request="false"' in s3.head_object(Bucket=name, Key="k")["Restore"]
    assert body_of(s3, name, "k") == b"x"
