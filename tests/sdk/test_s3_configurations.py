"""Bucket configurations, locks and ACLs: what is put is got, and what is deleted is not there."""

import datetime
import json

import pytest

from refusals import code_of
from s3_support import bucket, s3  # noqa: F401

CORS = {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["https://*.example.com"], "MaxAgeSeconds": 30}]}
WEBSITE = {"IndexDocument": {"Suffix": "index.html"}, "ErrorDocument": {"Key": "error.html"}}
ENCRYPTION = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}]}
OWNERSHIP = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
BLOCK = {"BlockPublicAcls": True, "IgnorePublicAcls": False, "BlockPublicPolicy": True, "RestrictPublicBuckets": False}


def test_buckets_are_found(s3, bucket):
    # Tools look a bucket up by each of these before they do anything.
    assert s3.head_bucket(Bucket=bucket)["BucketRegion"] == "us-east-1"
    assert s3.get_bucket_location(Bucket=bucket)["LocationConstraint"] is None
    assert bucket in [b["Name"] for b in s3.list_buckets()["Buckets"]]
    s3.delete_bucket(Bucket=bucket)
    assert code_of(s3.head_bucket, Bucket=bucket) == "404"


def test_cors(s3, bucket):
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration=CORS)
    assert s3.get_bucket_cors(Bucket=bucket)["CORSRules"] == CORS["CORSRules"]
    s3.delete_bucket_cors(Bucket=bucket)
    assert code_of(s3.get_bucket_cors, Bucket=bucket) == "NoSuchCORSConfiguration"


def test_website(s3, bucket):
    s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration=WEBSITE)
    got = s3.get_bucket_website(Bucket=bucket)
    assert {k: got[k] for k in WEBSITE} == WEBSITE
    s3.delete_bucket_website(Bucket=bucket)
    assert code_of(s3.get_bucket_website, Bucket=bucket) == "NoSuchWebsiteConfiguration"


def test_policy(s3, bucket):
    # The text comes back as it was written: Terraform compares it.
    policy = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}]})
    s3.put_bucket_policy(Bucket=bucket, Policy=policy)
    assert s3.get_bucket_policy(Bucket=bucket)["Policy"] == policy
    assert s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]["IsPublic"] is True
    s3.delete_bucket_policy(Bucket=bucket)
    assert code_of(s3.get_bucket_policy, Bucket=bucket) == "NoSuchBucketPolicy"
    assert code_of(s3.put_bucket_policy, Bucket=bucket, Policy="{}") == "MalformedPolicy"


def test_encryption(s3, bucket):
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=ENCRYPTION)
    assert s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"] == ENCRYPTION
    s3.delete_bucket_encryption(Bucket=bucket)
    assert s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"] == ENCRYPTION


def test_ownership_and_public_access(s3, bucket):
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=OWNERSHIP)
    assert s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"] == OWNERSHIP
    s3.delete_bucket_ownership_controls(Bucket=bucket)
    assert code_of(s3.get_bucket_ownership_controls, Bucket=bucket) == "OwnershipControlsNotFoundError"
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=BLOCK)
    assert s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"] == BLOCK
    s3.delete_public_access_block(Bucket=bucket)
    assert code_of(s3.get_public_access_block, Bucket=bucket) == "NoSuchPublicAccessBlockConfiguration"


def test_lifecycle(s3, bucket):
    rules = [{"ID": "r", "Status": "Enabled", "Filter": {"Prefix": "a/"}, "Expiration": {"Days": 1}}]
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules})
    assert s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"] == rules
    assert 'rule-id="r"' in s3.put_object(Bucket=bucket, Key="a/1")["Expiration"]
    s3.delete_bucket_lifecycle(Bucket=bucket)
    assert code_of(s3.get_bucket_lifecycle_configuration, Bucket=bucket) == "NoSuchLifecycleConfiguration"


def test_logging_and_replication(s3, bucket, unique):
    target = unique("target")
    s3.create_bucket(Bucket=target)
    logging = {"LoggingEnabled": {"TargetBucket": target, "TargetPrefix": "log/"}}
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus=logging)
    assert s3.get_bucket_logging(Bucket=bucket)["LoggingEnabled"] == logging["LoggingEnabled"]
    for name in (bucket, target):
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"
    replication = {"Role": "arn:aws:iam::000000000000:role/r", "Rules": [
        {"ID": "r", "Status": "Enabled", "Prefix": "", "Destination": {"Bucket": f"arn:aws:s3:::{target}"}}]}
    s3.put_bucket_replication(Bucket=bucket, ReplicationConfiguration=replication)
    assert s3.get_bucket_replication(Bucket=bucket)["ReplicationConfiguration"] == replication
    s3.delete_bucket_replication(Bucket=bucket)
    assert code_of(s3.get_bucket_replication, Bucket=bucket) == "ReplicationConfigurationNotFoundError"


def test_settings(s3, bucket):
    s3.put_bucket_accelerate_configuration(Bucket=bucket, AccelerateConfiguration={"Status": "Enabled"})
    assert s3.get_bucket_accelerate_configuration(Bucket=bucket)["Status"] == "Enabled"
    s3.put_bucket_request_payment(Bucket=bucket, RequestPaymentConfiguration={"Payer": "Requester"})
    assert s3.get_bucket_request_payment(Bucket=bucket)["Payer"] == "Requester"
    s3.put_bucket_abac(Bucket=bucket, AbacStatus={"Status": "Enabled"})
    assert s3.get_bucket_abac(Bucket=bucket)["AbacStatus"]["Status"] == "Enabled"
    tags = [{"Key": "a", "Value": "b"}]
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tags})
    assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == tags
    s3.delete_bucket_tagging(Bucket=bucket)
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})
    assert "EventBridgeConfiguration" in s3.get_bucket_notification_configuration(Bucket=bucket)


