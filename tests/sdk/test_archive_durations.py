"""AWS's documented durations and states of archiving against those observed: `pytest -s` prints the table."""

import datetime
import json

import pytest
from conftest import Admin, make_client

HOUR = 3600
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
}


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


def s3_durations(s3, sqs, admin, account, unique):
    bucket = unique("bucket")
    # Four days is also how long a queue keeps its messages by default.
    url = sqs.create_queue(QueueName=unique("events"), Attributes={"MessageRetentionPeriod": "1209600"})["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={
        "QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectRestore:*"]}]})
    for what in (each for each in DOCUMENTED if each.startswith("s3 ")):
        _, storage_class, tier = what.split()
        s3.put_object(Bucket=bucket, Key=what.replace(" ", "_"), Body=b"x", StorageClass=storage_class)
        s3.restore_object(Bucket=bucket, Key=what.replace(" ", "_"), RestoreRequest={
            "Days": 1, "GlacierJobParameters": {"Tier": tier}})
    admin.advance("4d", account)
    admin.settle(account)
    times, states = {}, {}
    while batch := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for record in (r for message in batch for r in json.loads(message["Body"]).get("Records", [])):
            what = record["s3"]["object"]["key"].replace("_", " ").replace("DEEP ARCHIVE", "DEEP_ARCHIVE")
            times.setdefault(what, {})[record["eventName"].split(":")[1]] = seconds(record["eventTime"])
    for what, at in times.items():
        states[what] = sorted(at, key=at.get)
    return {what: at["Completed"] - at["Post"] for what, at in times.items()}, states


def test_durations_are_those_that_aws_documents(endpoint, admin, account, unique):
    """Each tier ends within its documented bounds, passes its states in order, and its output goes."""
    admin.freeze(account)
    clients = {name: make_client(name, endpoint, access_key=account) for name in ("glacier", "s3", "sqs")}
    observed, states = glacier_durations(clients["glacier"], admin, account, unique)
    for more, into in zip(s3_durations(clients["s3"], clients["sqs"], admin, account, unique), (observed, states)):
        into.update(more)
    print(f"\n{'what':26} {'AWS documents':>20} {'observed':>10}   states")
    for what, (shortest, longest) in DOCUMENTED.items():
        bounds = f"{shortest / HOUR:.2f} - {longest / HOUR:.2f} h"
        print(f"{what:26} {bounds:>20} {observed[what] / HOUR:8.2f} h   {' -> '.join(states[what])}")
    for what, (shortest, longest) in DOCUMENTED.items():
        assert shortest <= observed[what] <= longest, what
        expected = ["InProgress", "Succeeded", "gone"] if what.startswith("glacier") else ["Post", "Completed", "Delete"]
        assert states[what] == expected, what


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
