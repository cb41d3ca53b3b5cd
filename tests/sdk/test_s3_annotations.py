"""Annotations of S3 objects, and changing the encryption of a stored object."""

import pytest

from refusals import code_and_status as error_of
from s3_support import s3  # noqa: F401


@pytest.fixture
def bucket(s3, unique):
    name = unique("annotated")
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="k", Body=b"body")
    return name


def annotate(s3, bucket, name, payload, key="k", **arguments):
    return s3.put_object_annotation(
        Bucket=bucket, Key=key, AnnotationName=name, AnnotationPayload=payload, **arguments)


def payload_of(s3, bucket, name, key="k", **arguments):
    answer = s3.get_object_annotation(Bucket=bucket, Key=key, AnnotationName=name, **arguments)
    return answer["AnnotationPayload"].read()


def names_of(s3, bucket, key="k", **arguments):
    answer = s3.list_object_annotations(Bucket=bucket, Key=key, **arguments)
    return [entry["AnnotationName"] for entry in answer.get("Annotations", [])]


def test_annotations_come_back_as_they_were_put(s3, bucket):
    # The object is not touched: neither its bytes nor its entity tag.
    before = s3.head_object(Bucket=bucket, Key="k")
    put = annotate(s3, bucket, "labels", b'{"cat": 0.9}')
    assert put["AnnotationName"] == "labels" and put["Key"] == "k" and put["ETag"]
    assert payload_of(s3, bucket, "labels", ChecksumMode="ENABLED") == b'{"cat": 0.9}'
    annotate(s3, bucket, "labels", "größer".encode() * 20_000)
    assert payload_of(s3, bucket, "labels") == "größer".encode() * 20_000
    after = s3.head_object(Bucket=bucket, Key="k")
    assert (after["ETag"], after["LastModified"]) == (before["ETag"], before["LastModified"])


def test_annotations_are_listed_in_pages(s3, bucket):
    for i in range(5):
        annotate(s3, bucket, f"a{i}", b"x" * (i + 1))
    annotate(s3, bucket, "other", b"x")
    first = s3.list_object_annotations(Bucket=bucket, Key="k", MaxAnnotationResults=2, AnnotationPrefix="a")
    assert [(e["AnnotationName"], e["Size"]) for e in first["Annotations"]] == [("a0", 1), ("a1", 2)]
    assert first["AnnotationCount"] == 2
    rest = names_of(s3, bucket, AnnotationPrefix="a", ContinuationToken=first["NextContinuationToken"])
    assert rest == ["a2", "a3", "a4"]
    assert len(names_of(s3, bucket)) == 6


def test_annotations_go_with_their_version(s3, bucket):
    # An annotation belongs to one version: a new one begins without, and the old one keeps its own.
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    old = s3.put_object(Bucket=bucket, Key="v", Body=b"1")["VersionId"]
    annotate(s3, bucket, "n", b"old", key="v")
    s3.put_object(Bucket=bucket, Key="v", Body=b"2")
    assert names_of(s3, bucket, key="v") == []
    assert payload_of(s3, bucket, "n", key="v", VersionId=old) == b"old"
    s3.delete_object(Bucket=bucket, Key="v", VersionId=old)
    assert error_of(s3.get_object_annotation, Bucket=bucket, Key="v", AnnotationName="n", VersionId=old) == (
        "NoSuchVersion", 404)


def test_copies_take_annotations_along_unless_excluded(s3, bucket):
    annotate(s3, bucket, "n", b"kept")
    source = {"Bucket": bucket, "Key": "k"}
    s3.copy_object(Bucket=bucket, Key="copy", CopySource=source)
    assert payload_of(s3, bucket, "n", key="copy") == b"kept"
    s3.copy_object(Bucket=bucket, Key="bare", CopySource=source, AnnotationDirective="EXCLUDE")
    assert names_of(s3, bucket, key="bare") == []
    # A copy onto itself replaces the version that the annotations belong to.
    s3.copy_object(Bucket=bucket, Key="k", CopySource=source, MetadataDirective="REPLACE")
    assert payload_of(s3, bucket, "n") == b"kept"
    s3.delete_object(Bucket=bucket, Key="k")
    assert payload_of(s3, bucket, "n", key="copy") == b"kept"


