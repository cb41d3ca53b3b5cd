"""Lifecycle of S3: which rules are taken, and what moves by them."""

from datetime import datetime, timedelta, timezone

import pytest
from refusals import code_and_message, code_of
from s3_clock_support import bucket, s3  # noqa: F401 (fixtures)

SMALL, LARGE = b"x", b"x" * (128 * 1024)
PREFIX_V2 = ("Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter.")


def put_rules(s3, bucket, *rules, **more):
    rules = [{"ID": f"rule {i}", "Status": "Enabled", **rule} for i, rule in enumerate(rules)]
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules}, **more)


def refusal(s3, bucket, *rules):
    return code_and_message(lambda: put_rules(s3, bucket, *rules))


def move(days, storage_class):
    return {"Days": days, "StorageClass": storage_class}


def classes(s3, bucket):
    listed = s3.list_object_versions(Bucket=bucket)["Versions"]
    return {each["Key"]: each["StorageClass"] for each in listed}


@pytest.mark.parametrize("smallest, filter_, glacier, infrequent", [
    (None, {}, "STANDARD", "STANDARD"),
    ("all_storage_classes_128K", {}, "STANDARD", "STANDARD"),
    # The archives take small objects where the configuration says that it varies.
    ("varies_by_storage_class", {}, "GLACIER", "STANDARD"),
    # A filter that speaks of sizes is always right.
    (None, {"ObjectSizeLessThan": 10}, "GLACIER", "STANDARD_IA"),
])
def test_small_objects_stay_where_they_are(s3, bucket, advance, smallest, filter_, glacier, infrequent):
    """Moving what is below 128 KiB costs more than it saves, so S3 leaves it unless asked to."""
    more = {"TransitionDefaultMinimumObjectSize": smallest} if smallest else {}
    put_rules(s3, bucket,
              {"Filter": {"Prefix": "g"} if not filter_ else {"And": {"Prefix": "g", **filter_}},
               "Transitions": [move(1, "GLACIER")]},
              {"Filter": {"Prefix": "i"} if not filter_ else {"And": {"Prefix": "i", **filter_}},
               "Transitions": [move(30, "STANDARD_IA")]}, **more)
    for key in ("g", "i"):
        s3.put_object(Bucket=bucket, Key=key + "small", Body=SMALL)
        s3.put_object(Bucket=bucket, Key=key + "large", Body=LARGE)
    advance("32d")
    found = classes(s3, bucket)
    assert (found["gsmall"], found["ismall"]) == (glacier, infrequent)
    large = ("STANDARD", "STANDARD") if filter_ else ("GLACIER", "STANDARD_IA")
    assert (found["glarge"], found["ilarge"]) == large


def test_small_noncurrent_versions_stay_as_well(s3, bucket, advance):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    put_rules(s3, bucket, {"Filter": {}, "NoncurrentVersionTransitions": [
        {"NoncurrentDays": 1, "StorageClass": "GLACIER"}]})
    for key, body in (("small", SMALL), ("large", LARGE)):
        s3.put_object(Bucket=bucket, Key=key, Body=body)
        s3.put_object(Bucket=bucket, Key=key, Body=body)
    advance("3d")
    old = {each["Key"]: each["StorageClass"] for each in s3.list_object_versions(Bucket=bucket)["Versions"]
           if not each["IsLatest"]}
    assert old == {"small": "STANDARD", "large": "GLACIER"}


ABORT = {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}}
MARKERS = {"Expiration": {"ExpiredObjectDeleteMarker": True}}
TAG = {"Tag": {"Key": "k", "Value": "v"}}


