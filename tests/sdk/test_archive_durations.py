"""AWS's documented durations and states of archiving against those observed: `pytest -s` prints the table."""

import datetime
import json

import pytest
from conftest import Admin, make_client

HOUR, DAY = 3600, 86_400
DOCUMENTED = {  # What, then shortest and longest in seconds, as AWS's guides say.
    "glacier Expedited": (60, 5 * 60),
    "glacier Standard": (3 * HOUR, 5 * HOUR),
    "glacier Bulk": (5 * HOUR, 12 * HOUR),
    "glacier inventory": (3 * HOUR, 5 * HOUR),
    "s3 GLACIER Expedited": (60, 5 * 60),
    "s3 GLACIER Standard": (3 * HOUR, 5 * HOUR),
    "s3 GLACIER Bulk": (5 * HOUR, 12 * HOUR),
    "s3 DEEP_ARCHIVE Standard": (0, 12 * HOUR),
    "s3 DEEP_ARCHIVE Bulk": (0, 48 * HOUR),
    "s3 ARCHIVE_ACCESS Expedited": (60, 5 * 60),
    "s3 ARCHIVE_ACCESS Standard": (3 * HOUR, 5 * HOUR),
    "s3 ARCHIVE_ACCESS Bulk": (5 * HOUR, 12 * HOUR),
    "s3 DEEP_ARCHIVE_ACCESS Standard": (0, 12 * HOUR),
    "s3 DEEP_ARCHIVE_ACCESS Bulk": (0, 48 * HOUR),
}
LASTS = {  # What, how long it lasts, and from which state to which it goes then.
    "output of a job": (DAY, DAY, "Succeeded -> gone"),
    "age of the inventory": (DAY, DAY, "none -> LastInventoryDate"),
    "lock in progress": (DAY, DAY, "InProgress -> gone"),
    "idle multipart upload": (DAY, DAY, "listed -> gone"),
    "provisioned capacity": (28 * DAY, 32 * DAY, "listed -> gone"),
    "copy restored for 1 day": (DAY, 2 * DAY, "Completed -> Delete"),
}
EXPECTED_STATES = {"glacier": ["InProgress", "Succeeded", "gone"], "copy": ["Post", "Completed", "Delete"],
                   "tier": ["Post", "Completed"]}  # What comes back from a tier stays.


def seconds(text):
    return round(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp(), 3)


def glacier_durations(glacier, admin, account, unique):
    vault = unique("vault")
    glacier.create_vault(vaultName=vault)
    archive = glacier.upload_archive(vaultName=vault, body=b"x")["archiveId"]
    asked = {f"glacier {tier}": {"Type": "archive-retrieval", "ArchiveId": archive, "Tier": tier}
             for tier in ("Expedited", "Standard", "Bulk")}
    asked["glacier inventory"] = {"Type": "inventory-retrieval"}
    jobs = {what: glacier.initiate_job(vaultName=vault, jobParameters=parameters)["jobId"]
            for what, parameters in asked.items()}
    states = {what: [] for what in jobs}
    observed = {}
    for _ in range(50):
        for what, job in jobs.items():
            try:
                shown = glacier.describe_job(vaultName=vault, jobId=job)
                state = shown["StatusCode"]
                if shown["Completed"]:
                    observed[what] = round(seconds(shown["CompletionDate"]) - seconds(shown["CreationDate"]), 3)
            except glacier.exceptions.ResourceNotFoundException:
                state = "gone"
            if states[what][-1:] != [state]:
                states[what].append(state)
        admin.advance("1h", account)
    return observed, states


def archive(s3, bucket, admin, account):
    """An object in every archive class and tier; those of the tiers were not read for half a year."""
    keys = {what.replace(" ", "_"): what for what in DOCUMENTED if what.startswith("s3 ")}
    for tier, days in (("ARCHIVE_ACCESS", 90), ("DEEP_ARCHIVE_ACCESS", 180)):
        s3.put_bucket_intelligent_tiering_configuration(Bucket=bucket, Id=tier, IntelligentTieringConfiguration={
            "Id": tier, "Status": "Enabled", "Filter": {"Prefix": f"s3_{tier}"},
            "Tierings": [{"Days": days, "AccessTier": tier}]})
    tiered = [key for key in keys if "ACCESS" in key]
    for key in tiered:
        s3.put_object(Bucket=bucket, Key=key, Body=b"x" * (128 * 1024), StorageClass="INTELLIGENT_TIERING")
    admin.advance("181d", account)
    for key in keys.keys() - set(tiered):
        s3.put_object(Bucket=bucket, Key=key, Body=b"x", StorageClass=keys[key].split()[1])
    return keys