def test_deleting_an_annotation(s3, bucket):
    annotate(s3, bucket, "n", b"x")
    assert error_of(s3.delete_object_annotation, Bucket=bucket, Key="k", AnnotationName="n",
                    ObjectIfMatch='"other"') == ("PreconditionFailed", 412)
    etag = s3.head_object(Bucket=bucket, Key="k")["ETag"]
    deleted = s3.delete_object_annotation(Bucket=bucket, Key="k", AnnotationName="n", ObjectIfMatch=etag)
    assert deleted["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert error_of(s3.get_object_annotation, Bucket=bucket, Key="k", AnnotationName="n") == (
        "NoSuchAnnotation", 404)


@pytest.mark.parametrize("name, payload, expected", [
    ("awsName", b"x", ("InvalidAnnotationName", 400)),
    ("S3-name", b"x", ("InvalidAnnotationName", 400)),
    ("n" * 513, b"x", ("AnnotationNameTooLong", 400)),
    ("n", b"\xff\xfe", ("UnsupportedMediaType", 415)),
    ("n", b"", ("InvalidRequest", 400)),
    ("n", b"x" * (1024 * 1024 + 1), ("EntityTooLarge", 400)),
])
def test_bad_annotations_are_refused(s3, bucket, name, payload, expected):
    assert error_of(s3.put_object_annotation, Bucket=bucket, Key="k", AnnotationName=name,
                    AnnotationPayload=payload) == expected
    assert names_of(s3, bucket) == []


def test_annotations_of_what_is_not_there(s3, bucket):
    assert error_of(s3.put_object_annotation, Bucket=bucket, Key="none", AnnotationName="n",
                    AnnotationPayload=b"x") == ("NoSuchKey", 404)
    assert error_of(s3.list_object_annotations, Bucket=bucket, Key="none") == ("NoSuchKey", 404)


def test_an_object_has_at_most_a_thousand_annotations(s3, bucket):
    for i in range(1000):
        annotate(s3, bucket, f"n{i}", b"x")
    assert error_of(s3.put_object_annotation, Bucket=bucket, Key="k", AnnotationName="more",
                    AnnotationPayload=b"x") == ("AnnotationLimitExceeded", 400)
    annotate(s3, bucket, "n0", b"replaced")
    s3.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": "k"})
    assert len(names_of(s3, bucket, key="copy")) == 1000


def test_the_encryption_of_a_stored_object_changes_alone(s3, bucket):
    key = "arn:aws:kms:us-east-1:000000000000:key/11111111-2222-3333-4444-555555555555"
    before = s3.head_object(Bucket=bucket, Key="k")
    target = {"SSEKMS": {"KMSKeyArn": key, "BucketKeyEnabled": True}}
    s3.update_object_encryption(Bucket=bucket, Key="k", ObjectEncryption=target)
    after = s3.head_object(Bucket=bucket, Key="k")
    assert (after["ServerSideEncryption"], after["SSEKMSKeyId"], after["BucketKeyEnabled"]) == (
        "aws:kms", key, True)
    assert (after["ETag"], after["LastModified"]) == (before["ETag"], before["LastModified"])


def test_encryption_that_cannot_be_changed(s3, bucket):
    target = {"SSEKMS": {"KMSKeyArn": "arn:aws:kms:us-east-1:000000000000:key/1"}}
    assert error_of(s3.update_object_encryption, Bucket=bucket, Key="none", ObjectEncryption=target) == (
        "NoSuchKey", 404)
    assert error_of(s3.update_object_encryption, Bucket=bucket, Key="k",
                    ObjectEncryption={"SSEKMS": {"KMSKeyArn": "no-arn-but-twenty-long"}}) == (
        "InvalidRequest", 400)
    s3.put_object(Bucket=bucket, Key="own", Body=b"x", SSECustomerAlgorithm="AES256", SSECustomerKey="k" * 32)
    assert error_of(s3.update_object_encryption, Bucket=bucket, Key="own", ObjectEncryption=target) == (
        "InvalidRequest", 400)
