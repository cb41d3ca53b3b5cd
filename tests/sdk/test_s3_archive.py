"""S3's archive classes: what cannot be read, restoring it, and how long that takes."""

import json

import pytest
from conftest import make_client
from refusals import refusal_of
from s3_clock_support import bucket, s3  # noqa: F401 (fixtures)

ARCHIVED = ("GLACIER", "DEEP_ARCHIVE")
BODY = b"x" * (128 * 1024)  # Lifecycle leaves smaller objects where they are.


def refusal(call, **arguments):
    response = refusal_of(call, **arguments)
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"], response["Error"]


def restore(s3, bucket, key, tier="Expedited", days=2, **more):
    answer = s3.restore_object(Bucket=bucket, Key=key, **more, RestoreRequest={
        "Days": days, "GlacierJobParameters": {"Tier": tier}})
    return answer["ResponseMetadata"]["HTTPStatusCode"]


def state(s3, bucket, key="k", **more):
    return s3.head_object(Bucket=bucket, Key=key, **more).get("Restore")


@pytest.mark.parametrize("storage_class", ARCHIVED)
def test_archived_objects_cannot_be_read(s3, bucket, storage_class):
    """By put and by copy in place; what of them can be had is their description."""
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", StorageClass=storage_class)
    s3.put_object(Bucket=bucket, Key="c", Body=b"y")
    s3.copy_object(Bucket=bucket, Key="c", CopySource=f"{bucket}/c", StorageClass=storage_class)
    for key in ("k", "c"):
        status, code, error = refusal(s3.get_object, Bucket=bucket, Key=key)
        assert (status, code, error["StorageClass"]) == (403, "InvalidObjectState", storage_class)
        assert refusal(s3.copy_object, Bucket=bucket, Key="t", CopySource=f"{bucket}/{key}")[1] == "InvalidObjectState"
        head = s3.head_object(Bucket=bucket, Key=key)
        assert head["StorageClass"] == storage_class and head["ContentLength"] == 1 and "Restore" not in head
    listed = s3.list_objects_v2(Bucket=bucket)["Contents"]
    assert {each["StorageClass"] for each in listed} == {storage_class}


@pytest.mark.parametrize("storage_class", ["GLACIER_IR", "INTELLIGENT_TIERING", "STANDARD_IA"])
def test_other_classes_are_read_at_once(s3, bucket, storage_class):
    """Instant retrieval needs no restore, and has none."""
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", StorageClass=storage_class)
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"x"
    assert refusal(restore, s3=s3, bucket=bucket, key="k")[:2] == (403, "InvalidObjectState")


@pytest.mark.parametrize("storage_class, tier, at_most", [
    ("GLACIER", "Expedited", "5m"), ("GLACIER", "Standard", "5h"), ("GLACIER", "Bulk", "12h"),
    ("DEEP_ARCHIVE", "Standard", "12h"), ("DEEP_ARCHIVE", "Bulk", "48h")])
def test_restored_copy_comes_and_goes(s3, bucket, advance, storage_class, tier, at_most):
    """Ongoing, then there until midnight after its days, then gone: and may be asked for again."""
    s3.put_object(Bucket=bucket, Key="k", Body=b"body", StorageClass=storage_class)
    assert restore(s3, bucket, "k", tier) == 202
    assert state(s3, bucket) == 'ongoing-request="true"'
    assert refusal(s3.get_object, Bucket=bucket, Key="k")[1] == "InvalidObjectState"
    assert refusal(restore, s3=s3, bucket=bucket, key="k", tier=tier)[:2] == (409, "RestoreAlreadyInProgress")
    advance(at_most)
    assert state(s3, bucket).startswith('ongoing-request="false", expiry-date="')
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"body"
    s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/k", StorageClass="STANDARD")
    assert restore(s3, bucket, "k", tier, days=9) == 200
    advance("4d")
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"body"
    advance("7d")
    assert state(s3, bucket) is None
    assert refusal(s3.get_object, Bucket=bucket, Key="k")[1] == "InvalidObjectState"
    assert s3.head_object(Bucket=bucket, Key="k")["StorageClass"] == storage_class
    assert restore(s3, bucket, "k", tier) == 202


def test_tier_may_be_raised_while_it_runs(s3, bucket, advance):
    """A faster tier is an upgrade; the same or a slower one is refused."""
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", StorageClass="GLACIER")
    assert restore(s3, bucket, "k", "Bulk") == 202
    assert refusal(restore, s3=s3, bucket=bucket, key="k", tier="Bulk")[1] == "RestoreAlreadyInProgress"
    assert restore(s3, bucket, "k", "Expedited") == 202
    assert refusal(restore, s3=s3, bucket=bucket, key="k", tier="Standard")[1] == "RestoreAlreadyInProgress"
    advance("5m")
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"x"


def test_expedited_capacity_may_be_short(s3, bucket, advance, admin, account):
    """The refusal that clients fall back from; capacity is free again when a restore is done."""
    for key in ("a", "b", "c"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"x", StorageClass="GLACIER")
    admin.post("/_cumulite/s3/expedited-capacity", capacity=1, account=account)
    assert restore(s3, bucket, "a") == 202
    assert refusal(restore, s3=s3, bucket=bucket, key="b")[:2] == (503, "GlacierExpeditedRetrievalNotAvailable")
    assert state(s3, bucket, "b") is None
    assert restore(s3, bucket, "b", "Standard") == 202
    s3.delete_object(Bucket=bucket, Key="a")
    advance("5m")
    assert restore(s3, bucket, "c") == 202
    admin.post("/_cumulite/s3/expedited-capacity", capacity=None, account=account)
    assert restore(s3, bucket, "b") == 202
    assert admin.call("POST", "/_cumulite/s3/expedited-capacity", {"capacity": "many"})[0] == 400


