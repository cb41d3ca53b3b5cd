"""States of tables and indexes that last, on the virtual clock, where tables are told to take time."""

import pytest
from conftest import Admin, make_client
from dynamodb_support import HASH, NAMES, Account, refused

IN_USE = "Attempt to change a resource which is still in use: "
NOT_FOUND = ("ResourceNotFoundException", "Requested resource not found")
INDEX = {"IndexName": "by-g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
         "Projection": {"ProjectionType": "ALL"}}
DEFINITIONS = NAMES + [{"AttributeName": "g", "AttributeType": "S"}]


@pytest.fixture
def home(endpoint, admin, account):
    """An account with a frozen clock, whose tables take ten seconds for each state between."""
    admin.post("/_cumulite/dynamodb/tables", seconds=10, account=account)
    yield Account(endpoint, admin, account)
    admin.post("/_cumulite/dynamodb/tables", seconds=0, account=account)


def create(home, name="data", **options):
    options = {"KeySchema": HASH, "AttributeDefinitions": NAMES, "BillingMode": "PAY_PER_REQUEST", **options}
    return home.db.create_table(TableName=name, **options)["TableDescription"]


def described(home, name="data"):
    return home.db.describe_table(TableName=name)["Table"]


def status(home, name="data"):
    return described(home, name)["TableStatus"]


def index_state(table):
    """Status of the one index and whether it is backfilling; nothing if there is none."""
    return [(index["IndexStatus"], index.get("Backfilling")) for index in table.get("GlobalSecondaryIndexes", [])]


def query_index(home):
    return home.db.query(TableName="data", IndexName="by-g", KeyConditionExpression="g = :g",
                         ExpressionAttributeValues={":g": {"S": "x"}})["Count"]


def test_a_table_is_creating(home):
    """Nobody reads, writes, changes or deletes a table that is being created, and its name is taken."""
    created = create(home, AttributeDefinitions=DEFINITIONS, GlobalSecondaryIndexes=[INDEX])
    assert created["TableStatus"] == "CREATING" and index_state(created) == [("CREATING", None)]
    home.advance("9s")
    assert status(home) == "CREATING" and index_state(described(home)) == [("CREATING", None)]
    assert home.db.list_tables()["TableNames"] == ["data"]
    key = {"p": {"S": "k"}}
    assert refused(home.db.get_item, TableName="data", Key=key) == NOT_FOUND
    assert refused(home.db.put_item, TableName="data", Item=key) == NOT_FOUND
    assert refused(home.db.scan, TableName="data") == NOT_FOUND
    assert refused(home.db.batch_get_item, RequestItems={"data": {"Keys": [key]}}) == NOT_FOUND
    assert refused(home.db.transact_write_items,
                   TransactItems=[{"Put": {"TableName": "data", "Item": key}}]) == NOT_FOUND
    creating = ("ResourceInUseException", IN_USE + "Table is being created: data")
    assert refused(home.db.update_table, TableName="data", DeletionProtectionEnabled=True) == creating
    assert refused(home.db.delete_table, TableName="data") == creating
    assert refused(create, home=home) == creating
    assert refused(home.db.update_time_to_live, TableName="data", TimeToLiveSpecification={
        "Enabled": True, "AttributeName": "t"}) == (
        "ResourceNotFoundException", "Requested resource not found: Table: data not found")
    assert refused(home.db.describe_time_to_live, TableName="data") == (
        "ValidationException",
        "Cannot describe time to live while table is in CREATING state: Current table state is CREATING")
    home.advance("1s")
    assert status(home) == "ACTIVE" and index_state(described(home)) == [("ACTIVE", None)]
    home.db.put_item(TableName="data", Item=key)
    assert refused(create, home=home) == ("ResourceInUseException", "Table already exists: data")


