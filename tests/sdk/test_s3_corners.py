"""Corners of S3 that clients rarely touch, answered as recordings of AWS show them."""

import base64
import io
import json
import re
import urllib.request
from datetime import datetime, timezone

import pytest

from refusals import code_of, refusal_of
from s3_support import bucket, s3  # noqa: F401

MALFORMED = "MalformedXML"


@pytest.fixture
def versioned(s3, bucket):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return bucket


def refusal(call, **arguments):
    """Status and error of the answer, without the ids of the request."""
    response = refusal_of(call, **arguments)
    error = {name: value for name, value in response["Error"].items() if name not in ("RequestId", "HostId")}
    return response["ResponseMetadata"]["HTTPStatusCode"], error


@pytest.mark.parametrize(
    "conditions, header, reason",
    [
        ({"IfNoneMatch": '"0123"'}, "If-None-Match", "We don't accept the provided value of If-None-Match header for this API"),
        ({"IfMatch": "*"}, "If-Match", "We don't accept the provided value of If-Match header for this API"),
        ({"IfMatch": '"0123"', "IfNoneMatch": "*"}, "If-Match,If-None-Match",
         "Multiple conditional request headers present in the request"),
    ],
)
def test_writes_know_one_form_of_each_condition(s3, bucket, conditions, header, reason):
    s3.put_object(Bucket=bucket, Key="source", Body=b"x")
    wanted = (501, {"Code": "NotImplemented", "Message": "A header you provided implies functionality that is not implemented",
                    "Header": header, "additionalMessage": reason})
    assert refusal(s3.put_object, Bucket=bucket, Key="k", Body=b"x", **conditions) == wanted
    copy = {"Bucket": bucket, "Key": "k", "CopySource": f"{bucket}/source"}
    assert refusal(s3.copy_object, **copy, **conditions) == wanted


def upload(s3, bucket, key, **more):
    upload_id = s3.create_multipart_upload(Bucket=bucket, Key=key, **more)["UploadId"]
    etag = s3.upload_part(Bucket=bucket, Key=key, UploadId=upload_id, PartNumber=1, Body=b"part")["ETag"]
    return {"Bucket": bucket, "Key": key, "UploadId": upload_id, "MultipartUpload": {"Parts": [{"ETag": etag, "PartNumber": 1}]}}


@pytest.mark.parametrize("form", ["{}", '"{}', '{}"', '"{}"'])
def test_tags_are_known_with_or_without_their_quotes(s3, bucket, form):
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"x")["ETag"].strip('"')
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", IfMatch=form.format(etag))
    assert s3.get_object(Bucket=bucket, Key="k", IfMatch=form.format(etag))["Body"].read() == b"x"


def test_what_happens_during_an_upload_beats_its_conditions(s3, bucket):
    first = s3.put_object(Bucket=bucket, Key="k", Body=b"1")["ETag"]
    complete = upload(s3, bucket, "k")
    second = s3.put_object(Bucket=bucket, Key="k", Body=b"2")["ETag"]
    # The condition fails before the conflict is looked for.
    assert code_of(s3.complete_multipart_upload, IfMatch=first, **complete) == "PreconditionFailed"
    assert code_of(s3.complete_multipart_upload, IfMatch=second, **complete) == "ConditionalRequestConflict"
    assert code_of(s3.complete_multipart_upload, IfNoneMatch="*", **complete) == "PreconditionFailed"
    s3.delete_object(Bucket=bucket, Key="k")
    assert code_of(s3.complete_multipart_upload, IfNoneMatch="*", **complete) == "ConditionalRequestConflict"
    s3.complete_multipart_upload(IfNoneMatch="*", **upload(s3, bucket, "k"))


def test_a_delete_marker_on_top_takes_no_changes(s3, versioned):
    s3.put_object(Bucket=versioned, Key="k", Body=b"x")
    s3.delete_object(Bucket=versioned, Key="k")
    named = {"Bucket": versioned, "Key": "k"}
    marker = (405, {"Code": "MethodNotAllowed", "Message": "The specified method is not allowed against this resource.",
                    "ResourceType": "DeleteMarker"})

    def method(name):
        return marker[0], {**marker[1], "Method": name}

    assert refusal(s3.put_object_acl, ACL="private", **named) == method("PUT")
    assert refusal(s3.put_object_tagging, Tagging={"TagSet": []}, **named) == method("PUT")
    assert refusal(s3.get_object_tagging, **named) == method("GET")
    assert refusal(s3.delete_object_tagging, **named) == method("DELETE")
    # Only reads of the object and its ACL take it for a missing key.
    assert code_of(s3.get_object_acl, **named) == code_of(s3.get_object, **named) == "NoSuchKey"


