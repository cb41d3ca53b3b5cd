"""Backups and point-in-time recovery of DynamoDB's tables, on the virtual clock."""

import random
import threading

import pytest
from dynamodb_support import Account, refused

INDEX = {"IndexName": "by-g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
         "Projection": {"ProjectionType": "ALL"}}


@pytest.fixture
def own(endpoint, admin, account):
    return Account(endpoint, admin, account)


def restored(own, **request):
    """Restores to the table "copy" and waits until it is there."""
    call = own.db.restore_table_from_backup if "BackupArn" in request else own.db.restore_table_to_point_in_time
    description = call(TargetTableName="copy", **request)["TableDescription"]
    assert description["TableStatus"] == "CREATING"
    own.settle()
    table = own.db.describe_table(TableName="copy")["Table"]
    assert table["TableStatus"] == "ACTIVE" and table["RestoreSummary"]["RestoreInProgress"] is False
    return table


def test_backup_and_restore(own):
    """A backup holds what the table held at its moment, whatever is written later."""
    own.create("data", extra="g", GlobalSecondaryIndexes=[INDEX])
    for number in range(30):
        own.put("data", f"k{number}", g={"S": "x"}, n={"N": str(number)})
    arn = own.db.create_backup(TableName="data", BackupName="first")["BackupDetails"]["BackupArn"]
    own.put("data", "k0", n={"N": "100"})
    own.delete("data", "k1")
    described = own.db.describe_backup(BackupArn=arn)["BackupDescription"]
    assert described["BackupDetails"]["BackupStatus"] == "AVAILABLE"
    assert described["SourceTableDetails"]["ItemCount"] == 30
    assert described["SourceTableFeatureDetails"]["GlobalSecondaryIndexes"][0]["IndexName"] == "by-g"
    own.db.delete_table(TableName="data")
    table = restored(own, BackupArn=arn)
    assert table["ItemCount"] == 30 and table["RestoreSummary"]["SourceBackupArn"] == arn
    items = own.items("copy")
    assert items["k0"]["n"] == {"N": "0"} and "k1" in items
    found = own.db.query(TableName="copy", IndexName="by-g", KeyConditionExpression="g = :g",
                         ExpressionAttributeValues={":g": {"S": "x"}})
    assert found["Count"] == 30


def test_restore_overrides(own):
    """A restore may leave indexes out and change the billing mode, but not invent indexes."""
    own.create("data", extra="g", GlobalSecondaryIndexes=[INDEX])
    own.put("data", "a", g={"S": "x"})
    arn = own.db.create_backup(TableName="data", BackupName="first")["BackupDetails"]["BackupArn"]
    other = {**INDEX, "Projection": {"ProjectionType": "KEYS_ONLY"}}
    assert refused(own.db.restore_table_from_backup, TargetTableName="copy", BackupArn=arn,
                   GlobalSecondaryIndexOverride=[other])[0] == "ValidationException"
    assert refused(own.db.restore_table_from_backup, TargetTableName="data",
                   BackupArn=arn)[0] == "TableAlreadyExistsException"
    table = restored(own, BackupArn=arn, GlobalSecondaryIndexOverride=[], BillingModeOverride="PROVISIONED",
                     ProvisionedThroughputOverride={"ReadCapacityUnits": 3, "WriteCapacityUnits": 4})
    assert "GlobalSecondaryIndexes" not in table
    assert table["AttributeDefinitions"] == [{"AttributeName": "p", "AttributeType": "S"}]
    assert table["ProvisionedThroughput"]["WriteCapacityUnits"] == 4


def test_list_and_delete_backups(own):
    """Backups are listed in pages, by table, time and type, and go one by one."""
    own.create("data")
    own.create("other")
    arns = []
    for number in range(3):
        arns.append(own.db.create_backup(TableName="data", BackupName=f"bk{number}")["BackupDetails"]["BackupArn"])
        own.advance("1h")
    own.db.create_backup(TableName="other", BackupName="bk9")
    page = own.db.list_backups(TableName="data", Limit=2)
    assert [entry["BackupName"] for entry in page["BackupSummaries"]] == ["bk0", "bk1"]
    rest = own.db.list_backups(TableName="data", ExclusiveStartBackupArn=page["LastEvaluatedBackupArn"])
    assert [entry["BackupName"] for entry in rest["BackupSummaries"]] == ["bk2"]
    assert len(own.db.list_backups()["BackupSummaries"]) == 4
    since = own.db.list_backups(TimeRangeLowerBound=own.now() - 60)["BackupSummaries"]
    assert [entry["BackupName"] for entry in since] == ["bk9"]
    gone = own.db.delete_backup(BackupArn=arns[0])["BackupDescription"]["BackupDetails"]
    assert gone["BackupStatus"] == "DELETED"
    assert refused(own.db.describe_backup, BackupArn=arns[0])[0] == "BackupNotFoundException"
    assert refused(own.db.delete_backup, BackupArn=arns[0])[0] == "BackupNotFoundException"
    assert refused(own.db.restore_table_from_backup, BackupArn=arns[0],
                   TargetTableName="copy")[0] == "BackupNotFoundException"
    assert refused(own.db.create_backup, TableName="none", BackupName="bk0")[0] == "TableNotFoundException"