@pytest.mark.parametrize("rule, code, message", [
    ({"Filter": {}, "Transitions": [move(29, "STANDARD_IA")]}, "InvalidArgument",
     "'Days' in Transition action must be greater than or equal to 30 for storageClass 'STANDARD_IA'"),
    ({"Filter": {"Prefix": ""}, "Expiration": {"Days": 30}, "Transitions": [move(30, "GLACIER")]}, "InvalidArgument",
     "'Days' in the Expiration action for filter '(prefix=)' must be greater than 'Days' in the Transition action"),
    ({"Prefix": "a", "Expiration": {"Days": 3}, "Transitions": [move(30, "GLACIER")]}, "InvalidArgument",
     "'Days' in the Expiration action for prefix 'a' must be greater than 'Days' in the Transition action"),
    ({"Filter": {"Prefix": ""}, "Transitions": [move(1, "GLACIER"), move(2, "GLACIER")]}, "InvalidRequest",
     "'StorageClass' must be different for 'Transition' actions in same 'Rule' with filter '(prefix=)'"),
    ({"Filter": {}, "Transitions": [move(1, "GLACIER"), move(90, "DEEP_ARCHIVE")]}, "InvalidArgument",
     "'Days' in the 'Transition' action for StorageClass 'DEEP_ARCHIVE' for filter '()' must be 90 days more than "
     "'filter '()'' in the 'Transition' action for StorageClass 'GLACIER'"),
    ({"Filter": {}, "Transitions": [move(9, "GLACIER"), move(9, "DEEP_ARCHIVE")]}, "InvalidArgument",
     "'Days' in the Transition action for StorageClass 'DEEP_ARCHIVE' for filter '()' must be greater than "
     "'Days' in the Transition action for StorageClass 'GLACIER' for filter '()'"),
    ({"Filter": {"Prefix": ""}, "Expiration": {"Date": datetime(2030, 1, 1)}, "Transitions": [move(1, "GLACIER")]},
     "InvalidRequest", "Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule "
     "for filter '(prefix=)'"),
    ({"Filter": {"Prefix": ""}, "NoncurrentVersionExpiration": {"NoncurrentDays": 5}, "NoncurrentVersionTransitions": [
        {"NoncurrentDays": 5, "StorageClass": "GLACIER"}]}, "InvalidArgument",
     "'NoncurrentDays' in the NoncurrentVersionExpiration action for filter '(prefix=)' must be greater than "
     "'NoncurrentDays' in the NoncurrentVersionTransition action"),
    ({"Filter": TAG, **ABORT}, "InvalidRequest", "AbortIncompleteMultipartUpload cannot be specified with Tags."),
    ({"Filter": {"ObjectSizeLessThan": 9}, **ABORT}, "InvalidRequest",
     "AbortIncompleteMultipartUpload cannot be specified with Object Size."),
    ({"Filter": {"ObjectSizeGreaterThan": 9}, **MARKERS}, "InvalidRequest",
     "ExpiredObjectDeleteMarker cannot be specified with Object Size."),
    ({"Filter": {"ObjectSizeLessThan": 0}, "Expiration": {"Days": 1}}, "InvalidRequest",
     "'ObjectSizeLessThan' should be between 1 and 1099511627776000."),
    ({"Filter": {"And": {"ObjectSizeLessThan": 5, "ObjectSizeGreaterThan": 5}}, "Expiration": {"Days": 1}},
     "InvalidRequest", "'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'."),
    # One condition is no conjunction.
    ({"Filter": {"And": {"Prefix": "a"}}, "Expiration": {"Days": 1}}, "MalformedXML", None),
    ({"Filter": {}, "NoncurrentVersionExpiration": {"NewerNoncurrentVersions": 3}}, "MalformedXML", None),
])
def test_rules_that_s3_does_not_take(s3, bucket, rule, code, message):
    found = refusal(s3, bucket, rule)
    assert found[0] == code
    assert message is None or found[1] == message
    assert code_of(s3.get_bucket_lifecycle_configuration, Bucket=bucket) == "NoSuchLifecycleConfiguration"


def test_rules_are_all_of_one_version(s3, bucket):
    old, new = {"Prefix": "a", "Expiration": {"Days": 1}}, {"Filter": {"Prefix": "a"}, "Expiration": {"Days": 1}}
    assert refusal(s3, bucket, old, new) == ("InvalidRequest", "Filter element can only be used in Lifecycle V2.")
    assert refusal(s3, bucket, new, old) == ("InvalidRequest", PREFIX_V2)
    put_rules(s3, bucket, old, {**old, "Prefix": "b"})


def keys_of(s3, bucket):
    return sorted(each["Key"] for each in s3.list_objects_v2(Bucket=bucket).get("Contents", []))


