"""DynamoDB's exports to S3, imports and bulk puts from it, in one daemon."""

import base64
import gzip
import hashlib
import json
import signal

import pytest
from conftest import Admin
from dynamodb_support import HASH, NAMES, Account, refused


@pytest.fixture
def own(endpoint, admin, account):
    found = Account(endpoint, admin, account)
    found.s3 = found.client("s3")
    return found


@pytest.fixture
def bucket(own, unique):
    name = unique("transfer")
    own.s3.create_bucket(Bucket=name)
    return name


def body(own, bucket, key):
    return own.s3.get_object(Bucket=bucket, Key=key)["Body"].read()


def export(own, arn, bucket, **options):
    """Runs an export to its end; its description, summary manifest and data lines."""
    started = own.db.export_table_to_point_in_time(TableArn=arn, S3Bucket=bucket, **options)["ExportDescription"]
    assert started["ExportStatus"] == "IN_PROGRESS"
    own.settle()
    done = own.db.describe_export(ExportArn=started["ExportArn"])["ExportDescription"]
    assert done["ExportStatus"] == "COMPLETED", done
    summary = json.loads(body(own, bucket, done["ExportManifest"]))
    lines = []
    for line in body(own, bucket, summary["manifestFilesS3Key"]).decode().splitlines():
        file = json.loads(line)
        packed = body(own, bucket, file["dataFileS3Key"])
        assert base64.b64encode(hashlib.md5(packed).digest()).decode() == file["md5Checksum"]
        unpacked = gzip.decompress(packed).decode().splitlines()
        assert len(unpacked) == file["itemCount"]
        lines += unpacked
    assert summary["itemCount"] == done["ItemCount"] == len(lines)
    return done, summary, lines


def test_full_export(own, bucket):
    """An export holds the table's items at its time, with manifests that lead to them."""
    table = own.create("data")
    own.enable_recovery("data")
    for number in range(20):
        own.put("data", f"k{number}", n={"N": str(number)})
    then = own.now()
    own.advance("1m")
    own.put("data", "later")
    done, summary, lines = export(own, table["TableArn"], bucket, S3Prefix="to")
    assert {json.loads(line)["Item"]["p"]["S"] for line in lines} == set(own.items("data"))
    assert done["ExportManifest"].startswith("to/AWSDynamoDB/") and summary["outputFormat"] == "DYNAMODB_JSON"
    folder = done["ExportManifest"].rsplit("/", 1)[0]
    keys = {entry["Key"] for entry in own.s3.list_objects_v2(Bucket=bucket, Prefix=folder)["Contents"]}
    assert {f"{folder}/{name}" for name in ("_started", "manifest-summary.checksum", "manifest-files.checksum")} < keys
    _, _, lines = export(own, table["TableArn"], bucket, ExportTime=then)
    assert "later" not in {json.loads(line)["Item"]["p"]["S"] for line in lines} and len(lines) == 20


def test_ion_export_and_filter(own, bucket):
    """Ion text has decimals; a filter leaves items and attributes out."""
    table = own.create("data")
    own.enable_recovery("data")
    own.put("data", "a", n={"N": "103"}, tags={"SS": ["x"]})
    own.put("data", "b", n={"N": "7"})
    _, summary, lines = export(own, table["TableArn"], bucket, ExportFormat="ION", FilterSpecification={
        "FilterExpression": "n > :n", "ProjectionExpression": "p, n", "ExpressionAttributeValues": {":n": {"N": "50"}}})
    assert lines == ['$ion_1_0 {Item:{p:"a",n:103.}}'] and summary["outputFormat"] == "ION"
    assert refused(own.db.export_table_to_point_in_time, TableArn=table["TableArn"], S3Bucket=bucket,
                   FilterSpecification={"FilterExpression": "n >"})[0] == "ValidationException"