def test_listings_show_restores_to_who_asks(s3, bucket, advance):
    """RestoreStatus of all three listings: absent, in progress, with its expiry, absent again."""
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", StorageClass="GLACIER")
    s3.put_object(Bucket=bucket, Key="other", Body=b"x", StorageClass="GLACIER")

    def statuses(**asked):
        listed = [s3.list_objects(Bucket=bucket, **asked)["Contents"],
                  s3.list_objects_v2(Bucket=bucket, **asked)["Contents"],
                  s3.list_object_versions(Bucket=bucket, **asked)["Versions"]]
        shown = [{each["Key"]: each.get("RestoreStatus") for each in entries} for entries in listed]
        assert shown[0] == shown[1] == shown[2] and shown[0]["other"] is None
        return shown[0]["k"]

    wanted = {"OptionalObjectAttributes": ["RestoreStatus"]}
    assert statuses(**wanted) is None
    restore(s3, bucket, "k")
    assert statuses(**wanted) == {"IsRestoreInProgress": True} and statuses() is None
    advance("5m")
    shown = statuses(**wanted)
    assert shown["IsRestoreInProgress"] is False and f"{shown['RestoreExpiryDate']:%d %b %Y %H:%M:%S}" in state(s3, bucket)
    advance("4d")
    assert statuses(**wanted) is None
    assert refusal(s3.list_objects_v2, Bucket=bucket, OptionalObjectAttributes=["Nope"])[:2] == (400, "InvalidArgument")


def test_requests_are_checked(s3, bucket):
    """Unknown tiers, no days, and restores of another type are refused, and change nothing."""
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", StorageClass="DEEP_ARCHIVE")
    assert refusal(restore, s3=s3, bucket=bucket, key="k", tier="Expedited")[1] == "InvalidArgument"
    assert refusal(restore, s3=s3, bucket=bucket, key="k", tier="Sometimes")[1] == "MalformedXML"
    assert refusal(s3.restore_object, Bucket=bucket, Key="k", RestoreRequest={})[1] == "MalformedXML"
    status, code, _ = refusal(s3.restore_object, Bucket=bucket, Key="k", RestoreRequest={
        "Type": "SELECT", "Tier": "Standard", "SelectParameters": {
            "InputSerialization": {"CSV": {}}, "OutputSerialization": {"CSV": {}}, "ExpressionType": "SQL",
            "Expression": "select * from object"},
        "OutputLocation": {"S3": {"BucketName": bucket, "Prefix": "p"}}})
    assert (status, code) == (405, "MethodNotAllowed")
    assert refusal(restore, s3=s3, bucket=bucket, key="none", tier="Bulk")[1] == "NoSuchKey"
    assert state(s3, bucket) is None


def test_versions_are_restored_each_for_itself(s3, bucket, advance):
    """The version that was named comes back, the others stay archived."""
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    old, new = (s3.put_object(Bucket=bucket, Key="k", Body=body, StorageClass="GLACIER")["VersionId"]
                for body in (b"old", b"new"))
    restore(s3, bucket, "k", VersionId=old)
    advance("5m")
    assert s3.get_object(Bucket=bucket, Key="k", VersionId=old)["Body"].read() == b"old"
    assert refusal(s3.get_object, Bucket=bucket, Key="k")[1] == "InvalidObjectState"
    assert state(s3, bucket, VersionId=new) is None


def test_events_tell_of_each_step(s3, bucket, advance, endpoint, account, unique, admin):
    """Post, Completed and Delete, in their order and at their times."""
    sqs = make_client("sqs", endpoint, access_key=account)
    url = sqs.create_queue(QueueName=unique("events"))["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={
        "QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectRestore:*"]}]})
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", StorageClass="GLACIER")
    restore(s3, bucket, "k", days=1)
    advance("5m")
    advance("3d")
    records = []
    while batch := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        records += [record for message in batch for record in json.loads(message["Body"]).get("Records", [])]
    records.sort(key=lambda record: record["eventTime"])
    assert [record["eventName"] for record in records] == [
        "ObjectRestore:Post", "ObjectRestore:Completed", "ObjectRestore:Delete"]


def test_lifecycle_moves_to_the_archive_and_a_restore_brings_back(s3, bucket, advance):
    """After its days in STANDARD the object is archived, with the class that the rule names."""
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [
        {"ID": "a", "Status": "Enabled", "Filter": {"Prefix": ""},
         "Transitions": [{"Days": 1, "StorageClass": "GLACIER"}, {"Days": 91, "StorageClass": "DEEP_ARCHIVE"}]}]})
    s3.put_object(Bucket=bucket, Key="k", Body=BODY)
    advance("3d")
    assert s3.head_object(Bucket=bucket, Key="k")["StorageClass"] == "GLACIER"
    restore(s3, bucket, "k")
    advance("5m")
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == BODY
    advance("100d")
    assert s3.head_object(Bucket=bucket, Key="k")["StorageClass"] == "DEEP_ARCHIVE"
    assert refusal(s3.get_object, Bucket=bucket, Key="k")[1] == "InvalidObjectState"
