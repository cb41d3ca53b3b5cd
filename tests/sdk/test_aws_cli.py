"""The unmodified aws CLI, as people type it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def aws(endpoint, tmp_path):
    """`aws("s3", "ls")` runs the CLI against the daemon; returns its stdout, parsed if it is JSON.

    Version 1 of the CLI does not heed AWS_ENDPOINT_URL for SQS: hence the flag.
    """
    program = Path(sys.executable).parent / "aws"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
                    "AWS_DEFAULT_REGION": "us-east-1", "HOME": str(tmp_path), "AWS_MAX_ATTEMPTS": "1"}

    def run(*words, fails=False):
        ended = subprocess.run([program, "--endpoint-url", endpoint, *words], capture_output=True, text=True, env=environment, timeout=120)
        assert bool(ended.returncode) == fails, ended.stdout + ended.stderr
        if fails:
            return ended.stderr
        try:
            return json.loads(ended.stdout)
        except ValueError:
            return ended.stdout

    return run


def test_s3_copies_lists_syncs_and_removes(aws, unique, tmp_path):
    bucket = unique("cli")
    folder = tmp_path / "tree"
    (folder / "sub").mkdir(parents=True)
    (folder / "a b.txt").write_text("one", encoding="utf-8")
    (folder / "sub" / "ü.bin").write_bytes(os.urandom(9_000_000))  # The CLI sends this in parts.
    aws("s3", "mb", f"s3://{bucket}")
    aws("s3", "sync", str(folder), f"s3://{bucket}/tree")
    assert "a b.txt" in aws("s3", "ls", f"s3://{bucket}/tree/")
    back = tmp_path / "back"
    aws("s3", "cp", "--recursive", f"s3://{bucket}/tree", str(back))
    for path in ("a b.txt", "sub/ü.bin"):
        assert (back / path).read_bytes() == (folder / path).read_bytes()
    aws("s3", "mv", f"s3://{bucket}/tree/a b.txt", f"s3://{bucket}/moved.txt")
    assert aws("s3", "cp", f"s3://{bucket}/moved.txt", "-") == "one"
    assert "BucketNotEmpty" in aws("s3", "rb", f"s3://{bucket}", fails=True)
    aws("s3", "rb", "--force", f"s3://{bucket}")
    assert bucket not in aws("s3", "ls")


def test_queue_topic_table_and_vault(aws, unique):
    queue = aws("sqs", "create-queue", "--queue-name", unique("cli"))["QueueUrl"]
    aws("sqs", "send-message", "--queue-url", queue, "--message-body", "hello")
    assert aws("sqs", "receive-message", "--queue-url", queue)["Messages"][0]["Body"] == "hello"
    topic = aws("sns", "create-topic", "--name", unique("cli"))["TopicArn"]
    assert aws("sns", "publish", "--topic-arn", topic, "--message", "hi")["MessageId"]
    table = unique("cli")
    aws("dynamodb", "create-table", "--table-name", table, "--billing-mode", "PAY_PER_REQUEST",
        "--attribute-definitions", "AttributeName=id,AttributeType=S", "--key-schema", "AttributeName=id,KeyType=HASH")
    aws("dynamodb", "put-item", "--table-name", table, "--item", '{"id": {"S": "1"}, "n": {"N": "5"}}')
    item = aws("dynamodb", "get-item", "--table-name", table, "--key", '{"id": {"S": "1"}}')["Item"]
    assert item["n"] == {"N": "5"}
    vault = unique("cli")
    aws("glacier", "create-vault", "--account-id", "-", "--vault-name", vault)
    assert aws("glacier", "describe-vault", "--account-id", "-", "--vault-name", vault)["VaultName"] == vault


def test_errors_are_shown_with_their_code(aws, unique):
    assert "NoSuchBucket" in aws("s3api", "list-objects-v2", "--bucket", unique("none"), fails=True)
    assert "NonExistentQueue" in aws("sqs", "get-queue-url", "--queue-name", unique("none"), fails=True)
    assert "ResourceNotFoundException" in aws("dynamodb", "describe-table", "--table-name", unique("none"), fails=True)


def test_env_points_a_shell_at_the_daemon(run_cli, endpoint):
    """`eval "$(cumulite env)"` gives a shell what the CLI and SDKs read."""
    script = run_cli("env", env={"AWS_ENDPOINT_URL": endpoint}).stdout
    shell = subprocess.run(["sh", "-c", f"{script}\nenv"], capture_output=True, text=True, check=True,
                           env={"PATH": os.environ["PATH"]})
    values = dict(line.split("=", 1) for line in shell.stdout.splitlines() if "=" in line)
    assert values["AWS_ACCESS_KEY_ID"] == "test" and values["AWS_ENDPOINT_URL"].startswith("http://")


def test_services_that_systems_read(aws, unique):
    assert aws("sts", "get-caller-identity")["Arn"].endswith(":root")
    secret = unique("cli")
    aws("secretsmanager", "create-secret", "--name", secret, "--secret-string", "hidden")
    assert aws("secretsmanager", "get-secret-value", "--secret-id", secret)["SecretString"] == "hidden"
    name = "/" + unique("cli") + "/key"
    aws("ssm", "put-parameter", "--name", name, "--value", "v", "--type", "SecureString")
    assert aws("ssm", "get-parameter", "--name", name, "--with-decryption")["Parameter"]["Value"] == "v"
    role = unique("cli")
    trust = json.dumps({"Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}})
    arn = aws("iam", "create-role", "--role-name", role, "--assume-role-policy-document", trust)["Role"]["Arn"]
    session = aws("sts", "assume-role", "--role-arn", arn, "--role-session-name", "cli")
    assert session["AssumedRoleUser"]["Arn"].endswith(f":assumed-role/{role}/cli")
    group = "/" + unique("cli")
    aws("logs", "create-log-group", "--log-group-name", group)
    assert group in str(aws("logs", "describe-log-groups", "--log-group-name-prefix", group))
    aws("ses", "send-email", "--from", "a@example.com", "--to", "b@example.com", "--subject", "s", "--text", "t")
    assert "NoSuchEntity" in aws("iam", "get-role", "--role-name", unique("none"), fails=True)