def test_a_missing_object_has_no_tags(s3, bucket):
    assert refusal(s3.get_object_tagging, Bucket=bucket, Key="gone")[1]["Key"] == f"{bucket}/gone"
    assert refusal(s3.delete_object_tagging, Bucket=bucket, Key="gone")[1]["Key"] == "gone"


@pytest.mark.parametrize("bypass", [True, False])
def test_there_is_nothing_to_bypass_without_object_lock(s3, bucket, bypass):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    assert refusal(s3.delete_object, Bucket=bucket, Key="k", BypassGovernanceRetention=bypass) == (400, {
        "Code": "InvalidArgument", "ArgumentName": "x-amz-bypass-governance-retention",
        "Message": "x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets."})
    # A batch may ask for it anyway: suites that clean up after themselves do.
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "k"}]}, BypassGovernanceRetention=bypass)
    assert code_of(s3.head_object, Bucket=bucket, Key="k") == "404"


def test_a_batch_does_not_know_odd_versions(s3, versioned):
    errors = s3.delete_objects(Bucket=versioned, Delete={"Objects": [{"Key": "k", "VersionId": "odd"}]})["Errors"]
    assert errors == [{"Key": "k", "VersionId": "odd", "Code": "NoSuchVersion",
                       "Message": "The specified version does not exist."}]


def test_a_suspended_bucket_names_the_null_version_of_a_copy(s3, versioned):
    s3.put_object(Bucket=versioned, Key="k", Body=b"x")
    s3.put_bucket_versioning(Bucket=versioned, VersioningConfiguration={"Status": "Suspended"})
    copied = s3.copy_object(Bucket=versioned, Key="c", CopySource=f"{versioned}/k")
    assert copied["VersionId"] == "null"


def test_markers_pass_the_whole_prefix_that_they_lie_in(s3, bucket):
    keys = ["f/a/1", "f/a/2", "f/k1", "f/k2"]
    uploads = [s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"] for key in keys]
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    page = {"Bucket": bucket, "Prefix": "f/", "Delimiter": "/"}
    listed = s3.list_objects(Marker="f/a/1", MaxKeys=1, **page)
    assert [entry["Key"] for entry in listed["Contents"]] == ["f/k1"] and "CommonPrefixes" not in listed
    listed = s3.list_object_versions(KeyMarker="f/a/1", MaxKeys=1, **page)
    assert [entry["Key"] for entry in listed["Versions"]] == ["f/k1"] and "CommonPrefixes" not in listed
    listed = s3.list_multipart_uploads(KeyMarker="f/a/1", MaxUploads=1, **page)
    assert [entry["UploadId"] for entry in listed["Uploads"]] == [uploads[2]]
    # The next markers are an upload's: a page of prefixes alone has none.
    listed = s3.list_multipart_uploads(MaxUploads=1, **page)
    assert (listed["NextKeyMarker"], listed["NextUploadIdMarker"], listed["IsTruncated"]) == ("", "", True)


def test_versions_go_on_behind_one_that_was_deleted(s3, versioned):
    ids = [s3.put_object(Bucket=versioned, Key="k", Body=b"x")["VersionId"] for _ in range(5)][::-1]
    page = s3.list_object_versions(Bucket=versioned, MaxKeys=3)
    for version in page["Versions"]:
        s3.delete_object(Bucket=versioned, Key="k", VersionId=version["VersionId"])
    rest = s3.list_object_versions(Bucket=versioned, KeyMarker=page["NextKeyMarker"], VersionIdMarker=page["NextVersionIdMarker"])
    assert [(version["VersionId"], version["IsLatest"]) for version in rest["Versions"]] == [(ids[3], True), (ids[4], False)]


def test_tokens_of_listings(s3, bucket):
    s3.put_object(Bucket=bucket, Key="a", Body=b"")
    s3.put_object(Bucket=bucket, Key="b", Body=b"")
    assert refusal(s3.list_objects_v2, Bucket=bucket, ContinuationToken="") == (400, {
        "Code": "InvalidArgument", "ArgumentName": "continuation-token",
        "Message": "The continuation token provided is incorrect"})
    token = s3.list_objects_v2(Bucket=bucket, MaxKeys=1)["NextContinuationToken"]
    page = s3.list_objects_v2(Bucket=bucket, ContinuationToken=token, StartAfter="z")
    assert [entry["Key"] for entry in page["Contents"]] == ["b"] and "StartAfter" not in page
    assert page["ResponseMetadata"]["HTTPHeaders"]["x-amz-bucket-region"] == "us-east-1"


def test_regions_of_buckets(s3, client, unique):
    assert refusal(s3.list_buckets, BucketRegion="eu-east-1")[1]["Message"] == "Argument value eu-east-1 is not a valid AWS Region"
    name = unique("eu")
    ireland = client("s3", region="eu-west-1")
    ireland.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "EU"})
    assert ireland.get_bucket_location(Bucket=name)["LocationConstraint"] == "EU"
    assert ireland.head_bucket(Bucket=name)["BucketRegion"] == "eu-west-1"