def s3_durations(s3, sqs, admin, account, unique):
    bucket = unique("bucket")
    # Four days is also how long a queue keeps its messages by default.
    url = sqs.create_queue(QueueName=unique("events"), Attributes={"MessageRetentionPeriod": "1209600"})["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={
        "QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectRestore:*"]}]})
    keys = archive(s3, bucket, admin, account)
    for key, what in keys.items():
        days = {} if "ACCESS" in what else {"Days": 1}
        s3.restore_object(Bucket=bucket, Key=key, RestoreRequest={
            **days, "GlacierJobParameters": {"Tier": what.split()[2]}})
    admin.advance("4d", account)
    admin.settle(account)
    times, states = {}, {}
    while batch := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for record in (r for message in batch for r in json.loads(message["Body"]).get("Records", [])):
            at = times.setdefault(keys[record["s3"]["object"]["key"]], {})
            at[record["eventName"].split(":")[1]] = seconds(record["eventTime"])
    for what, at in times.items():
        states[what] = sorted(at, key=at.get)
    copies = [at["Delete"] - at["Completed"] for at in times.values() if "Delete" in at]
    return {what: at["Completed"] - at["Post"] for what, at in times.items()}, states, copies


def lasts(admin, account, from_ms, duration_s, is_there):
    """`duration_s` if it is there until a second before then and not any more, else nothing."""
    for at_s, expected in ((duration_s - 1, True), (duration_s, False)):
        admin.post("/_cumulite/clock", action="set", time=round(from_ms + at_s * 1000), account=account)
        if is_there() != expected:
            return None
    return duration_s


def glacier_lasts(glacier, admin, account, unique):
    """Each in a vault of its own, to the second."""
    observed = {}

    def found(call, **arguments):
        try:
            return call(**arguments)
        except glacier.exceptions.ResourceNotFoundException:
            return None

    def measure(what, duration_s, begin):
        vault = unique("vault")
        glacier.create_vault(vaultName=vault)
        is_there, from_ms = begin(vault)
        observed[what] = lasts(admin, account, from_ms or admin.now_ms(account), duration_s, is_there)

    def output(vault):
        made = glacier.upload_archive(vaultName=vault, body=b"x")["archiveId"]
        job = glacier.initiate_job(vaultName=vault, jobParameters={
            "Type": "archive-retrieval", "ArchiveId": made, "Tier": "Expedited"})["jobId"]
        admin.advance("5m", account)
        done_ms = round(seconds(glacier.describe_job(vaultName=vault, jobId=job)["CompletionDate"]) * 1000)
        return (lambda: found(glacier.get_job_output, vaultName=vault, jobId=job) is not None), done_ms

    def inventory(vault):
        glacier.upload_archive(vaultName=vault, body=b"x")
        return (lambda: "LastInventoryDate" not in glacier.describe_vault(vaultName=vault)), None

    def lock(vault):
        arn = glacier.describe_vault(vaultName=vault)["VaultARN"]
        glacier.initiate_vault_lock(vaultName=vault, policy={"Policy": json.dumps({"Statement": [{
            "Effect": "Deny", "Principal": "*", "Action": "glacier:DeleteArchive", "Resource": arn}]})})
        return (lambda: found(glacier.get_vault_lock, vaultName=vault) is not None), None

    def upload(vault):
        glacier.initiate_multipart_upload(vaultName=vault, partSize="1048576")
        return (lambda: glacier.list_multipart_uploads(vaultName=vault)["UploadsList"] != []), None

    for what, begin in (("output of a job", output), ("age of the inventory", inventory), ("lock in progress", lock),
                        ("idle multipart upload", upload)):
        measure(what, DAY, begin)
    glacier.purchase_provisioned_capacity()
    unit = glacier.list_provisioned_capacity()["ProvisionedCapacityList"][0]
    begun_ms = round(seconds(unit["StartDate"]) * 1000)
    whole_s = seconds(unit["ExpirationDate"]) - seconds(unit["StartDate"])
    observed["provisioned capacity"] = lasts(admin, account, begun_ms, whole_s, lambda: bool(
        glacier.list_provisioned_capacity()["ProvisionedCapacityList"]))
    return observed


