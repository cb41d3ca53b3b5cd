"""Terraform's own provider over the services that systems read: apply, an empty plan, destroy.

Needs `terraform` and its aws provider in the folder that CUMULITE_TERRAFORM_PLUGINS names (for `init -plugin-dir`).
"""

import json
import os
import shutil
import subprocess

import pytest

from conftest import make_client

PLUGINS = os.environ.get("CUMULITE_TERRAFORM_PLUGINS", "")
SERVICES = ["iam", "logs", "secretsmanager", "ses", "sesv2", "ssm", "sts"]

pytestmark = pytest.mark.skipif(not PLUGINS or not shutil.which("terraform"), reason="no terraform with its provider")

MAIN = """
provider "aws" {
  region                      = "us-east-1"
  access_key                  = "ACCOUNT"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  endpoints {
ENDPOINTS
  }
}

data "aws_caller_identity" "me" {}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "worker" {
  name               = "worker"
  assume_role_policy = data.aws_iam_policy_document.trust.json
  tags               = { team = "a" }
}

resource "aws_iam_role_policy" "inline" {
  name   = "inline"
  role   = aws_iam_role.worker.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }] })
}

resource "aws_iam_policy" "managed" {
  name   = "managed"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sqs:*", Resource = "*" }] })
}

resource "aws_iam_role_policy_attachment" "own" {
  role       = aws_iam_role.worker.name
  policy_arn = aws_iam_policy.managed.arn
}

resource "aws_iam_role_policy_attachment" "basic" {
  role       = aws_iam_role.worker.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_iam_instance_profile" "profile" {
  name = "profile"
  role = aws_iam_role.worker.name
}


resource "aws_secretsmanager_secret" "db" {
  name                    = "db"
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret_version" "db" {
  secret_id     = aws_secretsmanager_secret.db.id
  secret_string = "VALUE"
}

resource "aws_ssm_parameter" "plain" {
  name  = "/app/plain"
  type  = "String"
  value = "VALUE"
}

resource "aws_ssm_parameter" "secret" {
  name  = "/app/secret"
  type  = "SecureString"
  value = "VALUE"
}

resource "aws_cloudwatch_log_group" "logs" {
  name              = "/app/logs"
  retention_in_days = 7
}

resource "aws_cloudwatch_log_stream" "stream" {
  name           = "stream"
  log_group_name = aws_cloudwatch_log_group.logs.name
}

resource "aws_sesv2_email_identity" "sender" { email_identity = "sender@example.com" }

output "account" { value = data.aws_caller_identity.me.account_id }
"""


def test_a_stack_comes_stays_and_goes(endpoint, account, tmp_path):
    def terraform(*words, expected=0):
        ended = subprocess.run(["terraform", *words], cwd=tmp_path, capture_output=True, text=True, timeout=600,
                               env={**os.environ, "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1"})
        assert ended.returncode == expected, ended.stdout + ended.stderr
        return ended.stdout

    def write(value):
        lines = "\n".join(f'    {service} = "{endpoint}"' for service in SERVICES)
        text = MAIN.replace("ENDPOINTS", lines).replace("ACCOUNT", account).replace("VALUE", value)
        (tmp_path / "main.tf").write_text(text, encoding="utf-8")

    write("one")
    terraform("init", "-input=false", f"-plugin-dir={PLUGINS}")
    terraform("apply", "-input=false", "-auto-approve", "-no-color")
    assert json.loads(terraform("output", "-json"))["account"]["value"] == account
    # Code 2 would say that there is something to change.
    terraform("plan", "-input=false", "-detailed-exitcode")
    write("two")
    terraform("apply", "-input=false", "-auto-approve", "-no-color")
    terraform("plan", "-input=false", "-detailed-exitcode")
    ssm = make_client("ssm", endpoint, access_key=account)
    assert ssm.get_parameter(Name="/app/secret", WithDecryption=True)["Parameter"]["Value"] == "two"
    terraform("destroy", "-input=false", "-auto-approve", "-no-color")
    assert make_client("iam", endpoint, access_key=account).list_roles()["Roles"] == []
