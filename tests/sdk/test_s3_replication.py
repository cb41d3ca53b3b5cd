"""Replication between buckets of the daemon."""

import pytest

from refusals import code_of as error_of
from s3_support import s3  # noqa: F401

ROLE = "arn:aws:iam::000000000000:role/replication"


@pytest.fixture
def versioned(s3, unique):
    def make():
        name = unique("versioned")
        s3.create_bucket(Bucket=name)
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        return name

    return make


def rule(target, markers="Disabled", priority=1, **members):
    return {"Status": "Enabled", "Priority": priority, "DeleteMarkerReplication": {"Status": markers},
            "Destination": {"Bucket": f"arn:aws:s3:::{target}"}, "Filter": {"Prefix": ""}, **members}


def replicate(s3, source, *rules):
    s3.put_bucket_replication(Bucket=source, ReplicationConfiguration={"Role": ROLE, "Rules": list(rules)})


def status_of(s3, bucket, key):
    return s3.head_object(Bucket=bucket, Key=key).get("ReplicationStatus")


def keys_of(s3, bucket):
    return [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


def test_a_new_object_is_replicated_with_all_that_it_has(s3, versioned, admin):
    # A replica is the same version elsewhere: bytes, metadata, tags, version id.
    source, target = versioned(), versioned()
    s3.put_object(Bucket=source, Key="before", Body=b"x")
    replicate(s3, source, rule(target))
    put = s3.put_object(Bucket=source, Key="k", Body=b"body" * 50_000, Metadata={"a": "1"}, Tagging="t=1",
                        ContentType="text/plain")
    admin.settle()
    found = s3.get_object(Bucket=target, Key="k")
    assert found["Body"].read() == b"body" * 50_000
    assert (found["Metadata"], found["ContentType"], found["TagCount"]) == ({"a": "1"}, "text/plain", 1)
    assert (found["VersionId"], found["ETag"]) == (put["VersionId"], put["ETag"])
    assert found["ReplicationStatus"] == "REPLICA"
    assert status_of(s3, source, "k") == "COMPLETED"
    # Objects of the time before the rule stay where they are.
    assert keys_of(s3, target) == ["k"] and status_of(s3, source, "before") is None


def test_rules_choose_by_prefix_and_tags(s3, versioned, admin):
    source, logs, kept = versioned(), versioned(), versioned()
    tagged = {"And": {"Prefix": "d/", "Tags": [{"Key": "keep", "Value": "yes"}]}}
    replicate(s3, source, rule(logs, Filter={"Prefix": "logs/"}), rule(kept, priority=2, Filter=tagged))
    for key, tagging in [("logs/1", ""), ("d/1", "keep=yes"), ("d/2", "keep=no"), ("other", "keep=yes")]:
        s3.put_object(Bucket=source, Key=key, Body=b"x", Tagging=tagging)
    admin.settle()
    assert keys_of(s3, logs) == ["logs/1"] and keys_of(s3, kept) == ["d/1"]
    assert [status_of(s3, source, key) for key in ("logs/1", "d/1", "d/2", "other")] == [
        "COMPLETED", "COMPLETED", None, None]


def test_one_object_goes_to_several_buckets(s3, versioned, admin):
    source, first, second = versioned(), versioned(), versioned()
    replicate(s3, source, rule(first), rule(second, priority=2))
    s3.put_object(Bucket=source, Key="k", Body=b"x")
    admin.settle()
    assert keys_of(s3, first) == keys_of(s3, second) == ["k"] and status_of(s3, source, "k") == "COMPLETED"


def test_the_highest_priority_decides_how_a_replica_differs(s3, versioned, admin):
    source, target = versioned(), versioned()
    destination = {"Bucket": f"arn:aws:s3:::{target}", "StorageClass": "STANDARD_IA"}
    replicate(s3, source, rule(target, priority=1), rule(target, priority=7, Destination=destination))
    s3.put_object(Bucket=source, Key="k", Body=b"x")
    admin.settle()
    assert s3.head_object(Bucket=target, Key="k")["StorageClass"] == "STANDARD_IA"
    assert "StorageClass" not in s3.head_object(Bucket=source, Key="k")


@pytest.mark.parametrize("markers, gone", [("Enabled", True), ("Disabled", False)])
def test_delete_markers_go_only_where_a_rule_asks(s3, versioned, admin, markers, gone):
    source, target = versioned(), versioned()
    replicate(s3, source, rule(target, markers=markers))
    version = s3.put_object(Bucket=source, Key="k", Body=b"x")["VersionId"]
    s3.delete_object(Bucket=source, Key="k")
    admin.settle()
    assert keys_of(s3, target) == ([] if gone else ["k"])
    # The removal of a version is never replicated: it protects from malice.
    s3.delete_object(Bucket=source, Key="k", VersionId=version)
    admin.settle()
    assert s3.get_object(Bucket=target, Key="k", VersionId=version)["Body"].read() == b"x"


def test_delete_markers_of_lifecycle_stay_where_they_are(client, account, unique, admin):
    # Only those that users make are replicated, whatever the rule says.
    s3 = client("s3", access_key=account)
    source, target = unique("versioned"), unique("versioned")
    for name in (source, target):
        s3.create_bucket(Bucket=name)
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    replicate(s3, source, rule(target, markers="Enabled"))
    s3.put_object(Bucket=source, Key="k", Body=b"x")
    expire = {"ID": "r", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 1}}
    s3.put_bucket_lifecycle_configuration(Bucket=source, LifecycleConfiguration={"Rules": [expire]})
    admin.advance("72h", account=account)
    admin.settle(account=account)
    assert (keys_of(s3, source), keys_of(s3, target)) == ([], ["k"])