def test_durations_are_those_that_aws_documents(endpoint, admin, account, unique):
    """Each tier ends within its documented bounds, passes its states in order, and what expires does so in its second."""
    admin.freeze(account)
    clients = {name: make_client(name, endpoint, access_key=account) for name in ("glacier", "s3", "sqs")}
    observed, states = glacier_durations(clients["glacier"], admin, account, unique)
    s3_observed, s3_states, copies = s3_durations(clients["s3"], clients["sqs"], admin, account, unique)
    observed.update(s3_observed)
    states.update(s3_states)
    lasted = {**glacier_lasts(clients["glacier"], admin, account, unique), "copy restored for 1 day": max(copies)}
    print(f"\n{'what':31} {'AWS documents':>18} {'observed':>10}   states")
    for what, (shortest, longest) in DOCUMENTED.items():
        bounds = f"{shortest / HOUR:.2f} - {longest / HOUR:.2f} h"
        print(f"{what:31} {bounds:>18} {observed[what] / HOUR:8.2f} h   {' -> '.join(states[what])}")
    for what, (shortest, longest, change) in LASTS.items():
        bounds = f"{shortest // HOUR} - {longest // HOUR} h" if longest > shortest else f"{shortest // HOUR} h"
        print(f"{what:31} {bounds:>18} {(lasted[what] or 0) / HOUR:8.2f} h   {change}")
    for what, (shortest, longest) in DOCUMENTED.items():
        assert shortest <= observed[what] <= longest, what
        kind = "glacier" if what.startswith("glacier") else "tier" if "ACCESS" in what else "copy"
        assert states[what] == EXPECTED_STATES[kind], what
    for what, (shortest, longest, _) in LASTS.items():
        assert lasted[what] is not None and shortest <= lasted[what] <= longest, what
    assert all(DAY <= lasted_s <= 2 * DAY for lasted_s in copies)


@pytest.mark.parametrize("tier", ["Expedited", "Standard", "Bulk"])
def test_durations_repeat_under_a_seed(start_daemon, tier):
    """The same calls under the same seed take the same time, under another one another."""
    taken = []
    for seed in ("1", "1", "2"):
        daemon = start_daemon("--seed", seed)
        glacier = make_client("glacier", daemon.endpoint)
        glacier.create_vault(vaultName="v")
        archive = glacier.upload_archive(vaultName="v", body=b"x")["archiveId"]
        admin = Admin(daemon.endpoint)
        admin.freeze()
        job = glacier.initiate_job(vaultName="v", jobParameters={
            "Type": "archive-retrieval", "ArchiveId": archive, "Tier": tier})["jobId"]
        admin.advance("13h")
        shown = glacier.describe_job(vaultName="v", jobId=job)
        taken.append(round(seconds(shown["CompletionDate"]) - seconds(shown["CreationDate"]), 3))
        daemon.stop()
    assert taken[0] == taken[1] != taken[2]


def test_restores_of_s3_repeat_under_a_seed(start_daemon):
    """Also S3's: the same object under the same seed, whatever was done before."""
    taken = []
    for seed in ("1", "1", "2"):
        daemon = start_daemon("--seed", seed)
        s3, admin = make_client("s3", daemon.endpoint), Admin(daemon.endpoint)
        s3.create_bucket(Bucket="archive")
        for _ in taken:
            s3.put_object(Bucket="archive", Key="other", Body=b"x")
        s3.put_object(Bucket="archive", Key="k", Body=b"x", StorageClass="GLACIER")
        admin.freeze()
        s3.restore_object(Bucket="archive", Key="k", RestoreRequest={"Days": 1, "Tier": "Standard"})
        minutes = 0
        while s3.head_object(Bucket="archive", Key="k")["Restore"] == 'ongoing-request="true"':
            admin.advance("1m")
            minutes += 1
        taken.append(minutes)
        daemon.stop()
    assert taken[0] == taken[1] != taken[2]
    assert all(180 <= minutes <= 300 for minutes in taken)