def test_continuous_backups(own):
    """Recovery reaches from when it was turned on to five minutes ago, within its period."""
    own.create("data")
    describe = lambda: own.db.describe_continuous_backups(TableName="data")["ContinuousBackupsDescription"]
    assert describe()["PointInTimeRecoveryDescription"] == {"PointInTimeRecoveryStatus": "DISABLED"}
    start = own.now()
    own.enable_recovery("data", RecoveryPeriodInDays=2)
    own.advance("1h")
    point = describe()["PointInTimeRecoveryDescription"]
    assert point["RecoveryPeriodInDays"] == 2
    assert abs(point["EarliestRestorableDateTime"].timestamp() - start) < 1
    assert abs(point["LatestRestorableDateTime"].timestamp() - (own.now() - 300)) < 1
    own.advance("72h")
    point = describe()["PointInTimeRecoveryDescription"]
    assert abs(point["EarliestRestorableDateTime"].timestamp() - (own.now() - 2 * 86400)) < 1
    assert refused(own.db.describe_continuous_backups, TableName="none")[0] == "TableNotFoundException"


def test_restore_to_any_second(own):
    """Each moment of a table's past can be had back: items as they were, gone ones, new ones not."""
    own.create("data")
    own.put("data", "old", n={"N": "0"})
    own.advance("10s")
    own.enable_recovery("data")
    moments = []
    for number in range(1, 5):
        own.advance("1s")
        own.put("data", "old", n={"N": str(number)})
        own.put("data", f"k{number}")
        if number > 2:
            own.delete("data", f"k{number - 2}")
        moments.append((own.now(), own.items("data")))
    own.advance("10m")
    for moment, items in moments:
        restored(own, SourceTableName="data", RestoreDateTime=moment)
        assert own.items("copy") == items
        own.db.delete_table(TableName="copy")
    table = restored(own, SourceTableName="data", UseLatestRestorableTime=True)
    assert own.items("copy") == own.items("data") and table["RestoreSummary"]["SourceTableArn"].endswith("table/data")