def test_what_expires_and_what_stays(s3, bucket, advance, admin, account):
    """By days, by date, by prefix, by tag and by size, each alone and together; the answers of reads say when."""
    today = datetime.fromtimestamp(admin.now_ms(account) // 1000, timezone.utc).replace(hour=0, minute=0, second=0)
    put_rules(
        s3, bucket,
        {"Filter": {"Prefix": "days/"}, "Expiration": {"Days": 2}},
        {"Filter": {"Prefix": "date/"}, "Expiration": {"Date": today + timedelta(days=2)}},
        {"Filter": TAG, "Expiration": {"Days": 2}},
        {"Filter": {"And": {"Prefix": "big/", "ObjectSizeGreaterThan": 10}}, "Expiration": {"Days": 2}},
        {"Filter": {"And": {"Prefix": "both/", "Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]}},
         "Expiration": {"Days": 2}},
        {"Filter": {"Prefix": "never/"}, "Expiration": {"Days": 2}, "Status": "Disabled"})
    for key, body, tags in (("days/a", b"x", ""), ("date/a", b"x", ""), ("tagged", b"x", "k=v"), ("other", b"x", "k=w"),
                            ("big/a", b"x" * 11, ""), ("big/small", b"x" * 10, ""), ("both/a", b"x", "a=1&b=2"),
                            ("both/one", b"x", "a=1"), ("never/a", b"x", "")):
        s3.put_object(Bucket=bucket, Key=key, Body=body, Tagging=tags)
    told = s3.head_object(Bucket=bucket, Key="days/a")["Expiration"]
    assert 'rule-id="rule 0"' in told and "00:00:00 GMT" in told
    assert "Expiration" not in s3.head_object(Bucket=bucket, Key="other")
    everything = keys_of(s3, bucket)
    advance("1d")
    assert keys_of(s3, bucket) == everything
    advance("2d")
    assert keys_of(s3, bucket) == ["big/small", "both/one", "never/a", "other"]


def test_old_versions_markers_and_uploads_go(s3, bucket, advance):
    """Of versions that nobody reads so many are kept; a marker with nothing behind it goes, an upload is given up."""
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    put_rules(s3, bucket,
              {"Filter": {}, "NoncurrentVersionExpiration": {"NoncurrentDays": 1, "NewerNoncurrentVersions": 2}},
              {"Filter": {"Prefix": "gone"}, "NoncurrentVersionExpiration": {"NoncurrentDays": 1}},
              {"Filter": {}, "Expiration": {"ExpiredObjectDeleteMarker": True}},
              {"Filter": {"Prefix": "live"}, "Expiration": {"Days": 1}},
              {"Filter": {}, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 2}})
    for i in range(6):
        s3.put_object(Bucket=bucket, Key="many", Body=b"%d" % i)
    s3.put_object(Bucket=bucket, Key="gone", Body=b"x")
    s3.delete_object(Bucket=bucket, Key="gone")
    s3.put_object(Bucket=bucket, Key="live", Body=b"x")
    begun = s3.create_multipart_upload(Bucket=bucket, Key="upload")
    upload = begun["UploadId"]
    s3.upload_part(Bucket=bucket, Key="upload", UploadId=upload, PartNumber=1, Body=b"x")
    listed = s3.list_parts(Bucket=bucket, Key="upload", UploadId=upload)
    for told in (begun, listed):
        assert (told["AbortRuleId"], told["AbortDate"].hour, told["AbortDate"].minute) == ("rule 4", 0, 0)
    advance("2d")
    found = s3.list_object_versions(Bucket=bucket)
    assert [each["Key"] for each in found["Versions"]].count("many") == 3, "one to read and two to go back to"
    assert s3.get_object(Bucket=bucket, Key="many")["Body"].read() == b"5"
    # What expires in a versioned bucket is hidden by a marker.
    assert ("live", True) in {(each["Key"], each["IsLatest"]) for each in found["DeleteMarkers"]}
    advance("3d")
    assert "DeleteMarkers" not in s3.list_object_versions(Bucket=bucket, Prefix="gone")
    assert "Versions" not in s3.list_object_versions(Bucket=bucket, Prefix="gone")
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)