def test_parts_of_a_whole_have_their_own_checksum(s3, bucket):
    options = {"ChecksumAlgorithm": "CRC32", "ChecksumType": "FULL_OBJECT"}
    upload_id = s3.create_multipart_upload(Bucket=bucket, Key="k", **options)["UploadId"]
    part = s3.upload_part(Bucket=bucket, Key="k", UploadId=upload_id, PartNumber=1, Body=b"x", ChecksumAlgorithm="CRC32")
    sum_ = part["ChecksumCRC32"]
    complete = {"Bucket": bucket, "Key": "k", "UploadId": upload_id,
                "MultipartUpload": {"Parts": [{"ETag": part["ETag"], "PartNumber": 1, "ChecksumCRC32": sum_}]}}
    # Without its type a checksum is taken for one of checksums.
    assert code_of(s3.complete_multipart_upload, ChecksumCRC32=sum_, **complete) == "BadDigest"
    assert code_of(s3.complete_multipart_upload, ChecksumSHA1="AAAA", ChecksumType="FULL_OBJECT", **complete) == "BadDigest"
    s3.complete_multipart_upload(ChecksumCRC32=sum_, ChecksumType="FULL_OBJECT", **complete)
    answer = s3.get_object(Bucket=bucket, Key="k", PartNumber=1)
    assert (answer["ChecksumCRC32"], answer["ChecksumType"]) == (sum_, "FULL_OBJECT")


def test_customer_keys_in_odd_company(s3, bucket):
    key = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}
    assert refusal(s3.put_object, Bucket=bucket, Key="k", ServerSideEncryption="AES256", **key)[1]["ArgumentValue"] == "AES256"
    complete = upload(s3, bucket, "plain")
    assert "ChecksumCRC64NVME" in s3.complete_multipart_upload(**complete)
    upload_id = s3.create_multipart_upload(Bucket=bucket, Key="k", **key)["UploadId"]
    part = s3.upload_part(Bucket=bucket, Key="k", UploadId=upload_id, PartNumber=1, Body=b"x", **key)
    done = s3.complete_multipart_upload(Bucket=bucket, Key="k", UploadId=upload_id,
                                        MultipartUpload={"Parts": [{"ETag": part["ETag"], "PartNumber": 1}]}, **key)
    assert "ChecksumCRC64NVME" not in done


def test_configurations_with_ids_name_what_is_wrong(s3, bucket):
    destination = {"S3BucketDestination": {"Bucket": "no-arn", "Format": "CSV"}}
    inventory = {"Id": "a", "IsEnabled": True, "IncludedObjectVersions": "All", "Schedule": {"Frequency": "Daily"},
                 "Destination": destination}
    put = s3.put_bucket_inventory_configuration
    assert refusal(put, Bucket=bucket, Id="a", InventoryConfiguration=inventory) == (
        400, {"Code": "InvalidS3DestinationBucket", "Message": "Invalid bucket ARN."})
    assert refusal(put, Bucket=bucket, Id="b", InventoryConfiguration=inventory) == (
        400, {"Code": "IdMismatch", "Message": "Document ID does not match the specified configuration ID."})
    assert refusal(s3.get_bucket_metrics_configuration, Bucket=bucket, Id="a") == (
        404, {"Code": "NoSuchConfiguration", "Message": "The specified configuration does not exist."})