def test_incremental_export(own, bucket):
    """An increment has what changed in its span: first old and last new image, and the time of the last write."""
    table = own.create("data")
    own.enable_recovery("data")
    own.put("data", "changed", n={"N": "0"})
    own.put("data", "gone", n={"N": "1"})
    own.put("data", "same")
    own.advance("1h")
    start = own.now()
    for number in (1, 2):
        own.advance("1m")
        own.put("data", "changed", n={"N": str(number)})
    written = own.now()
    own.put("data", "new")
    own.delete("data", "gone")
    own.advance("30m")
    own.put("data", "after")
    span = {"ExportFromTime": start, "ExportToTime": start + 1200}
    _, summary, lines = export(own, table["TableArn"], bucket, ExportType="INCREMENTAL_EXPORT",
                               IncrementalExportSpecification=span)
    changes = {change["Keys"]["p"]["S"]: change for change in map(json.loads, lines)}
    assert set(changes) == {"changed", "gone", "new"}
    assert changes["changed"]["OldImage"]["n"] == {"N": "0"} and changes["changed"]["NewImage"]["n"] == {"N": "2"}
    assert int(changes["changed"]["Metadata"]["WriteTimestampMicros"]["N"]) == pytest.approx(written * 1e6, abs=2e6)
    assert "NewImage" not in changes["gone"] and "OldImage" not in changes["new"]
    assert summary["exportType"] == "INCREMENTAL_EXPORT"
    assert summary["outputView"] == "NEW_AND_OLD_IMAGES"


def test_export_refusals_and_lists(own, bucket, unique):
    """Times outside of recovery, repeated tokens, buckets that are not there; listings in pages."""
    table = own.create("data")
    ask = dict(TableArn=table["TableArn"], S3Bucket=bucket)
    start = own.db.export_table_to_point_in_time
    assert refused(start, **ask)[0] == "PointInTimeRecoveryUnavailableException"
    own.enable_recovery("data")
    own.advance("1h")
    assert refused(start, ExportTime=own.now() + 60, **ask)[0] == "InvalidExportTimeException"
    assert refused(start, ExportTime=own.now() - 7200, **ask)[0] == "InvalidExportTimeException"
    assert refused(start, ExportType="INCREMENTAL_EXPORT", **ask)[0] == "ValidationException"
    assert refused(start, **{**ask, "TableArn": table["TableArn"] + "x"}) == (
        "TableNotFoundException", f"Table not found: {table['TableArn']}x")
    first = start(ClientToken="once", **ask)["ExportDescription"]["ExportArn"]
    assert start(ClientToken="once", **ask)["ExportDescription"]["ExportArn"] == first
    assert refused(start, ClientToken="once", ExportFormat="ION", **ask) == (
        "ExportConflictException", "Export conflict: Duplicate request detected with conflicting parameters")
    failing = start(**{**ask, "S3Bucket": unique("none")})["ExportDescription"]["ExportArn"]
    own.settle()
    failed = own.db.describe_export(ExportArn=failing)["ExportDescription"]
    assert (failed["ExportStatus"], failed["FailureCode"]) == ("FAILED", "S3NoSuchBucket")
    page = own.db.list_exports(TableArn=table["TableArn"], MaxResults=1)
    rest = own.db.list_exports(TableArn=table["TableArn"], NextToken=page["NextToken"])
    listed = [entry["ExportArn"] for entry in page["ExportSummaries"] + rest["ExportSummaries"]]
    assert listed == sorted([first, failing], reverse=True) and "NextToken" not in rest
    assert refused(own.db.describe_export, ExportArn=first + "x")[0] == "ExportNotFoundException"
    assert refused(own.db.describe_export, ExportArn=table["TableArn"]) == ("ValidationException", "Invalid Export ARN")