INVENTORY = {
    "Id": "i", "IsEnabled": True, "IncludedObjectVersions": "All", "Schedule": {"Frequency": "Daily"},
    "Destination": {"S3BucketDestination": {"Bucket": "arn:aws:s3:::x", "Format": "CSV"}},
}


@pytest.mark.parametrize(
    "kind, put, get, delete, several, value",
    [
        ("InventoryConfiguration", "put_bucket_inventory_configuration", "get_bucket_inventory_configuration",
         "delete_bucket_inventory_configuration", "list_bucket_inventory_configurations", INVENTORY),
        ("MetricsConfiguration", "put_bucket_metrics_configuration", "get_bucket_metrics_configuration",
         "delete_bucket_metrics_configuration", "list_bucket_metrics_configurations", {"Id": "i"}),
        ("AnalyticsConfiguration", "put_bucket_analytics_configuration", "get_bucket_analytics_configuration",
         "delete_bucket_analytics_configuration", "list_bucket_analytics_configurations",
         {"Id": "i", "StorageClassAnalysis": {}}),
        ("IntelligentTieringConfiguration", "put_bucket_intelligent_tiering_configuration",
         "get_bucket_intelligent_tiering_configuration", "delete_bucket_intelligent_tiering_configuration",
         "list_bucket_intelligent_tiering_configurations",
         {"Id": "i", "Status": "Enabled", "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}]}),
    ],
)
def test_configurations_with_ids(s3, bucket, kind, put, get, delete, several, value):
    getattr(s3, put)(Bucket=bucket, Id="i", **{kind: value})
    assert getattr(s3, get)(Bucket=bucket, Id="i")[kind] == value
    assert getattr(s3, several)(Bucket=bucket)[f"{kind}List"] == [value]
    getattr(s3, delete)(Bucket=bucket, Id="i")
    assert code_of(getattr(s3, get), Bucket=bucket, Id="i") == "NoSuchConfiguration"


def test_acls_are_kept(s3, bucket):
    s3.put_bucket_acl(Bucket=bucket, ACL="public-read")
    assert {g["Permission"] for g in s3.get_bucket_acl(Bucket=bucket)["Grants"]} == {"FULL_CONTROL", "READ"}
    s3.put_object(Bucket=bucket, Key="k")
    s3.put_object_acl(Bucket=bucket, Key="k", ACL="public-read")
    grants = s3.get_object_acl(Bucket=bucket, Key="k")["Grants"]
    assert any(g["Grantee"].get("URI", "").endswith("/AllUsers") for g in grants)


def test_locked_versions_stay(s3, unique):
    # Retention and legal hold protect a version; a plain delete only marks.
    name = unique("locked")
    s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    rule = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}}
    s3.put_object_lock_configuration(Bucket=name, ObjectLockConfiguration=rule)
    assert s3.get_object_lock_configuration(Bucket=name)["ObjectLockConfiguration"] == rule
    version = s3.put_object(Bucket=name, Key="k")["VersionId"]
    assert s3.get_object_retention(Bucket=name, Key="k")["Retention"]["Mode"] == "GOVERNANCE"
    assert code_of(s3.delete_object, Bucket=name, Key="k", VersionId=version) == "AccessDenied"
    later = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=3)
    s3.put_object_retention(Bucket=name, Key="k", Retention={"Mode": "GOVERNANCE", "RetainUntilDate": later})
    s3.put_object_legal_hold(Bucket=name, Key="k", LegalHold={"Status": "ON"})
    assert s3.get_object_legal_hold(Bucket=name, Key="k")["LegalHold"]["Status"] == "ON"
    bypass = {"Bucket": name, "Key": "k", "VersionId": version, "BypassGovernanceRetention": True}
    assert code_of(s3.delete_object, **bypass) == "AccessDenied"
    s3.put_object_legal_hold(Bucket=name, Key="k", LegalHold={"Status": "OFF"})
    s3.delete_object(**bypass)


def test_copies_and_batches(s3, bucket):
    # Metadata goes along unless replaced; a batch reports each key.
    s3.put_object(Bucket=bucket, Key="a", Body=b"x", Metadata={"m": "1"})
    s3.copy_object(Bucket=bucket, Key="b", CopySource={"Bucket": bucket, "Key": "a"})
    assert s3.head_object(Bucket=bucket, Key="b")["Metadata"] == {"m": "1"}
    attributes = s3.get_object_attributes(Bucket=bucket, Key="b", ObjectAttributes=["ObjectSize", "ETag"])
    assert attributes["ObjectSize"] == 1
    s3.put_object_tagging(Bucket=bucket, Key="b", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    s3.delete_object_tagging(Bucket=bucket, Key="b")
    assert s3.get_object_tagging(Bucket=bucket, Key="b")["TagSet"] == []
    assert [o["Key"] for o in s3.list_objects(Bucket=bucket)["Contents"]] == ["a", "b"]
    done = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a"}, {"Key": "b"}, {"Key": "none"}]})
    assert {d["Key"] for d in done["Deleted"]} == {"a", "b", "none"}


def test_uploads_are_listed_and_aborted(s3, bucket):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    s3.upload_part(Bucket=bucket, Key="k", UploadId=upload, PartNumber=1, Body=b"x")
    assert [p["PartNumber"] for p in s3.list_parts(Bucket=bucket, Key="k", UploadId=upload)["Parts"]] == [1]
    assert [u["UploadId"] for u in s3.list_multipart_uploads(Bucket=bucket)["Uploads"]] == [upload]
    s3.abort_multipart_upload(Bucket=bucket, Key="k", UploadId=upload)
    assert code_of(s3.list_parts, Bucket=bucket, Key="k", UploadId=upload) == "NoSuchUpload"
