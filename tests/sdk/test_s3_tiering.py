"""INTELLIGENT_TIERING's archive tiers: objects that nobody reads go there, and a restore brings them back."""

import json

import pytest

from refusals import error_of as refusal

BODY = b"x" * (128 * 1024)


@pytest.fixture
def s3(client, account, admin):
    # An account of its own has a clock of its own.
    admin.freeze(account)
    return client("s3", access_key=account)


@pytest.fixture
def bucket(s3, unique):
    name = unique("tiers")
    s3.create_bucket(Bucket=name)
    s3.put_bucket_intelligent_tiering_configuration(Bucket=name, Id="t", IntelligentTieringConfiguration={
        "Id": "t", "Status": "Enabled", "Filter": {"Prefix": "data/"},
        "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}, {"Days": 180, "AccessTier": "DEEP_ARCHIVE_ACCESS"}]})
    return name


def put(s3, bucket, key, body=BODY, **more):
    s3.put_object(Bucket=bucket, Key=key, Body=body, **{"StorageClass": "INTELLIGENT_TIERING", **more})


def tier(s3, bucket, key):
    return s3.head_object(Bucket=bucket, Key=key).get("ArchiveStatus")


def test_unread_objects_move_to_the_tiers_in_time(s3, bucket, advance):
    put(s3, bucket, "data/k")
    put(s3, bucket, "data/small", b"x")
    put(s3, bucket, "other")
    put(s3, bucket, "data/standard", StorageClass="STANDARD")
    advance("89d")
    assert tier(s3, bucket, "data/k") is None
    advance("2d")
    assert tier(s3, bucket, "data/k") == "ARCHIVE_ACCESS"
    error = refusal(s3.get_object, Bucket=bucket, Key="data/k")
    assert (error["Code"], error["StorageClass"], error["AccessTier"]) == (
        "InvalidObjectState", "INTELLIGENT_TIERING", "ARCHIVE_ACCESS")
    assert refusal(s3.copy_object, Bucket=bucket, Key="c", CopySource=f"{bucket}/data/k")["Code"] == "InvalidObjectState"
    advance("90d")
    assert tier(s3, bucket, "data/k") == "DEEP_ARCHIVE_ACCESS"
    # Too small to be moved, outside of the filter, of another class.
    for key in ("data/small", "other", "data/standard"):
        assert tier(s3, bucket, key) is None
        s3.get_object(Bucket=bucket, Key=key)["Body"].read()


def test_reading_keeps_an_object_out_of_the_archive(s3, bucket, advance):
    put(s3, bucket, "data/k")
    advance("60d")
    s3.get_object(Bucket=bucket, Key="data/k")["Body"].read()
    advance("60d")
    # To look at its headers is no access.
    assert tier(s3, bucket, "data/k") is None
    advance("31d")
    assert tier(s3, bucket, "data/k") == "ARCHIVE_ACCESS"


@pytest.mark.parametrize("retrieval, at_most", [("Expedited", "5m"), ("Standard", "5h"), ("Bulk", "12h")])
def test_a_restore_brings_the_object_back_for_good(s3, bucket, advance, retrieval, at_most):
    put(s3, bucket, "data/k")
    advance("91d")
    # No days: what comes back is no copy.
    asked = {"Bucket": bucket, "Key": "data/k", "RestoreRequest": {"GlacierJobParameters": {"Tier": retrieval}}}
    s3.restore_object(**asked)
    assert s3.head_object(Bucket=bucket, Key="data/k")["Restore"] == 'ongoing-request="true"'
    assert refusal(s3.restore_object, **asked)["Code"] == "RestoreAlreadyInProgress"
    advance(at_most)
    assert s3.get_object(Bucket=bucket, Key="data/k")["Body"].read() == BODY
    assert tier(s3, bucket, "data/k") is None
    advance("80d")
    assert s3.get_object(Bucket=bucket, Key="data/k")["Body"].read() == BODY


def test_lifecycle_and_copy_lead_to_the_tiers_too(s3, bucket, advance):
    """By whichever way an object came into the class, it is archived when nobody reads it for long."""
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [
        {"ID": "a", "Status": "Enabled", "Filter": {"Prefix": "data/moved"},
         "Transitions": [{"Days": 1, "StorageClass": "INTELLIGENT_TIERING"}]}]})
    put(s3, bucket, "data/moved", StorageClass="STANDARD")
    put(s3, bucket, "data/copied", StorageClass="STANDARD")
    s3.copy_object(Bucket=bucket, Key="data/copied", CopySource=f"{bucket}/data/copied",
                   StorageClass="INTELLIGENT_TIERING")
    advance("3d")
    assert s3.head_object(Bucket=bucket, Key="data/moved")["StorageClass"] == "INTELLIGENT_TIERING"
    advance("93d")
    assert (tier(s3, bucket, "data/moved"), tier(s3, bucket, "data/copied")) == ("ARCHIVE_ACCESS", "ARCHIVE_ACCESS")
    assert refusal(s3.get_object, Bucket=bucket, Key="data/moved")["AccessTier"] == "ARCHIVE_ACCESS"


def test_moving_is_an_event(s3, bucket, advance, client, account, unique):
    sqs = client("sqs", access_key=account)
    url = sqs.create_queue(QueueName=unique("events"))["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={
        "QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:IntelligentTiering"]}]})
    put(s3, bucket, "data/k")
    advance("90d")
    advance("1d")
    records = []
    while batch := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in batch:
            records += json.loads(message["Body"]).get("Records", [])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert [(r["eventName"], r["intelligentTieringEventData"]["destinationAccessTier"]) for r in records] == [
        ("IntelligentTiering", "ARCHIVE_ACCESS")]
