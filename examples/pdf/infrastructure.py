"""The stack of terraform/main.tf, by Terraform, or the same by boto3 where Terraform or its provider is missing."""

import importlib.util
import io
import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
# The provider, unpacked as `terraform init -plugin-dir` wants it; else it is downloaded once, to the second.
PLUGINS = os.environ.get("CUMULITE_TERRAFORM_PLUGINS", "")
DOWNLOADED = HERE.parents[1] / "build" / "terraform-plugins"
BUCKET, PROCESSING, RECORDS, SECRET, FUNCTION = "pdf-files", "pdf-processing", "pdf-records", "pdf/processing", "pdf-processing"
TRUST = {"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}]}


def make_package(path):
    """The function's zip: its sources, and pypdf as `pip install --target` would have put it there."""
    library = Path(importlib.util.find_spec("pypdf").origin).parent
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for source in sorted((HERE / "processing").glob("*.py")):
            archive.write(source, source.name)
        for source in sorted(library.rglob("*.py")):
            archive.write(source, Path(library.name) / source.relative_to(library))


class Terraform:
    def __init__(self, folder, environment, callback_url, callback_token):
        self.folder = Path(folder)
        self.environment = {**environment, "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1",
                            "TF_VAR_callback_url": callback_url, "TF_VAR_callback_token": callback_token,
                            "TF_VAR_package": str(self.folder / "function.zip")}
        shutil.copy(HERE / "terraform" / "main.tf", self.folder)

    def _run(self, *words):
        return subprocess.run(["terraform", *words, "-no-color"], cwd=self.folder, capture_output=True, text=True,
                              env=self.environment)

    def run(self, *words):
        ended = self._run(*words)
        if ended.returncode:
            raise SystemExit(f"FAILED: terraform {' '.join(words)}:\n{ended.stdout}{ended.stderr}")
        return ended.stdout

    def init(self):
        """False where there is no Terraform, or its provider can neither be found nor downloaded."""
        if not shutil.which("terraform"):
            return False
        found = PLUGINS or (str(DOWNLOADED) if any(DOWNLOADED.glob("*")) else "")
        if found:
            return self.run("init", "-input=false", f"-plugin-dir={found}") != ""
        DOWNLOADED.mkdir(parents=True, exist_ok=True)
        self.environment |= {"TF_PLUGIN_CACHE_DIR": str(DOWNLOADED), "TF_REGISTRY_DISCOVERY_RETRY": "0"}
        return self._run("init", "-input=false").returncode == 0

    def create(self):
        make_package(self.folder / "function.zip")
        self.run("apply", "-input=false", "-auto-approve")
        return {name: output["value"] for name, output in json.loads(self.run("output", "-json")).items()}

    def check_unchanged(self):
        # Its exit code would be 2 if anything were to be changed.
        self.run("plan", "-input=false", "-detailed-exitcode")

    def destroy(self):
        self.run("destroy", "-input=false", "-auto-approve")


class Boto3:
    """The same stack by calls."""

    def __init__(self, clients, callback_url, callback_token):
        self.clients, self.callback_url, self.callback_token = clients, callback_url, callback_token

    def create(self):
        self.clients["s3"].create_bucket(Bucket=BUCKET)
        self.clients["s3"].put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration={
            "BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True})
        sqs = self.clients["sqs"]
        self.processing = sqs.create_queue(QueueName=PROCESSING, Attributes={"VisibilityTimeout": "180"})["QueueUrl"]
        self.records = sqs.create_queue(QueueName=RECORDS)["QueueUrl"]
        self.clients["secretsmanager"].create_secret(Name=SECRET, SecretString=json.dumps({
            "AWS_S3_BUCKET_NAME": BUCKET, "AWS_SQS_QUEUE_URL": self.processing,
            "API_CALLBACK_URL": self.callback_url, "API_CALLBACK_TOKEN": self.callback_token}))
        self._create_function(self.clients["lambda"])
        return {"records_queue_url": self.records, "secret_name": SECRET}

    def _create_function(self, functions):
        role = self.clients["iam"].create_role(RoleName=FUNCTION, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
        package = io.BytesIO()
        make_package(package)
        functions.create_function(
            FunctionName=FUNCTION, Role=role["Arn"], Runtime="python3.11", Handler="lambda_function.lambda_handler",
            Timeout=30, MemorySize=512, Environment={"Variables": {"SECRET_NAME": SECRET}},
            Code={"ZipFile": package.getvalue()})
        functions.get_waiter("function_active_v2").wait(FunctionName=FUNCTION)
        queue = self.clients["sqs"].get_queue_attributes(QueueUrl=self.processing, AttributeNames=["QueueArn"])
        self.source = functions.create_event_source_mapping(
            EventSourceArn=queue["Attributes"]["QueueArn"], FunctionName=FUNCTION, BatchSize=1)["UUID"]

    def destroy(self):
        self.clients["lambda"].delete_event_source_mapping(UUID=self.source)
        self.clients["lambda"].delete_function(FunctionName=FUNCTION)
        self.clients["iam"].delete_role(RoleName=FUNCTION)
        self.clients["secretsmanager"].delete_secret(SecretId=SECRET, ForceDeleteWithoutRecovery=True)
        for queue in (self.processing, self.records):
            self.clients["sqs"].delete_queue(QueueUrl=queue)
        for page in self.clients["s3"].get_paginator("list_objects_v2").paginate(Bucket=BUCKET):
            self.clients["s3"].delete_objects(Bucket=BUCKET, Delete={
                "Objects": [{"Key": item["Key"]} for item in page.get("Contents", ())]})
        self.clients["s3"].delete_bucket(Bucket=BUCKET)
