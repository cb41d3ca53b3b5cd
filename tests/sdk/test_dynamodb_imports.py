"""DynamoDB's imports in each format and compression, and its exports' manifests with their checksums."""

import base64
import gzip
import hashlib
import json

import pytest
from dynamodb_support import HASH, NAMES, Account

RECORDS = {
    "CSV": b'p,n\na,1\nb,2\n,no key\nc,"3,5"\n',
    "ION": b'$ion_1_0 {Item:{p:"a",n:1.}}\n$ion_1_0 {Item:{p:"b",n:2.}}\n$ion_1_0 {Item:{q:"no key"}}\n$ion_1_0 {Item:{p:"c",n:3.5}}\n',
    "DYNAMODB_JSON": b'{"Item":{"p":{"S":"a"},"n":{"N":"1"}}}\n{"Item":{"p":{"S":"b"},"n":{"N":"2"}}}\n'
                     b'{"Item":{"q":{"S":"no key"}}}\n{"Item":{"p":{"S":"c"},"n":{"N":"3.5"}}}\n',
}


def zstd(data):
    """A frame of Zstandard that holds its bytes as they are."""
    header = b"\x28\xb5\x2f\xfd\xa0" + len(data).to_bytes(4, "little")
    return header + (1 | len(data) << 3).to_bytes(3, "little") + data


PACK = {"NONE": bytes, "GZIP": gzip.compress, "ZSTD": zstd}


@pytest.fixture
def own(endpoint, admin, account, unique):
    own = Account(endpoint, admin, account)
    own.s3, own.bucket = own.client("s3"), unique("imports")
    own.s3.create_bucket(Bucket=own.bucket)
    return own


def run_import(own, table, kind, packing):
    arn = own.db.import_table(
        S3BucketSource={"S3Bucket": own.bucket, "S3KeyPrefix": "in/"}, InputFormat=kind, InputCompressionType=packing,
        TableCreationParameters={"TableName": table, "AttributeDefinitions": NAMES, "KeySchema": HASH,
                                 "BillingMode": "PAY_PER_REQUEST"})["ImportTableDescription"]["ImportArn"]
    own.settle()
    return own.db.describe_import(ImportArn=arn)["ImportTableDescription"]


@pytest.mark.parametrize("packing", PACK)
@pytest.mark.parametrize("kind", RECORDS)
def test_each_format_in_each_compression(own, kind, packing):
    """Two files of three good records and one without a key: what is good is there, what is not is counted."""
    data = RECORDS[kind]
    own.s3.put_object(Bucket=own.bucket, Key="in/1", Body=PACK[packing](data))
    own.s3.put_object(Bucket=own.bucket, Key="in/2", Body=PACK[packing](data.replace(b"c", b"d").replace(b"$ion_1_0 ", b"")))
    done = run_import(own, "copy", kind, packing)
    assert (done["ImportStatus"], done["FailureCode"]) == ("FAILED", "ItemValidationError")
    assert (done["ProcessedItemCount"], done["ImportedItemCount"], done["ErrorCount"]) == (8, 6, 2)
    kinds = ("S", "S", "3,5") if kind == "CSV" else ("N", "N", "3.5")
    last = {"n": {kinds[0]: kinds[2]}}
    assert own.items("copy") == {"a": {"n": {kinds[0]: "1"}}, "b": {"n": {kinds[0]: "2"}}, "c": last, "d": last}


@pytest.mark.parametrize("packing", ["GZIP", "ZSTD"])
def test_a_file_that_is_not_what_it_is_said_to_be(own, packing):
    """A file that cannot be unpacked counts as one error; the others are imported."""
    own.s3.put_object(Bucket=own.bucket, Key="in/1", Body=RECORDS["DYNAMODB_JSON"])
    own.s3.put_object(Bucket=own.bucket, Key="in/2", Body=PACK[packing](b'{"Item":{"p":{"S":"a"}}}\n'))
    done = run_import(own, "copy", "DYNAMODB_JSON", packing)
    assert done["ImportStatus"] == "FAILED" and done["ErrorCount"] == 1
    assert own.items("copy") == {"a": {}}


@pytest.mark.parametrize("kind", ["FULL_EXPORT", "INCREMENTAL_EXPORT"])
@pytest.mark.parametrize("written", ["DYNAMODB_JSON", "ION"])
def test_manifests_and_checksums(own, kind, written):
    """Every file of an export is named and summed: the manifests by their checksum files, the data by
    the files' manifest with the entity tag that S3 gave."""
    table = own.create("data")
    own.enable_recovery("data")
    own.advance("1m")
    start = own.now()
    for number in range(40):
        own.put("data", f"k{number}", n={"N": str(number)}, s={"BS": [b"\x00"]})
    own.advance("30m")
    span = {"IncrementalExportSpecification": {"ExportFromTime": start - 30, "ExportToTime": start + 1200}}
    arn = own.db.export_table_to_point_in_time(
        TableArn=table["TableArn"], S3Bucket=own.bucket, ExportType=kind, ExportFormat=written, S3Prefix="out",
        **(span if kind.startswith("INC") else {}))["ExportDescription"]["ExportArn"]
    own.settle()
    done = own.db.describe_export(ExportArn=arn)["ExportDescription"]
    assert (done["ExportStatus"], done["ItemCount"]) == ("COMPLETED", 40)

    def body(key):
        return own.s3.get_object(Bucket=own.bucket, Key=key)["Body"].read()

    def summed(data):
        return base64.b64encode(hashlib.md5(data).digest()).decode()

    summary = json.loads(body(done["ExportManifest"]))
    assert (summary["exportArn"], summary["tableArn"], summary["itemCount"]) == (arn, table["TableArn"], 40)
    assert (summary["outputFormat"], summary["exportType"], summary["s3Bucket"]) == (written, kind, own.bucket)
    for manifest in (done["ExportManifest"], summary["manifestFilesS3Key"]):
        checksum = manifest.removesuffix(".json") + ".checksum"
        assert body(checksum).decode().strip() == summed(body(manifest))
    total = 0
    for line in body(summary["manifestFilesS3Key"]).decode().splitlines():
        file = json.loads(line)
        assert file["md5Checksum"] == summed(body(file["dataFileS3Key"]))
        assert file["etag"] == own.s3.head_object(Bucket=own.bucket, Key=file["dataFileS3Key"])["ETag"].strip('"')
        total += len(gzip.decompress(body(file["dataFileS3Key"])).splitlines())
    assert total == 40