@pytest.mark.parametrize(
    "rule, code",
    [
        ({"NoncurrentVersionExpiration": {}}, MALFORMED),
        ({"Filter": {"And": {"Tags": [{"Key": "k", "Value": "1"}, {"Key": "k", "Value": "2"}]}}}, "InvalidRequest"),
    ],
)
def test_bad_lifecycle_rules(s3, bucket, rule, code):
    rule = {"ID": "r", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 1}, **rule}
    put = s3.put_bucket_lifecycle_configuration
    assert code_of(put, Bucket=bucket, LifecycleConfiguration={"Rules": [rule]}) == code


def test_sizes_that_move_to_other_classes(s3, bucket):
    rule = {"ID": "r", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 1}}
    put = {"Bucket": bucket, "LifecycleConfiguration": {"Rules": [rule]}}
    varies, usual = "varies_by_storage_class", "all_storage_classes_128K"
    assert code_of(s3.put_bucket_lifecycle_configuration, TransitionDefaultMinimumObjectSize="odd", **put) == "InvalidRequest"
    s3.put_bucket_lifecycle_configuration(TransitionDefaultMinimumObjectSize=varies, **put)
    assert s3.get_bucket_lifecycle_configuration(Bucket=bucket)["TransitionDefaultMinimumObjectSize"] == varies
    s3.put_bucket_lifecycle_configuration(**put)
    assert s3.get_bucket_lifecycle_configuration(Bucket=bucket)["TransitionDefaultMinimumObjectSize"] == usual
    # What is named by its version is shown without its end.
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket=bucket, Key="k", Body=b"x")["VersionId"]
    assert "Expiration" in s3.head_object(Bucket=bucket, Key="k")
    assert "Expiration" not in s3.head_object(Bucket=bucket, Key="k", VersionId=version)


def test_new_buckets_say_that_they_block_the_public(s3, bucket):
    block = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert all(block.values()) and len(block) == 4
    s3.delete_public_access_block(Bucket=bucket)
    assert code_of(s3.get_public_access_block, Bucket=bucket) == "NoSuchPublicAccessBlockConfiguration"


def test_log_targets_of_other_places(s3, client, bucket, unique):
    ohio = client("s3", region="us-east-2")
    theirs = unique("ohio")
    ohio.create_bucket(Bucket=theirs, CreateBucketConfiguration={"LocationConstraint": "us-east-2"})

    def enabled(target, **more):
        return {"LoggingEnabled": {"TargetBucket": target, "TargetPrefix": "log", **more}}

    error = refusal(s3.put_bucket_logging, Bucket=bucket, BucketLoggingStatus=enabled(theirs))
    assert error == (403, {"Code": "CrossLocationLoggingProhibitted", "Message": "Cross S3 location logging not allowed. ",
                           "TargetBucketLocation": "us-east-2"})
    error = refusal(ohio.put_bucket_logging, Bucket=theirs, BucketLoggingStatus=enabled(bucket))
    assert error[1]["SourceBucketLocation"] == "us-east-2"
    # AWS takes a grant that its documentation does not know.
    group = {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/s3/LogDelivery"}
    status = enabled(bucket, TargetGrants=[{"Grantee": group, "Permission": "READ_ACP"}])
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus=status)
    assert s3.get_bucket_logging(Bucket=bucket)["LoggingEnabled"] == status["LoggingEnabled"]


def test_a_retention_that_is_over_is_named_in_seattle_time(s3, unique):
    name = unique("locked")
    s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    s3.put_object(Bucket=name, Key="k", Body=b"x")

    def past(*date):
        retention = {"Mode": "GOVERNANCE", "RetainUntilDate": datetime(*date, tzinfo=timezone.utc)}
        return refusal(s3.put_object_retention, Bucket=name, Key="k", Retention=retention)[1]["ArgumentValue"]

    assert past(2020, 1, 1) == "Tue Dec 31 16:00:00 PST 2019"
    assert past(2020, 7, 1, 12) == "Wed Jul 01 05:00:00 PDT 2020"


def test_metadata_in_encoded_words_is_decoded(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"", Metadata={"b": "=?UTF-8?B?YWJj?=", "q": "=?utf-8?q?a=62_c?=", "odd": "=?x"})
    assert s3.head_object(Bucket=bucket, Key="k")["Metadata"] == {"b": "abc", "q": "ab c", "odd": "=?x"}


