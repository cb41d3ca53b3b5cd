"""Terraform's own provider over everything that systems make by it: apply, an empty plan, a change, destroy.

Needs `terraform` and its aws provider in the folder that CUMULITE_TERRAFORM_PLUGINS names (for `init -plugin-dir`).
Of its minutes most are the provider's own: it reads each new or changed queue for 25 seconds.
"""

import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from conftest import make_client

PLUGINS = os.environ.get("CUMULITE_TERRAFORM_PLUGINS", "")
STACK = Path(__file__).with_name("terraform")
NAME = "stack"

pytestmark = pytest.mark.skipif(not PLUGINS or not shutil.which("terraform"), reason="no terraform with its provider")


@pytest.fixture
def terraform(endpoint, account, tmp_path):
    """Runs a command of terraform on the stack in `stage`; returns its output."""
    for source in STACK.glob("*.tf"):
        shutil.copy(source, tmp_path)
    package = tmp_path / "worker.zip"
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("worker.py", "def handler(event, context): return event\n")
    environment = {
        **os.environ, "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1", "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": account, "AWS_SECRET_ACCESS_KEY": "test",
        "TF_VAR_name": NAME, "TF_VAR_package": str(package)}

    def run(*words, stage=1):
        ended = subprocess.run(["terraform", *words], cwd=tmp_path, capture_output=True, text=True, timeout=1200,
                               env={**environment, "TF_VAR_stage": str(stage)})
        assert ended.returncode == 0, ended.stdout[-6000:] + ended.stderr
        return ended.stdout

    run("init", "-input=false", f"-plugin-dir={PLUGINS}")
    return run


SCALED = {"ServiceNamespace": "dynamodb"}
LISTS = [("s3", "list_buckets", "Buckets"), ("sqs", "list_queues", "QueueUrls"), ("sns", "list_topics", "Topics"),
         ("sns", "list_subscriptions", "Subscriptions"), ("dynamodb", "list_tables", "TableNames"),
         ("glacier", "list_vaults", "VaultList"), ("lambda", "list_functions", "Functions"),
         ("lambda", "list_event_source_mappings", "EventSourceMappings"), ("lambda", "list_layers", "Layers"),
         ("iam", "list_roles", "Roles"), ("iam", "list_users", "Users"),
         ("iam", "list_instance_profiles", "InstanceProfiles"), ("secretsmanager", "list_secrets", "SecretList"),
         ("ssm", "describe_parameters", "Parameters"), ("logs", "describe_log_groups", "logGroups"),
         ("application-autoscaling", "describe_scalable_targets", "ScalableTargets", SCALED),
         ("application-autoscaling", "describe_scaling_policies", "ScalingPolicies", SCALED),
         ("application-autoscaling", "describe_scheduled_actions", "ScheduledActions", SCALED),
         ("ses", "list_identities", "Identities"), ("ses", "list_templates", "TemplatesMetadata")]


def test_a_stack_comes_changes_and_goes(terraform, endpoint, account):
    def change_to(stage):
        terraform("apply", "-input=false", "-auto-approve", "-no-color", stage=stage)
        # Code 2 would say that there is something to change.
        terraform("plan", "-input=false", "-detailed-exitcode", "-no-color", stage=stage)
        outputs = json.loads(terraform("output", "-json"))
        assert json.loads(outputs["secret"]["value"]) == {"stage": stage}
        assert outputs["account"]["value"] == account

    def count():
        found = {}
        for service, operation, member, *arguments in LISTS:
            answer = getattr(make_client(service, endpoint, access_key=account), operation)(**dict(*arguments))
            found[operation] = len(answer.get(member, ()))
        return found

    change_to(1)
    assert all(count().values()), count()
    change_to(2)
    function = make_client("lambda", endpoint, access_key=account).get_function_configuration(FunctionName=f"{NAME}-worker")
    assert function["Timeout"] == 20 and function["Environment"]["Variables"] == {"STAGE": "2"}
    table = make_client("dynamodb", endpoint, access_key=account).describe_table(TableName=f"{NAME}-items")["Table"]
    assert {index["IndexName"] for index in table["GlobalSecondaryIndexes"]} == {"by-owner", "by-state"}
    kms = make_client("kms", endpoint, access_key=account)
    key = kms.describe_key(KeyId=f"alias/{NAME}")["KeyMetadata"]
    assert kms.get_key_rotation_status(KeyId=key["KeyId"])["RotationPeriodInDays"] == 180
    terraform("destroy", "-input=false", "-auto-approve", "-no-color", stage=2)
    assert kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] == "PendingDeletion"
    assert not any(count().values()), count()