def run_import(own, bucket, file_format, **options):
    """Imports to the table "copy" and waits for the end."""
    parameters = {"TableName": "copy", "AttributeDefinitions": NAMES, "KeySchema": HASH, "BillingMode": "PAY_PER_REQUEST"}
    parameters.update(options.pop("table", {}))
    started = own.db.import_table(S3BucketSource={"S3Bucket": bucket, **options.pop("source", {})},
                                  InputFormat=file_format, TableCreationParameters=parameters, **options)
    assert started["ImportTableDescription"]["ImportStatus"] == "IN_PROGRESS"
    own.settle()
    arn = started["ImportTableDescription"]["ImportArn"]
    return own.db.describe_import(ImportArn=arn)["ImportTableDescription"]


def test_import_what_was_exported(own, bucket):
    """A table goes to S3 and comes back the same, by either format."""
    table = own.create("data")
    own.enable_recovery("data")
    for number in range(50):
        own.put("data", f"k{number}", n={"N": f"{number}.5"}, b={"B": b"\x00\xff"}, s={"NS": ["1", "2"]},
                l={"L": [{"M": {"a b": {"NULL": True}}}, {"BOOL": False}]}, t={"S": 'q"\n\\'})
    for file_format in ("DYNAMODB_JSON", "ION"):
        done, _, _ = export(own, table["TableArn"], bucket, ExportFormat=file_format, S3Prefix=file_format)
        data = done["ExportManifest"].rsplit("/", 1)[0] + "/data/"
        result = run_import(own, bucket, file_format, source={"S3KeyPrefix": data}, InputCompressionType="GZIP")
        assert (result["ImportStatus"], result["ErrorCount"], result["ImportedItemCount"]) == ("COMPLETED", 0, 50)
        assert own.db.describe_table(TableName="copy")["Table"]["TableStatus"] == "ACTIVE"
        assert own.items("copy") == own.items("data")
        own.db.delete_table(TableName="copy")


def test_import_csv(own, bucket):
    """CSV keys have the types of their definitions, everything else is text."""
    own.s3.put_object(Bucket=bucket, Key="in/a.csv", Body=b'p;n;text\n1;5;"a;b"\n2;6;\nx;7;bad key\n')
    result = run_import(own, bucket, "CSV", source={"S3KeyPrefix": "in/"},
                        InputFormatOptions={"Csv": {"Delimiter": ";"}},
                        table={"AttributeDefinitions": [{"AttributeName": "p", "AttributeType": "N"}]})
    assert (result["ProcessedItemCount"], result["ImportedItemCount"], result["ErrorCount"]) == (3, 2, 1)
    assert result["FailureCode"] == "ItemValidationError"
    found = own.db.get_item(TableName="copy", Key={"p": {"N": "1"}})["Item"]
    assert found == {"p": {"N": "1"}, "n": {"S": "5"}, "text": {"S": "a;b"}}


