"""How often a table's settings may be changed: quotas, which always count, and cooldowns, which are asked for."""

import json

import pytest
from conftest import Admin, make_client
from dynamodb_support import HASH, NAMES, Account, refused

MIDDAY_S = 2_138_702_400  # 2037-10-09T12:00:00Z, a Friday.
KMS = {"Enabled": True, "SSEType": "KMS"}
INDEX = {"IndexName": "by-g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
         "Projection": {"ProjectionType": "ALL"}}


def units(reads, writes):
    return {"ReadCapacityUnits": reads, "WriteCapacityUnits": writes}


def at_noon(home):
    home.admin.post("/_cumulite/clock", action="set", time=MIDDAY_S * 1000, account=home.name)


@pytest.fixture
def own(endpoint, admin, account):
    """An account whose clock stands at noon."""
    home = Account(endpoint, admin, account)
    at_noon(home)
    return home


def create(home, name="data", **options):
    options = {"KeySchema": HASH, "AttributeDefinitions": NAMES, "BillingMode": "PROVISIONED",
               "ProvisionedThroughput": units(50, 50), **options}
    home.db.create_table(TableName=name, **options)


def update(home, **options):
    return home.db.update_table(TableName="data", **options)["TableDescription"]


def described(home, name="data"):
    return home.db.describe_table(TableName=name)["Table"]