def test_forms_answer_with_the_checksum_and_keep_latin_headers(s3, bucket):
    form = s3.generate_presigned_post(bucket, "k", Fields={"Cache-Control": "é—"}, Conditions=[["starts-with", "$Cache-Control", ""]])
    body = io.BytesIO()
    for name, value in [*form["fields"].items(), ("file", "content")]:
        body.write(f'--B\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
    body.write(b"--B--\r\n")
    request = urllib.request.Request(form["url"], body.getvalue(), {"Content-Type": "multipart/form-data; boundary=B"})
    with urllib.request.urlopen(request) as answer:
        assert answer.headers["x-amz-checksum-type"] == "FULL_OBJECT" and answer.headers["x-amz-checksum-crc64nvme"]
    assert s3.head_object(Bucket=bucket, Key="k")["CacheControl"] == "é "


def test_a_source_without_versions_is_not_named(s3, versioned):
    s3.put_bucket_versioning(Bucket=versioned, VersioningConfiguration={"Status": "Suspended"})
    s3.put_object(Bucket=versioned, Key="k", Body=b"x")
    assert "CopySourceVersionId" not in s3.copy_object(Bucket=versioned, Key="c", CopySource=f"{versioned}/k")


@pytest.mark.parametrize("algorithm, empty", [
    ("MD5", "d41d8cd98f00b204e9800998ecf8427e"), ("XXHASH64", "ef46db3751d8e999"),
    ("XXHASH3", "2d06800538d394c2"), ("XXHASH128", "99aa06d3014798d86001c324468d497f")])
def test_an_upload_is_completed_under_each_of_the_newer_checksums(s3, bucket, algorithm, empty):
    """Each part is listed with its checksum, here the one of no bytes."""
    value = {f"Checksum{algorithm}": base64.b64encode(bytes.fromhex(empty)).decode()}
    where = {"Bucket": bucket, "Key": "k"}
    where["UploadId"] = s3.create_multipart_upload(**where, ChecksumAlgorithm=algorithm)["UploadId"]
    etag = s3.upload_part(**where, PartNumber=1, Body=b"", **value)["ETag"]
    part = {"PartNumber": 1, "ETag": etag}
    assert code_of(s3.complete_multipart_upload, **where, MultipartUpload={"Parts": [part]}) == "InvalidRequest"
    done = s3.complete_multipart_upload(**where, MultipartUpload={"Parts": [part | value]})
    assert done["ChecksumType"] == "COMPOSITE" and done[f"Checksum{algorithm}"].endswith("-1")


def test_versions_and_markers_are_listed_in_one_order(s3, versioned):
    """By key, the youngest first: clients that read the elements as they come rely on it."""
    for key in "ab":
        s3.put_object(Bucket=versioned, Key=key, Body=b"1")
        s3.delete_object(Bucket=versioned, Key=key)
        s3.put_object(Bucket=versioned, Key=key, Body=b"2")
    url = s3.generate_presigned_url("list_object_versions", Params={"Bucket": versioned})
    with urllib.request.urlopen(url) as answer:
        shown = re.findall("<(Version|DeleteMarker)>.*?<Key>(.)<", answer.read().decode())
    kinds = ["Version", "DeleteMarker", "Version"]
    assert shown == [(kind, key) for key in "ab" for kind in kinds]


def test_nobody_turns_mfa_delete_on(s3, bucket):
    """There are no devices here: S3's own words for a request without one, and versioning stays as it is."""
    put = {"Bucket": bucket, "VersioningConfiguration": {"Status": "Enabled", "MFADelete": "Enabled"}}
    assert refusal(s3.put_bucket_versioning, **put) == (
        403, {"Code": "AccessDenied", "Message": "Mfa Authentication must be used for this request"})
    assert "Status" not in s3.get_bucket_versioning(Bucket=bucket)


def test_events_for_eventbridge_are_recorded(s3, bucket, admin):
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})
    s3.put_object(Bucket=bucket, Key="a b", Body=b"xy")
    s3.delete_object(Bucket=bucket, Key="a b")
    admin.settle()
    events = [json.loads(message["body"]) for message in admin.captured("eventbridge") if bucket in message["source"]]
    assert [event["detail-type"] for event in events] == ["Object Created", "Object Deleted"]
    made, gone = (event["detail"] for event in events)
    assert (made["bucket"]["name"], made["object"]["key"], made["object"]["size"]) == (bucket, "a b", 2)
    assert (made["reason"], gone["deletion-type"]) == ("PutObject", "Permanently Deleted")
    assert made["object"]["sequencer"] < gone["object"]["sequencer"]