def test_import_errors_and_lists(own, bucket, unique):
    """An import with a bad record fails and keeps the good ones; without its bucket it leaves no table."""
    own.s3.put_object(Bucket=bucket, Key="1", Body=b'{"Item":{"p":{"S":"a"}}}\n{"Item":{"q":{"S":"no key"}}}\n{\n')
    own.s3.put_object(Bucket=bucket, Key="2", Body=b'{"Item":{"p":{"S":"b"}}}\n')
    result = run_import(own, bucket, "DYNAMODB_JSON")
    assert (result["ImportedItemCount"], result["ErrorCount"], result["ProcessedItemCount"]) == (2, 2, 4)
    assert (result["ImportStatus"], result["FailureCode"]) == ("FAILED", "ItemValidationError")
    assert set(own.items("copy")) == {"a", "b"}
    code, message = refused(own.db.import_table, S3BucketSource={"S3Bucket": bucket}, InputFormat="ION",
                            TableCreationParameters={"TableName": "copy", "AttributeDefinitions": NAMES,
                                                     "KeySchema": HASH, "BillingMode": "PAY_PER_REQUEST"})
    assert code == "ResourceInUseException" and "copy" in message
    failed = run_import(own, unique("none"), "DYNAMODB_JSON", table={"TableName": "empty"})
    assert (failed["ImportStatus"], failed["FailureCode"]) == ("FAILED", "S3NoSuchBucket")
    assert failed["TableArn"].endswith(":table/empty") and own.db.list_tables()["TableNames"] == ["copy"]
    nothing = run_import(own, bucket, "DYNAMODB_JSON", table={"TableName": "empty"}, source={"S3KeyPrefix": "none"})
    assert (nothing["ImportStatus"], nothing["ProcessedItemCount"], nothing["ErrorCount"]) == ("COMPLETED", 0, 0)
    assert nothing["S3BucketSource"]["S3BucketOwner"] == own.name
    assert own.items("empty") == {}
    page = own.db.list_imports(PageSize=1)
    rest = own.db.list_imports(NextToken=page["NextToken"])
    statuses = [entry["ImportStatus"] for entry in page["ImportSummaryList"] + rest["ImportSummaryList"]]
    assert sorted(statuses) == ["COMPLETED", "FAILED", "FAILED"]
    assert refused(own.db.describe_import, ImportArn=result["ImportArn"] + "x")[0] == "ImportNotFoundException"
    assert refused(own.db.describe_import, ImportArn=result["TableArn"]) == ("ValidationException", "Invalid Import ARN")


def test_import_of_documents_in_any_form(own, bucket):
    """Documents need no lines; where the text is no JSON, the rest of its object counts as one error."""
    def document(key):
        return json.dumps({"Item": {"p": {"S": key}}})

    own.s3.put_object(Bucket=bucket, Key="1", Body=(document("a") + document("b") + "\n" + document("c")).encode())
    result = run_import(own, bucket, "DYNAMODB_JSON")
    assert (result["ImportStatus"], result["ImportedItemCount"]) == ("COMPLETED", 3)
    assert set(own.items("copy")) == {"a", "b", "c"}
    own.s3.put_object(Bucket=bucket, Key="2", Body=f"{document('d')}\nno json\n{document('e')}\n".encode())
    result = run_import(own, bucket, "DYNAMODB_JSON", table={"TableName": "partial"})
    assert (result["ImportStatus"], result["ProcessedItemCount"], result["ErrorCount"]) == ("FAILED", 5, 1)
    assert set(own.items("partial")) == {"a", "b", "c", "d"}


def test_import_fills_indexes_and_tokens_repeat(own, bucket):
    """An imported table has its indexes; the same token starts nothing twice, and nothing else."""
    own.s3.put_object(Bucket=bucket, Key="1", Body=b'{"Item":{"p":{"S":"a"},"g":{"S":"x"}}}\n')
    index = {"IndexName": "by-g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
             "Projection": {"ProjectionType": "ALL"}}
    names = NAMES + [{"AttributeName": "g", "AttributeType": "S"}]
    options = dict(table={"AttributeDefinitions": names, "GlobalSecondaryIndexes": [index]}, ClientToken="once")
    run_import(own, bucket, "DYNAMODB_JSON", **options)
    found = own.db.query(TableName="copy", IndexName="by-g", KeyConditionExpression="g = :g",
                         ExpressionAttributeValues={":g": {"S": "x"}})
    assert found["Count"] == 1
    assert refused(own.db.import_table, ClientToken="once", S3BucketSource={"S3Bucket": bucket}, InputFormat="ION",
                   TableCreationParameters={"TableName": "copy", "AttributeDefinitions": NAMES, "KeySchema": HASH,
                                            "BillingMode": "PAY_PER_REQUEST"})[0] == "ImportConflictException"