def test_a_table_is_updating(home):
    """It shows the units of before and serves its items; another change has to wait."""
    create(home, BillingMode="PROVISIONED", ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5})
    home.advance("10s")
    wanted = {"ReadCapacityUnits": 9, "WriteCapacityUnits": 3}
    home.db.update_table(TableName="data", ProvisionedThroughput=wanted)
    table = described(home)
    assert (table["TableStatus"], table["ProvisionedThroughput"]["ReadCapacityUnits"]) == ("UPDATING", 5)
    home.db.put_item(TableName="data", Item={"p": {"S": "k"}})
    assert refused(home.db.update_table, TableName="data", DeletionProtectionEnabled=True) == (
        "ResourceInUseException", "Table needs to be in ACTIVE status to modify deletion protection setting.")
    assert refused(home.db.update_table, TableName="data", ProvisionedThroughput=wanted) == (
        "ResourceInUseException", IN_USE + "Table IOPS are currently being updated. Table: data")
    assert refused(home.db.delete_table, TableName="data") == (
        "ResourceInUseException", IN_USE + "Table: data is in the process of being updated.")
    home.advance("10s")
    table = described(home)
    units = table["ProvisionedThroughput"]
    assert table["TableStatus"] == "ACTIVE"
    assert (units["ReadCapacityUnits"], units["WriteCapacityUnits"], units["NumberOfDecreasesToday"]) == (9, 3, 1)


def test_a_table_is_deleting(home):
    """It is listed and described, without its keys, until it is gone; then its name is free."""
    create(home)
    home.advance("10s")
    home.db.put_item(TableName="data", Item={"p": {"S": "k"}})
    assert home.db.delete_table(TableName="data")["TableDescription"]["TableStatus"] == "DELETING"
    table = described(home)
    assert table["TableStatus"] == "DELETING" and "KeySchema" not in table
    assert refused(home.db.get_item, TableName="data", Key={"p": {"S": "k"}}) == NOT_FOUND
    assert refused(home.db.delete_table, TableName="data") == ("ResourceInUseException", IN_USE + "Table is being deleted: data")
    assert refused(create, home=home) == ("ResourceInUseException", "Table already exists: data")
    home.advance("10s")
    assert home.db.list_tables()["TableNames"] == []
    create(home)
    home.advance("10s")
    assert home.db.scan(TableName="data")["Count"] == 0


def test_an_index_is_created(home):
    """First the table is UPDATING, then it serves while the index is filled; only a full index is read."""
    create(home)
    home.advance("10s")
    home.db.put_item(TableName="data", Item={"p": {"S": "before"}, "g": {"S": "x"}})
    change = {"TableName": "data", "AttributeDefinitions": DEFINITIONS,
              "GlobalSecondaryIndexUpdates": [{"Create": INDEX}]}
    updated = home.db.update_table(**change)["TableDescription"]
    assert updated["TableStatus"] == "UPDATING" and index_state(updated) == [("CREATING", False)]
    filling = ("ValidationException", "Cannot read from backfilling global secondary index: by-g")
    assert refused(query_index, home=home) == filling
    remove = {"TableName": "data", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "by-g"}}]}
    assert refused(home.db.update_table, **remove) == (
        "ResourceInUseException", IN_USE + "Index creation is in resource allocation phase. Retry deletion during "
                                           "backfilling phase or when the index is active. Table: data Index: by-g")
    home.advance("10s")
    table = described(home)
    assert table["TableStatus"] == "ACTIVE" and index_state(table) == [("CREATING", True)]
    assert refused(home.db.delete_table, TableName="data") == (
        "ResourceInUseException",
        IN_USE + "Cannot delete table while indexes are being created, updated, or deleted.")
    assert refused(query_index, home=home) == filling
    home.db.put_item(TableName="data", Item={"p": {"S": "meanwhile"}, "g": {"S": "x"}})
    second = {**INDEX, "IndexName": "second"}
    assert refused(home.db.update_table, TableName="data", AttributeDefinitions=DEFINITIONS,
                   GlobalSecondaryIndexUpdates=[{"Create": second}]) == (
        "LimitExceededException", "Subscriber limit exceeded: Only 1 online index can be created or deleted "
                                  "simultaneously per table")
    home.advance("10s")
    assert index_state(described(home)) == [("ACTIVE", None)]
    assert query_index(home) == 2