def test_replicas_may_belong_to_another_account(client, unique, admin):
    """The owner of the target's bucket owns them where the rule says so, in the class that it names."""
    source, target = unique("versioned"), unique("versioned")
    ours, theirs = client("s3", access_key="111111111111"), client("s3", access_key="222222222222")
    for s3, name in ((ours, source), (theirs, target)):
        s3.create_bucket(Bucket=name)
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    replicate(ours, source, rule(target, Destination={
        "Bucket": f"arn:aws:s3:::{target}", "Account": "222222222222", "StorageClass": "STANDARD_IA",
        "AccessControlTranslation": {"Owner": "Destination"}}))
    ours.put_object(Bucket=source, Key="k", Body=b"x")
    admin.settle("111111111111")
    found = theirs.get_object(Bucket=target, Key="k")
    assert (found["Body"].read(), found["ReplicationStatus"], found["StorageClass"]) == (b"x", "REPLICA", "STANDARD_IA")
    assert theirs.get_object_acl(Bucket=target, Key="k")["Owner"] == theirs.list_buckets()["Owner"]
    assert status_of(ours, source, "k") == "COMPLETED"


def test_later_changes_of_tags_follow(s3, versioned, admin):
    source, target = versioned(), versioned()
    replicate(s3, source, rule(target))
    s3.put_object(Bucket=source, Key="k", Body=b"x", Tagging="a=1")
    admin.settle()
    s3.put_object_tagging(Bucket=source, Key="k", Tagging={"TagSet": [{"Key": "b", "Value": "2"}]})
    admin.settle()
    assert s3.get_object_tagging(Bucket=target, Key="k")["TagSet"] == [{"Key": "b", "Value": "2"}]
    assert len(s3.list_object_versions(Bucket=target)["Versions"]) == 1
    assert status_of(s3, source, "k") == "COMPLETED" and status_of(s3, target, "k") == "REPLICA"


def test_multipart_objects_copies_and_annotations_are_replicated(s3, versioned, admin):
    source, target = versioned(), versioned()
    s3.put_object(Bucket=source, Key="annotated", Body=b"x")
    s3.put_object_annotation(Bucket=source, Key="annotated", AnnotationName="n", AnnotationPayload=b"note")
    replicate(s3, source, rule(target))
    upload = s3.create_multipart_upload(Bucket=source, Key="parts")["UploadId"]
    parts = []
    for number, size in ((1, 5 << 20), (2, 10)):
        part = s3.upload_part(Bucket=source, Key="parts", UploadId=upload, PartNumber=number, Body=b"p" * size)
        parts.append({"PartNumber": number, "ETag": part["ETag"]})
    s3.complete_multipart_upload(Bucket=source, Key="parts", UploadId=upload, MultipartUpload={"Parts": parts})
    s3.copy_object(Bucket=source, Key="copy", CopySource={"Bucket": source, "Key": "annotated"})
    admin.settle()
    replica = s3.get_object(Bucket=target, Key="parts")
    assert replica["ETag"].endswith('-2"') and len(replica["Body"].read()) == (5 << 20) + 10
    s3.delete_object(Bucket=source, Key="parts")
    assert s3.get_object(Bucket=target, Key="parts", PartNumber=2)["Body"].read() == b"p" * 10
    note = s3.get_object_annotation(Bucket=target, Key="copy", AnnotationName="n")
    assert note["AnnotationPayload"].read() == b"note"


def test_replicas_are_not_replicated_again(s3, versioned, admin):
    # Two buckets that replicate into each other would never come to rest.
    first, second = versioned(), versioned()
    replicate(s3, first, rule(second))
    replicate(s3, second, rule(first))
    s3.put_object(Bucket=first, Key="k", Body=b"x")
    admin.settle()
    assert len(s3.list_object_versions(Bucket=first)["Versions"]) == 1
    assert len(s3.list_object_versions(Bucket=second)["Versions"]) == 1


def test_a_target_that_is_gone_fails_the_replication(s3, versioned, admin):
    source, target = versioned(), versioned()
    replicate(s3, source, rule(target))
    s3.delete_bucket(Bucket=target)
    s3.put_object(Bucket=source, Key="k", Body=b"x")
    admin.settle()
    assert status_of(s3, source, "k") == "FAILED"


def test_bad_rules_are_refused(s3, versioned, unique):
    source, target = versioned(), versioned()

    def code(*rules):
        return error_of(s3.put_bucket_replication, Bucket=source,
                        ReplicationConfiguration={"Role": ROLE, "Rules": list(rules)})

    plain = unique("plain")
    s3.create_bucket(Bucket=plain)
    assert code(rule(plain)) == "InvalidRequest"
    assert code(rule(source)) == "InvalidRequest"
    without = rule(target)
    del without["DeleteMarkerReplication"]
    assert code(without) == "InvalidRequest"
    assert code(rule(target, markers="Enabled", Filter={"Tag": {"Key": "a", "Value": "b"}})) == "InvalidRequest"
    assert code(rule(target), rule(target)) == "InvalidRequest"
    replicate(s3, source, rule(target))
    assert error_of(s3.put_bucket_versioning, Bucket=source,
                    VersioningConfiguration={"Status": "Suspended"}) == "InvalidBucketState"