def test_bulk_put(own, bucket):
    """A bulk put goes into a table that exists and reports what it could not put."""
    own.create("data", StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    own.put("data", "a", n={"N": "0"})
    own.s3.put_object(Bucket=bucket, Key="in/1", Body=b'{"Item":{"p":{"S":"a"}}}\n{"Item":{"p":{"N":"1"}}}\n')
    ask = dict(TableName="data", InputS3Configuration={"S3Bucket": bucket, "S3KeyPrefix": "in/", "InputFormat": "DYNAMODB_JSON"},
               OutputS3Configuration={"S3Bucket": bucket, "S3KeyPrefix": "out", "OutputType": ["ERROR"]})
    arn = own.db.start_bulk_put_items(**ask)["BulkOperationDescription"]["BulkOperationArn"]
    own.settle()
    done = own.db.describe_bulk_operation(BulkOperationArn=arn)["BulkOperationDescription"]
    assert done["BulkOperationStatus"] == "COMPLETED_WITH_ERRORS"
    assert (done["ProcessedItemCount"], done["FailedItemCount"]) == (2, 1)
    assert own.items("data") == {"a": {}}
    report = own.s3.list_objects_v2(Bucket=bucket, Prefix="out/")["Contents"][0]["Key"]
    assert json.loads(body(own, bucket, report))["Item"] == {"p": {"N": "1"}}
    assert own.db.list_bulk_operations()["BulkOperationsSummaryList"][0]["BulkOperationArn"] == arn
    assert refused(own.db.cancel_bulk_operation, BulkOperationArn=arn)[0] == "ValidationException"
    assert refused(own.db.cancel_bulk_operation, BulkOperationArn=arn + "x")[0] == "ResourceNotFoundException"
    assert refused(own.db.describe_bulk_operation, BulkOperationArn=arn + "x")[0] == "ResourceNotFoundException"
    assert refused(own.db.start_bulk_put_items, **{**ask, "TableName": "none"})[0] == "ResourceNotFoundException"


def test_jobs_survive_a_kill(start_daemon, tmp_path):
    """An import and a restore that were answered are finished after SIGKILL, with every item."""
    count = 5_000
    daemon = start_daemon("--data", str(tmp_path / "data"))
    own = Account(daemon.endpoint, Admin(daemon.endpoint), "111122223333")
    s3 = own.client("s3")
    s3.create_bucket(Bucket="source")
    lines = "".join(json.dumps({"Item": {"p": {"S": f"k{number}"}}}) + "\n" for number in range(count))
    s3.put_object(Bucket="source", Key="lines", Body=lines.encode())
    parameters = {"TableName": "data", "AttributeDefinitions": NAMES, "KeySchema": HASH, "BillingMode": "PAY_PER_REQUEST"}
    arn = own.db.import_table(S3BucketSource={"S3Bucket": "source"}, InputFormat="DYNAMODB_JSON",
                              TableCreationParameters=parameters)["ImportTableDescription"]["ImportArn"]
    daemon.stop(signal.SIGKILL)
    daemon = start_daemon("--data", str(tmp_path / "data"))
    own = Account(daemon.endpoint, Admin(daemon.endpoint), "111122223333")
    own.settle()
    done = own.db.describe_import(ImportArn=arn)["ImportTableDescription"]
    assert (done["ImportStatus"], done["ImportedItemCount"]) == ("COMPLETED", count)
    assert own.db.describe_table(TableName="data")["Table"]["ItemCount"] == count
    backup = own.db.create_backup(TableName="data", BackupName="all")["BackupDetails"]["BackupArn"]
    own.db.restore_table_from_backup(TargetTableName="copy", BackupArn=backup)
    daemon.stop(signal.SIGKILL)
    daemon = start_daemon("--data", str(tmp_path / "data"))
    own = Account(daemon.endpoint, Admin(daemon.endpoint), "111122223333")
    own.settle()
    table = own.db.describe_table(TableName="copy")["Table"]
    assert (table["TableStatus"], table["ItemCount"]) == ("ACTIVE", count)
    assert own.items("copy") == own.items("data")