def test_any_second_of_a_random_history(own):
    """Puts, updates, deletes, batches, transactions, statements and expiries are all in the past that comes back."""
    own.create("data", extra=("g",), GlobalSecondaryIndexes=[INDEX])
    own.db.update_time_to_live(TableName="data", TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"})
    own.enable_recovery("data")
    dice, moments = random.Random(11), []

    def key():
        return {"p": {"S": f"k{dice.randrange(12)}"}}

    def item():
        return {**key(), "g": {"S": dice.choice("xy")}, "n": {"N": str(dice.randrange(99))}}

    for _ in range(40):
        own.advance("1s")
        for _ in range(dice.randrange(4)):
            kind = dice.randrange(6)
            if kind == 0:
                own.db.put_item(TableName="data", Item={**item(), "ttl": {"N": str(int(own.now()) + dice.randrange(1, 9))}})
            elif kind == 1:
                own.db.update_item(TableName="data", Key=key(), UpdateExpression="ADD n :n",
                                   ExpressionAttributeValues={":n": {"N": "1"}})
            elif kind == 2:
                own.db.delete_item(TableName="data", Key=key())
            elif kind == 3:
                own.db.batch_write_item(RequestItems={"data": [{"PutRequest": {"Item": item()}}]})
            elif kind == 4:
                own.db.transact_write_items(TransactItems=[{"Put": {"TableName": "data", "Item": item()}}])
            else:
                own.db.execute_statement(Statement=f"DELETE FROM data WHERE p = '{key()['p']['S']}'")
        moments.append((own.now(), own.items("data")))
    assert len({len(items) for _, items in moments}) > 3
    own.advance("10m")
    for moment, items in dice.sample(moments, 8):
        restored(own, SourceTableName="data", RestoreDateTime=moment)
        assert own.items("copy") == items
        index = own.db.scan(TableName="copy", IndexName="by-g")
        assert index["Count"] == sum("g" in item for item in items.values())
        own.db.delete_table(TableName="copy")


def test_restore_time_refusals(own):
    """Only times within the recovery's reach, of tables that have one."""
    own.create("data")
    ask = dict(SourceTableName="data", TargetTableName="copy")
    restore = own.db.restore_table_to_point_in_time
    assert refused(restore, UseLatestRestorableTime=True, **ask)[0] == "PointInTimeRecoveryUnavailableException"
    own.enable_recovery("data", RecoveryPeriodInDays=1)
    own.advance("2h")
    assert refused(restore, RestoreDateTime=own.now(), **ask)[0] == "InvalidRestoreTimeException"
    assert refused(restore, RestoreDateTime=own.now() - 86400, **ask)[0] == "InvalidRestoreTimeException"
    assert refused(restore, **ask)[0] == "ValidationException"
    assert refused(restore, UseLatestRestorableTime=True, SourceTableName="none",
                   TargetTableName="copy")[0] == "TableNotFoundException"


def test_trimmed_past(own):
    """After the recovery period the past is dropped, and what is within it can still be had."""
    own.create("data")
    own.enable_recovery("data", RecoveryPeriodInDays=1)
    own.advance("1s")
    own.put("data", "a", n={"N": "1"})
    own.advance("36h")
    own.put("data", "a", n={"N": "2"})
    own.advance("12h")
    restored(own, SourceTableName="data", RestoreDateTime=own.now() - 13 * 3600)
    assert own.items("copy") == {"a": {"n": {"N": "1"}}}


def test_system_backup_of_a_deleted_table(own):
    """A table with recovery leaves a backup behind when it is deleted, for 35 days."""
    own.create("data")
    own.enable_recovery("data")
    own.put("data", "a")
    own.db.delete_table(TableName="data")
    assert own.db.list_backups(TableName="data")["BackupSummaries"] == []
    backup = own.db.list_backups(TableName="data", BackupType="SYSTEM")["BackupSummaries"][0]
    assert backup["BackupName"] == "data$DeletedTableBackup"
    restored(own, BackupArn=backup["BackupArn"])
    assert own.items("copy") == {"a": {}}
    own.advance("841h")
    assert own.db.list_backups(BackupType="ALL")["BackupSummaries"] == []


def test_a_reset_of_one_account_takes_all(own, admin):
    """Tables, items, backups and their bodies of one account go; a table of the same name begins empty."""
    own.create("data", StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    own.enable_recovery("data")
    own.put("data", "a", text={"S": "x" * 100_000})
    own.db.create_backup(TableName="data", BackupName="all")
    status, _ = admin.call("POST", f"/_cumulite/reset?account={own.name}")
    assert status == 200
    assert own.db.list_tables()["TableNames"] == [] and own.db.list_backups(BackupType="ALL")["BackupSummaries"] == []
    own.create("data")
    assert own.items("data") == {}


def test_snapshots_are_exact_under_load(own):
    """A backup taken between transfers holds every transfer whole: no money is made or lost."""
    people, each, moments = 8, 100, 4
    own.create("data")
    own.enable_recovery("data")
    for number in range(people):
        own.put("data", f"k{number}", n={"N": str(each)})
    done = threading.Event()
    refusals = []

    def transfer(seed):
        db, pick = own.client("dynamodb"), random.Random(seed)
        while not done.is_set():
            two = pick.sample(range(people), 2)
            change = [{"Update": {"TableName": "data", "Key": {"p": {"S": f"k{number}"}}, "UpdateExpression": "ADD n :n",
                                  "ExpressionAttributeValues": {":n": {"N": amount}}}}
                      for number, amount in zip(two, ("1", "-1"))]
            try:
                db.transact_write_items(TransactItems=change)
            except db.exceptions.TransactionCanceledException as error:
                refusals.append(error)

    threads = [threading.Thread(target=transfer, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    arns, times = [], []
    # The clock runs: seconds begin while transactions are on their way.
    own.admin.resume(own.name)
    for number in range(moments):
        until = int(own.now()) + 1
        while own.now() < until:
            pass
        times.append(until)
        arns.append(own.db.create_backup(TableName="data", BackupName=f"bk{number}")["BackupDetails"]["BackupArn"])
    done.set()
    for thread in threads:
        thread.join()
    own.advance("10m")
    sources = [{"BackupArn": arn} for arn in arns]
    sources += [{"SourceTableName": "data", "RestoreDateTime": moment} for moment in times]
    for source in sources:
        restored(own, **source)
        items = own.items("copy")
        assert len(items) == people and sum(int(item["n"]["N"]) for item in items.values()) == people * each
        own.db.delete_table(TableName="copy")