def test_an_index_is_changed_and_deleted(home):
    """New units leave the table ACTIVE; a deleted index is not read any more."""
    create(home, AttributeDefinitions=DEFINITIONS, GlobalSecondaryIndexes=[INDEX])
    home.advance("10s")
    update = {"TableName": "data", "GlobalSecondaryIndexUpdates": [
        {"Update": {"IndexName": "by-g", "OnDemandThroughput": {"MaxReadRequestUnits": 100}}}]}
    assert home.db.update_table(**update)["TableDescription"]["TableStatus"] == "ACTIVE"
    assert index_state(described(home)) == [("UPDATING", None)]
    assert refused(home.db.update_table, **update) == (
        "ResourceInUseException", IN_USE + "Index is being updated. Table: data Index: by-g")
    assert query_index(home) == 0
    home.advance("10s")
    assert index_state(described(home)) == [("ACTIVE", None)]
    home.db.update_table(TableName="data", GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by-g"}}])
    assert index_state(described(home)) == [("DELETING", None)]
    assert refused(query_index, home=home) == (
        "ValidationException", "The table does not have the specified index: by-g")
    home.advance("10s")
    assert index_state(described(home)) == []
    assert described(home)["AttributeDefinitions"] == NAMES


def test_a_stream_is_enabling_and_disabling(home):
    """Its state lasts as long as that of its table; records are taken from the start."""
    create(home, StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    streams = home.client("dynamodbstreams")
    arn = described(home)["LatestStreamArn"]

    def stream_status():
        return streams.describe_stream(StreamArn=arn)["StreamDescription"]["StreamStatus"]

    assert stream_status() == "ENABLING"
    home.advance("9s")
    assert stream_status() == "ENABLING"
    home.advance("1s")
    assert stream_status() == "ENABLED"
    home.db.update_table(TableName="data", StreamSpecification={"StreamEnabled": False})
    assert stream_status() == "DISABLING"
    home.advance("10s")
    assert (stream_status(), status(home)) == ("DISABLED", "ACTIVE")


def test_a_kinesis_destination_passes_through_its_states(home):
    """Each is refused what waits for the end of the state, in the service's words."""
    create(home)
    home.advance("10s")
    kinesis = {"TableName": "data", "StreamArn": "arn:aws:kinesis:us-east-1:000000000000:stream/changes"}
    micro = {"UpdateKinesisStreamingConfiguration": {"ApproximateCreationDateTimePrecision": "MICROSECOND"}}
    wrong = "Table is not in a valid state to enable Kinesis Streaming Destination: "
    not_disabled = ("ValidationException", wrong + "EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED "
                                                   "to perform ENABLE operation.")
    not_active = ("ValidationException", wrong + "KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.")
    no_update = ("ValidationException", wrong + "Kinesis streaming is not in ACTIVE state. Updates are only allowed in "
                                                f"ACTIVE state. TableName: data, kdsArn: {kinesis['StreamArn']}")

    def entry():
        return home.db.describe_kinesis_streaming_destination(TableName="data")["KinesisDataStreamDestinations"][0]

    for change, passing, settled in (
            (lambda: home.db.enable_kinesis_streaming_destination(**kinesis), "ENABLING", "ACTIVE"),
            (lambda: home.db.update_kinesis_streaming_destination(**kinesis, **micro), "UPDATING", "ACTIVE"),
            (lambda: home.db.disable_kinesis_streaming_destination(**kinesis), "DISABLING", "DISABLED")):
        assert change()["DestinationStatus"] == passing == entry()["DestinationStatus"]
        assert refused(home.db.enable_kinesis_streaming_destination, **kinesis) == not_disabled
        assert refused(home.db.disable_kinesis_streaming_destination, **kinesis) == not_active
        assert refused(home.db.update_kinesis_streaming_destination, **kinesis, **micro) == no_update
        home.advance("10s")
        assert entry()["DestinationStatus"] == settled
    assert "ApproximateCreationDateTimePrecision" not in entry()


def test_a_recovered_table_leaves_its_backup_when_its_deletion_begins(home):
    """The items of the backup are those of the moment of the call."""
    create(home)
    home.advance("10s")
    home.db.update_continuous_backups(TableName="data", PointInTimeRecoverySpecification={
        "PointInTimeRecoveryEnabled": True})
    home.db.put_item(TableName="data", Item={"p": {"S": "k"}})
    home.db.delete_table(TableName="data")
    assert status(home) == "DELETING"
    backups = home.db.list_backups(BackupType="SYSTEM")["BackupSummaries"]
    assert [backup["BackupName"] for backup in backups] == ["data$DeletedTableBackup"]
    home.advance("10s")
    assert refused(home.db.describe_table, TableName="data")[0] == "ResourceNotFoundException"


def test_a_backup_is_creating(home):
    """For as long as tables take it cannot be restored or deleted; then it feeds one restore at a time."""
    assert refused(home.db.create_backup, TableName="data", BackupName="bak") == (
        "TableNotFoundException", "Table not found: data")
    create(home)
    assert refused(home.db.create_backup, TableName="data", BackupName="bak") == (
        "TableNotFoundException", "Table not found: data"), "a table that is being created is none yet"
    home.advance("10s")
    home.db.put_item(TableName="data", Item={"p": {"S": "k"}})
    created = home.db.create_backup(TableName="data", BackupName="bak")["BackupDetails"]
    arn = created["BackupArn"]
    assert created["BackupStatus"] == "CREATING" and created["BackupSizeBytes"] > 0

    def backup_status():
        summary = home.db.list_backups()["BackupSummaries"][0]
        described = home.db.describe_backup(BackupArn=arn)["BackupDescription"]["BackupDetails"]
        assert summary["BackupStatus"] == described["BackupStatus"]
        return described["BackupStatus"]

    def restore(name):
        return home.db.restore_table_from_backup(BackupArn=arn, TargetTableName=name)

    home.advance("9s")
    assert backup_status() == "CREATING"
    busy = ("BackupInUseException", f"Backup is being created: {arn}")
    assert refused(restore, name="copy") == busy == refused(home.db.delete_backup, BackupArn=arn)
    home.advance("1s")
    assert backup_status() == "AVAILABLE"
    restore("copy")
    home.advance("9s")
    home.settle()
    assert status(home, "copy") == "CREATING" and backup_status() == "AVAILABLE"
    assert refused(restore, name="other") == (
        "BackupInUseException", f"Backup is being used to restore another table: {arn}")
    assert refused(home.db.delete_backup, BackupArn=arn) == (
        "BackupInUseException", f"Backup is being used to restore table: {arn}")
    home.advance("1s")
    home.settle()
    assert status(home, "copy") == "ACTIVE" and home.items("copy") == {"k": {}}
    home.db.delete_table(TableName="data")
    assert home.db.create_backup(TableName="data", BackupName="last")["BackupDetails"]["BackupStatus"] == "CREATING"
    deleted = home.db.delete_backup(BackupArn=arn)["BackupDescription"]["BackupDetails"]
    assert deleted["BackupStatus"] == "DELETED"
    assert refused(home.db.describe_backup, BackupArn=arn) == ("BackupNotFoundException", f"Backup not found: {arn}")


def test_exports_and_imports_are_in_progress(home):
    """At least for as long as tables take; an imported table is CREATING until then."""
    s3 = home.client("s3")
    bucket = f"states-{home.name}"
    s3.create_bucket(Bucket=bucket)
    create(home)
    home.advance("10s")
    home.db.put_item(TableName="data", Item={"p": {"S": "k"}})
    home.enable_recovery("data")
    export = home.db.export_table_to_point_in_time(
        TableArn=described(home)["TableArn"], S3Bucket=bucket, S3Prefix="out")["ExportDescription"]["ExportArn"]
    home.advance("9s")
    home.settle()
    shown = home.db.describe_export(ExportArn=export)["ExportDescription"]
    assert shown["ExportStatus"] == "IN_PROGRESS" and "ExportManifest" not in shown, "that comes at the end"
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)
    home.advance("1s")
    home.settle()
    assert home.db.describe_export(ExportArn=export)["ExportDescription"]["ExportStatus"] == "COMPLETED"
    s3.put_object(Bucket=bucket, Key="in/one.json", Body=b'{"Item":{"p":{"S":"new"}}}\n')
    imported = home.db.import_table(
        S3BucketSource={"S3Bucket": bucket, "S3KeyPrefix": "in/"}, InputFormat="DYNAMODB_JSON",
        TableCreationParameters={"TableName": "imported", "KeySchema": HASH, "AttributeDefinitions": NAMES,
                                 "BillingMode": "PAY_PER_REQUEST"})["ImportTableDescription"]["ImportArn"]
    home.advance("9s")
    home.settle()
    assert home.db.describe_import(ImportArn=imported)["ImportTableDescription"]["ImportStatus"] == "IN_PROGRESS"
    assert status(home, "imported") == "CREATING"
    home.advance("1s")
    home.settle()
    assert home.db.describe_import(ImportArn=imported)["ImportTableDescription"]["ImportStatus"] == "COMPLETED"
    assert home.items("imported") == {"new": {}}
    table_arn = described(home)["TableArn"]
    assert [entry["ExportArn"] for entry in home.db.list_exports(TableArn=table_arn)["ExportSummaries"]] == [export]
    home.db.delete_table(TableName="data")
    home.advance("10s")
    create(home)
    assert home.db.list_exports(TableArn=table_arn)["ExportSummaries"] == [], "those of another table of the name"
    assert home.db.describe_export(ExportArn=export)["ExportDescription"]["TableArn"] == table_arn


def test_states_outlive_a_restart(start_daemon, tmp_path):
    """What was answered goes on after the daemon ends in between: no table comes back to life or stays CREATING."""
    daemon = start_daemon("--data", str(tmp_path), "--dynamodb-table-time", "10s")
    Admin(daemon.endpoint).freeze()
    db = make_client("dynamodb", daemon.endpoint)
    for name in ("going", "coming"):
        if name == "coming":
            db.delete_table(TableName="going")
        db.create_table(TableName=name, KeySchema=HASH, AttributeDefinitions=NAMES, BillingMode="PAY_PER_REQUEST")
        if name == "going":
            Admin(daemon.endpoint).advance("10s")
    daemon.stop()
    daemon = start_daemon("--data", str(tmp_path), "--dynamodb-table-time", "10s")
    db = make_client("dynamodb", daemon.endpoint)
    states = {name: db.describe_table(TableName=name)["Table"]["TableStatus"] for name in ("going", "coming")}
    assert states == {"going": "DELETING", "coming": "CREATING"}
    Admin(daemon.endpoint).advance("10s")
    assert db.list_tables()["TableNames"] == ["coming"]
    assert db.describe_table(TableName="coming")["Table"]["TableStatus"] == "ACTIVE"


def test_no_time_is_the_default(endpoint, admin, account):
    """The calls answer the state between; the next call finds it over. The setting is read and refused in words."""
    own = Account(endpoint, admin, account)
    assert create(own)["TableStatus"] == "CREATING" and status(own) == "ACTIVE"
    changed = own.db.update_table(TableName="data", AttributeDefinitions=DEFINITIONS,
                                  GlobalSecondaryIndexUpdates=[{"Create": INDEX}])["TableDescription"]
    assert (changed["TableStatus"], index_state(changed)) == ("UPDATING", [("CREATING", False)])
    assert (status(own), index_state(described(own))) == ("ACTIVE", [("ACTIVE", None)])
    removed = own.db.update_table(TableName="data", GlobalSecondaryIndexUpdates=[
        {"Delete": {"IndexName": "by-g"}}])["TableDescription"]
    assert index_state(removed) == [("DELETING", None)] and index_state(described(own)) == []
    assert own.db.delete_table(TableName="data")["TableDescription"]["TableStatus"] == "DELETING"
    assert own.db.list_tables()["TableNames"] == []
    code, answer = admin.call("GET", f"/_cumulite/dynamodb/tables?account={account}")[:2]
    assert (code, answer) == (200, {"account": account, "seconds": 0.0})
    assert admin.call("POST", "/_cumulite/dynamodb/tables", {"seconds": -1})[0] == 400