def test_decreases_of_a_day(own):
    """Four at once, then one an hour from the last on; the refusal says when, and counts nothing."""
    create(own)
    for made in range(4):
        own.advance("1s")
        answered = update(own, ProvisionedThroughput=units(49 - made, 49))["ProvisionedThroughput"]
        assert answered["NumberOfDecreasesToday"] == made, "the answer shows the number of before"
        assert described(own)["ProvisionedThroughput"]["NumberOfDecreasesToday"] == made + 1
    own.advance("59m59s")
    assert refused(update, home=own, ProvisionedThroughput=units(45, 49)) == (
        "LimitExceededException",
        "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. After the "
        "first 4 decreases, each subsequent decrease in the same UTC day can be performed at most once every 3600 "
        "seconds. Number of decreases today: 4. Last decrease at Friday, October 9, 2037 at 12:00:04 PM Coordinated "
        "Universal Time. Next decrease can be made at Friday, October 9, 2037 at 1:00:04 PM Coordinated Universal Time")
    assert refused(update, home=own, ProvisionedThroughput=units(45, 60))[0] == "LimitExceededException", "reads go down"
    update(own, ProvisionedThroughput=units(46, 60))  # Nothing goes down.
    own.advance("1s")
    update(own, ProvisionedThroughput=units(45, 60))
    assert described(own)["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 5
    assert "Number of decreases today: 5." in refused(update, home=own, ProvisionedThroughput=units(44, 60))[1]


def test_decreases_of_the_next_day(own):
    """Midnight of UTC gives back all four; the time of the last decrease stays."""
    create(own)
    own.advance("11h50m")
    for wanted in (49, 48, 47, 46):
        update(own, ProvisionedThroughput=units(wanted, 50))
    assert refused(update, home=own, ProvisionedThroughput=units(1, 1))[1].endswith(
        "Next decrease can be made at Saturday, October 10, 2037 at 12:00:00 AM Coordinated Universal Time")
    own.advance("10m")
    shown = described(own)["ProvisionedThroughput"]
    assert shown["NumberOfDecreasesToday"] == 0 and shown["LastDecreaseDateTime"].timestamp() == MIDDAY_S + 42_600
    for wanted in (45, 44, 43, 42):
        update(own, ProvisionedThroughput=units(wanted, 50))
    assert refused(update, home=own, ProvisionedThroughput=units(41, 50))[0] == "LimitExceededException"


def test_decreases_of_an_index(own):
    """An index has a budget of its own; a change that meets either limit changes nothing."""
    create(own, AttributeDefinitions=NAMES + [{"AttributeName": "g", "AttributeType": "S"}],
           GlobalSecondaryIndexes=[{**INDEX, "ProvisionedThroughput": units(50, 50)}])

    def index(wanted):
        return [{"Update": {"IndexName": "by-g", "ProvisionedThroughput": wanted}}]

    for wanted in (49, 48, 47, 46):
        update(own, ProvisionedThroughput=units(wanted, 50))
    assert refused(update, home=own, ProvisionedThroughput=units(45, 50),
                   GlobalSecondaryIndexUpdates=index(units(40, 40)))[0] == "LimitExceededException"
    shown = described(own)["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]
    assert (shown["ReadCapacityUnits"], shown["NumberOfDecreasesToday"]) == (50, 0)
    for wanted in (49, 48, 47, 46):
        update(own, GlobalSecondaryIndexUpdates=index(units(wanted, 50)))
    assert "Number of decreases today: 4." in refused(
        update, home=own, GlobalSecondaryIndexUpdates=index(units(45, 50)))[1]
    own.advance("12h")
    assert described(own)["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 0


def test_switches_to_on_demand(own):
    """Four in any 24 hours; the other way is always open, and asking for what is so already counts nothing."""
    create(own)
    for _ in range(4):
        answered = update(own, BillingMode="PAY_PER_REQUEST")
        assert answered["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
        update(own, BillingMode="PAY_PER_REQUEST")
        update(own, BillingMode="PROVISIONED", ProvisionedThroughput=units(5, 5))
        own.advance("1h")
    code, message = refused(update, home=own, BillingMode="PAY_PER_REQUEST")
    assert (code, message) == (
        "LimitExceededException",
        "Subscriber limit exceeded: Update to PayPerRequest mode are limited to 4 times in 1 day(s). Last update at "
        "Fri Oct 09 15:00:00 UTC 2037. Next update can be made at Sat Oct 10 12:00:00 UTC 2037")
    assert described(own)["BillingModeSummary"]["BillingMode"] == "PROVISIONED"
    own.advance("20h")
    update(own, BillingMode="PAY_PER_REQUEST")
    assert described(own)["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"


def test_table_classes(own):
    """Two changes in 30 days; the class of before is answered; the class that it has is no change, but refused too."""
    create(own)
    assert "TableClassSummary" not in update(own, TableClass="STANDARD")
    assert "TableClassSummary" not in described(own), "never set, it is the default and not told"
    assert "TableClassSummary" not in update(own, TableClass="STANDARD_INFREQUENT_ACCESS")
    assert described(own)["TableClassSummary"]["LastUpdateDateTime"].timestamp() == MIDDAY_S
    update(own, TableClass="STANDARD_INFREQUENT_ACCESS")
    own.advance("1h")
    answered = update(own, TableClass="STANDARD")
    assert answered["TableClassSummary"]["TableClass"] == "STANDARD_INFREQUENT_ACCESS"
    assert described(own)["TableClassSummary"]["TableClass"] == "STANDARD"
    limit = ("LimitExceededException",
             "Subscriber limit exceeded: Updates to TableClass are limited to 2 times in 30 day(s).")
    assert refused(update, home=own, TableClass="STANDARD_INFREQUENT_ACCESS") == limit
    assert refused(update, home=own, TableClass="STANDARD") == limit
    own.advance("719h")
    update(own, TableClass="STANDARD_INFREQUENT_ACCESS")
    assert refused(update, home=own, TableClass="STANDARD") == limit, "the second change was an hour later"
    own.db.delete_table(TableName="data")
    create(own)
    update(own, TableClass="STANDARD_INFREQUENT_ACCESS")  # Another table of the name begins anew.


def test_changes_of_encryption(own):
    """Four in 24 hours from the first on, then one every six hours; a bad key is not even looked at."""
    create(own)
    for wanted in (KMS, {"Enabled": False}, KMS, KMS):
        assert update(own, SSESpecification=wanted)["TableStatus"] == "ACTIVE"
        own.advance("1s")
    assert refused(update, home=own, SSESpecification={**KMS, "KMSMasterKeyId": "alias/other"}) == (
        "LimitExceededException",
        "Subscriber limit exceeded: Encryption mode changes are limited in the 24h window ending at "
        "2037-10-10T12:00:00.000Z. After the first 4 change, each subsequent change in the same window can be performed "
        "at most once every 21600 seconds. Number of updates today: 4. Last change at 2037-10-09T12:00:03.000Z. Next "
        "changes can be made at 2037-10-09T18:00:03.000Z.")
    own.advance("6h")
    update(own, SSESpecification={"Enabled": False})
    assert "Number of updates today: 5." in refused(update, home=own, SSESpecification=KMS)[1]
    own.advance("18h")
    for wanted in (KMS, {"Enabled": False}, KMS, {"Enabled": False}):
        update(own, SSESpecification=wanted)  # A new window.
    assert refused(update, home=own, SSESpecification=KMS)[0] == "LimitExceededException"


def test_keys_of_encryption(own):
    """An alias is one key for all tables; only the ARN is known to be the key that the table has."""
    create(own, SSESpecification=KMS)
    create(own, name="other", SSESpecification={**KMS, "KMSMasterKeyId": "alias/aws/dynamodb"})
    key = described(own)["SSEDescription"]
    assert key == described(own, "other")["SSEDescription"] and key["Status"] == "ENABLED"
    assert refused(update, home=own, SSESpecification={**KMS, "KMSMasterKeyId": key["KMSMasterKeyArn"]}) == (
        "ValidationException",
        "One or more parameter values were invalid: Table is already encrypted with given KMSMasterKeyId. Use "
        "KMSMasterKeyId parameter if you want to change Master Key")
    answered = update(own, SSESpecification={**KMS, "KMSMasterKeyId": "0e89ef16-bbf9-456f-be05-8000c64aa7d3"})
    assert answered["SSEDescription"] == {**key, "Status": "UPDATING"}, "the key of before"
    assert described(own)["SSEDescription"]["KMSMasterKeyArn"].endswith("key/0e89ef16-bbf9-456f-be05-8000c64aa7d3")
    update(own, SSESpecification={"Enabled": True})
    assert described(own)["SSEDescription"] == key
    assert update(own, SSESpecification={"Enabled": False})["SSEDescription"] == {**key, "Status": "UPDATING"}
    assert "SSEDescription" not in described(own)
    assert update(own, SSESpecification={"Enabled": True})["SSEDescription"] == {"Status": "UPDATING"}


def test_encryption_takes_time(own):
    """While the key changes the table is ACTIVE, cannot be deleted, and takes no other change of its key."""
    own.admin.post("/_cumulite/dynamodb/tables", seconds=10, account=own.name)
    create(own)
    own.advance("10s")
    update(own, SSESpecification=KMS)
    own.advance("9s")
    shown = described(own)
    assert (shown["TableStatus"], shown["SSEDescription"]) == ("ACTIVE", {"Status": "UPDATING"})
    in_use = "Attempt to change a resource which is still in use: "
    assert refused(update, home=own, SSESpecification={"Enabled": False}) == (
        "ResourceInUseException", in_use + "Server-Side Encryption is still being updated")
    update(own, SSESpecification=KMS)  # The same once more.
    assert refused(own.db.delete_table, TableName="data") == (
        "ResourceInUseException", in_use + "Table: data is in the process of being updated.")
    own.advance("1s")
    assert described(own)["SSEDescription"]["Status"] == "ENABLED"
    own.advance("10s")
    update(own, TableClass="STANDARD_INFREQUENT_ACCESS")
    shown = described(own)
    assert shown["TableStatus"] == "UPDATING" and "TableClassSummary" not in shown
    own.advance("10s")
    assert described(own)["TableClassSummary"]["TableClass"] == "STANDARD_INFREQUENT_ACCESS"
    own.db.delete_table(TableName="data")
    own.admin.post("/_cumulite/dynamodb/tables", seconds=0, account=own.name)


@pytest.fixture
def strict(start_daemon, tmp_path):
    """A daemon that makes callers wait as the service does, with a clock that stands still."""
    daemon = start_daemon("--dynamodb-cooldowns", "strict")
    admin = Admin(daemon.endpoint)
    home = Account(daemon.endpoint, admin, "000000000777")
    at_noon(home)
    home.create("data")
    return home


def set_ttl(home, enabled, attribute="t"):
    home.db.update_time_to_live(TableName="data", TimeToLiveSpecification={
        "Enabled": enabled, "AttributeName": attribute})


def test_cooldown_of_ttl(strict):
    """Half an hour and a minute after each change; what is wrong with the request itself is told first."""
    set_ttl(strict, True)
    assert refused(set_ttl, home=strict, enabled=True) == ("ValidationException", "TimeToLive is already enabled")
    strict.advance("1859s")
    assert refused(set_ttl, home=strict, enabled=False) == (
        "ValidationException", "Time to live has been modified multiple times within a fixed interval")
    strict.advance("1s")
    set_ttl(strict, False)
    assert refused(set_ttl, home=strict, enabled=True, attribute="other")[0] == "ValidationException"


def test_cooldown_of_protection(strict):
    """15 s after a change nothing is taken, not even what is so; setting what is so costs nothing before."""
    for _ in range(3):
        update(strict, DeletionProtectionEnabled=False)
    update(strict, DeletionProtectionEnabled=True)
    strict.advance("14s")
    for wanted in (True, False):
        assert refused(update, home=strict, DeletionProtectionEnabled=wanted) == (
            "ThrottlingException",
            "Deletion protection setting for table data modified within the previous 15000 milliseconds. Please try "
            "again after 2037-10-09T12:00:15.000Z")
    strict.advance("1s")
    update(strict, DeletionProtectionEnabled=False)
    strict.db.delete_table(TableName="data")


def test_cooldown_of_policies(strict):
    """15 s after a change, a deletion too, another is not taken; the same policy again is no change."""
    arn = strict.db.describe_table(TableName="data")["Table"]["TableArn"]

    def put(action):
        return strict.db.put_resource_policy(ResourceArn=arn, Policy=json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": "000000000001"}, "Action": action, "Resource": "*"}]}))

    def too_soon(until):
        return ("ThrottlingException", "Resource-based policy for table data modified within the previous 15000 "
                                       f"milliseconds. Please try again after 2037-10-09T12:00:{until}.000Z.")

    put("dynamodb:GetItem")
    strict.advance("14s")
    put("dynamodb:GetItem")
    assert refused(put, action="dynamodb:PutItem") == too_soon("15")
    assert refused(strict.db.delete_resource_policy, ResourceArn=arn) == too_soon("15")
    strict.advance("1s")
    strict.db.delete_resource_policy(ResourceArn=arn)
    assert refused(put, action="dynamodb:GetItem") == too_soon("30")
    strict.advance("15s")
    put("dynamodb:GetItem")


def test_no_cooldown_is_the_default(own):
    """Programs that change a setting twice in a row are not made to wait."""
    own.create("data")
    for enabled in (True, False, True):
        set_ttl(own, enabled)
        update(own, DeletionProtectionEnabled=enabled)
    update(own, DeletionProtectionEnabled=False)


def test_quotas_outlive_a_restart(start_daemon, tmp_path):
    """What was counted is kept with the table."""
    def client(daemon):
        Admin(daemon.endpoint).freeze()
        return make_client("dynamodb", daemon.endpoint)

    daemon = start_daemon("--data", str(tmp_path))
    db = client(daemon)
    db.create_table(TableName="data", KeySchema=HASH, AttributeDefinitions=NAMES, BillingMode="PAY_PER_REQUEST")
    for wanted in ("STANDARD_INFREQUENT_ACCESS", "STANDARD"):
        db.update_table(TableName="data", TableClass=wanted)
    daemon.stop()
    db = client(start_daemon("--data", str(tmp_path)))
    assert refused(db.update_table, TableName="data", TableClass="STANDARD")[0] == "LimitExceededException"
