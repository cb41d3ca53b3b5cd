"""S3 Control: tags of buckets as resources, and what an account blocks of public access.

SDKs put the account before the host of their endpoint. Such a name need not resolve where tests run, so they reach
the daemon as a proxy: what they send is the same.
"""

import json
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from botocore import UNSIGNED

from conftest import Daemon, make_client
from refusals import code_and_status, code_message_and_status, code_of, refusal_of

ALL = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
NOTHING = dict.fromkeys(ALL, False)
CREDENTIALS = [{"access_key_id": f"AKIA{account[0]}", "secret_access_key": "secret", "account_id": account,
                "canonical_user_id": account[0] * 64, "display_name": account} for account in ("1" * 12, "2" * 12)]
PLUGINS = os.environ.get("CUMULITE_TERRAFORM_PLUGINS", "")


def control_client(endpoint, **options):
    return make_client("s3control", endpoint, proxies={"http": endpoint}, **options)


def arn_of(bucket):
    return f"arn:aws:s3:::{bucket}"


def public_policy(bucket):
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}]})


@pytest.fixture
def control(endpoint, account):
    return control_client(endpoint, access_key=account)


@pytest.fixture
def s3(endpoint, account):
    return make_client("s3", endpoint, access_key=account)


@pytest.fixture
def bucket(s3, unique):
    name = unique("control")
    s3.create_bucket(Bucket=name)
    return name


def tags_of(control, account, bucket):
    listed = control.list_tags_for_resource(AccountId=account, ResourceArn=arn_of(bucket))
    return {tag["Key"]: tag["Value"] for tag in listed["Tags"]}


def test_tags_are_those_of_the_bucket(control, s3, account, bucket):
    """What one API writes the other reads; tagging merges, as PutBucketTagging does not."""
    assert tags_of(control, account, bucket) == {}
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": "stage", "Value": "1"}, {"Key": "old", "Value": "x"}]})
    tagged = control.tag_resource(AccountId=account, ResourceArn=arn_of(bucket), Tags=[
        {"Key": "stage", "Value": "2"}, {"Key": "naïve", "Value": ""}])
    assert tagged["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert tags_of(control, account, bucket) == {"stage": "2", "old": "x", "naïve": ""}
    assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"][0] == {"Key": "stage", "Value": "2"}
    untagged = control.untag_resource(AccountId=account, ResourceArn=arn_of(bucket), TagKeys=["old", "naïve", "none"])
    assert untagged["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert tags_of(control, account, bucket) == {"stage": "2"}
    control.untag_resource(AccountId=account, ResourceArn=arn_of(bucket), TagKeys=["stage"])
    assert tags_of(control, account, bucket) == {}
    assert code_of(s3.get_bucket_tagging, Bucket=bucket) == "NoSuchTagSet"


def test_a_bucket_has_fifty_tags(control, account, bucket):
    """The bound is on what comes of the merge, and a refused call changes nothing."""
    def tag(numbers):
        control.tag_resource(AccountId=account, ResourceArn=arn_of(bucket),
                             Tags=[{"Key": f"k{number}", "Value": str(number)} for number in numbers])

    tag(range(50))
    tag(range(49, 0, -1))
    refused = code_message_and_status(control.tag_resource, AccountId=account, ResourceArn=arn_of(bucket),
                                      Tags=[{"Key": "one-more", "Value": ""}])
    assert refused == ("BadRequest", "Bucket tags cannot be greater than 50", 400)
    assert len(tags_of(control, account, bucket)) == 50


@pytest.mark.parametrize("tags", [
    [{"Key": "aws:mine", "Value": "x"}], [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}],
    [{"Key": "a?", "Value": "1"}]])
def test_tags_are_checked_as_s3_checks_them(control, account, bucket, tags):
    assert code_and_status(control.tag_resource, AccountId=account, ResourceArn=arn_of(bucket), Tags=tags) == ("InvalidTag", 400)
    assert tags_of(control, account, bucket) == {}


@pytest.mark.parametrize("arn, code, status", [
    ("arn:aws:s3:::no-such-bucket-of-anybody", "NoSuchBucket", 404),
    ("arn:aws:s3express:us-east-1:000000000000:bucket/x--use1-az4--x-s3", "NoSuchBucket", 404),
    ("arn:aws:s3:us-east-1:000000000000:accesspoint/mine", "NoSuchAccessPoint", 404),
    ("arn:aws:s3:us-east-1:000000000000:storage-lens-group/mine", "NoSuchResource", 404),
    ("arn:aws:s3:us-east-1:000000000000:access-grants/default", "NoSuchResource", 404),
    ("arn:aws:s3:::bucket/object", "InvalidRequest", 400),
    ("arn:aws:sqs:us-east-1:000000000000:queue", "InvalidRequest", 400),
    ("no arn", "InvalidRequest", 400),
])
def test_what_has_no_tags_is_refused_by_all_three(endpoint, account, arn, code, status):
    """The ARN is put into the path by hand: clients look at some of them themselves."""
    def send(method, query="", body=None):
        path = urllib.request.quote(arn, safe="/")
        request = urllib.request.Request(f"{endpoint}/v20180820/tags/{path}{query}", data=body, method=method, headers={
            "x-amz-account-id": account, "Content-Type": "application/xml"})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=30)
        return refused.value.code, refused.value.read().decode()

    body = b"<TagResourceRequest><Tags><Tag><Key>k</Key><Value>v</Value></Tag></Tags></TagResourceRequest>"
    for found, text in (send("GET"), send("POST", body=body), send("DELETE", "?tagKeys=k")):
        assert found == status and f"<Code>{code}</Code>" in text, text


def test_errors_have_the_form_of_s3_control(control, account):
    """<ErrorResponse><Error>, with the ids beside it; S3's own errors have no such wrapping."""
    refused = refusal_of(control.get_public_access_block, AccountId=account)
    assert refused["Error"]["Code"] == "NoSuchPublicAccessBlockConfiguration"
    assert refused["Error"]["Message"] == "The public access block configuration was not found"
    assert refused["ResponseMetadata"]["HTTPStatusCode"] == 404
    headers = refused["ResponseMetadata"]["HTTPHeaders"]
    assert refused["ResponseMetadata"]["RequestId"] == headers["x-amz-request-id"] and headers["x-amz-id-2"]
    with pytest.raises(control.exceptions.NoSuchPublicAccessBlockConfiguration):
        control.get_public_access_block(AccountId=account)


def test_what_is_not_built_says_its_name(control, account):
    error = code_message_and_status(control.create_access_point, AccountId=account, Name="mine", Bucket="some-bucket")
    assert error[0] == "NotImplemented" and "CreateAccessPoint" in error[1] and error[2] == 501
    assert code_of(control.list_jobs, AccountId=account) == "NotImplemented"
    assert code_of(control.get_multi_region_access_point_routes, AccountId=account, Mrap="arn:aws:s3::1:accesspoint/x.mrap") == "NotImplemented"
    assert control.list_access_points(AccountId=account)["AccessPointList"] == []


def test_a_bucket_may_have_the_name_of_the_path(s3, endpoint, account):
    """Only with the header that all calls of S3 Control have is it a path of that."""
    s3.create_bucket(Bucket="v20180820")
    key = "configuration/publicAccessBlock"
    s3.put_object(Bucket="v20180820", Key=key, Body=b"an object")
    assert s3.get_object(Bucket="v20180820", Key=key)["Body"].read() == b"an object"
    assert code_of(control_client(endpoint, access_key=account).get_public_access_block, AccountId=account).startswith("NoSuchPublic")
    s3.delete_object(Bucket="v20180820", Key=key)
    s3.delete_bucket(Bucket="v20180820")


def test_an_account_blocks_public_access(control, s3, account, bucket):
    """Unstated settings are off; put replaces all four; what is deleted is not there any more."""
    control.put_public_access_block(AccountId=account, PublicAccessBlockConfiguration={"BlockPublicAcls": True})
    found = control.get_public_access_block(AccountId=account)["PublicAccessBlockConfiguration"]
    assert found == {**NOTHING, "BlockPublicAcls": True}
    control.put_public_access_block(AccountId=account, PublicAccessBlockConfiguration={"BlockPublicPolicy": True})
    found = control.get_public_access_block(AccountId=account)["PublicAccessBlockConfiguration"]
    assert found == {**NOTHING, "BlockPublicPolicy": True}
    control.delete_public_access_block(AccountId=account)
    control.delete_public_access_block(AccountId=account)
    assert code_of(control.get_public_access_block, AccountId=account) == "NoSuchPublicAccessBlockConfiguration"


def test_the_accounts_block_holds_for_all_of_its_buckets(control, s3, account, bucket, unique):
    """Whatever the bucket's own says; the bucket's own configuration still reads as it was put."""
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=NOTHING)
    control.put_public_access_block(AccountId=account, PublicAccessBlockConfiguration={
        "BlockPublicAcls": True, "BlockPublicPolicy": True})
    denied = ("AccessDenied", 403)
    assert code_and_status(s3.put_bucket_policy, Bucket=bucket, Policy=public_policy(bucket)) == denied
    assert code_and_status(s3.put_bucket_acl, Bucket=bucket, ACL="public-read") == denied
    assert code_and_status(s3.put_object, Bucket=bucket, Key="k", Body=b"", ACL="public-read") == denied
    assert code_and_status(s3.create_bucket, Bucket=unique("public"), ACL="public-read") == denied
    assert s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"] == NOTHING
    control.delete_public_access_block(AccountId=account)
    s3.put_bucket_policy(Bucket=bucket, Policy=public_policy(bucket))
    s3.put_object(Bucket=bucket, Key="k", Body=b"", ACL="public-read")


def test_snapshots_and_resets_have_the_accounts_block(control, admin, account, bucket, unique):
    """A block that was taken from memory must not outlive the rows."""
    everything = dict.fromkeys(ALL, True)
    control.put_public_access_block(AccountId=account, PublicAccessBlockConfiguration=everything)
    control.tag_resource(AccountId=account, ResourceArn=arn_of(bucket), Tags=[{"Key": "k", "Value": "kept"}])
    name = unique("snapshot")
    assert admin.call("POST", "/_cumulite/snapshots", {"name": name, "account": account})[0] == 201
    control.delete_public_access_block(AccountId=account)
    control.untag_resource(AccountId=account, ResourceArn=arn_of(bucket), TagKeys=["k"])
    admin.post(f"/_cumulite/snapshots/{name}/restore")
    assert control.get_public_access_block(AccountId=account)["PublicAccessBlockConfiguration"] == everything
    assert tags_of(control, account, bucket) == {"k": "kept"}
    admin.post("/_cumulite/reset", account=account)
    assert code_of(control.get_public_access_block, AccountId=account) == "NoSuchPublicAccessBlockConfiguration"
    admin.call("DELETE", f"/_cumulite/snapshots/{name}")


@pytest.fixture(scope="module")
def enforcing(binary, tmp_path_factory):
    path = tmp_path_factory.mktemp("credentials") / "credentials.json"
    path.write_text(json.dumps(CREDENTIALS), encoding="utf-8")
    daemon = Daemon(binary, "--auth", "enforce", "--credentials", str(path))
    yield daemon.endpoint
    daemon.stop()


def signed(service, endpoint, who):
    make = control_client if service == "s3control" else lambda *words, **options: make_client(service, *words, **options)
    return make(endpoint, access_key=who["access_key_id"], secret_key=who["secret_access_key"])


def test_only_the_account_itself_is_served(enforcing, unique):
    """By the header's account, by the owner of the bucket, and by the bucket's policy."""
    mine, other = CREDENTIALS
    name = unique("owned")
    s3 = signed("s3", enforcing, mine)
    s3.create_bucket(Bucket=name)
    control, foreign = signed("s3control", enforcing, mine), signed("s3control", enforcing, other)
    denied = ("AccessDenied", 403)
    assert code_and_status(foreign.get_public_access_block, AccountId=mine["account_id"]) == denied
    asked = {"AccountId": other["account_id"], "ResourceArn": arn_of(name)}
    assert code_and_status(foreign.list_tags_for_resource, **asked) == denied
    assert code_and_status(foreign.tag_resource, **asked, Tags=[{"Key": "k", "Value": "v"}]) == denied
    assert code_and_status(foreign.untag_resource, **asked, TagKeys=["k"]) == denied
    nobody = control_client(enforcing, signature_version=UNSIGNED)
    assert code_and_status(nobody.get_public_access_block, AccountId=mine["account_id"]) == denied
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": other["account_id"]}, "Action": "s3:ListTagsForResource", "Resource": arn_of(name)}]}))
    control.tag_resource(AccountId=mine["account_id"], ResourceArn=arn_of(name), Tags=[{"Key": "k", "Value": "v"}])
    assert foreign.list_tags_for_resource(**asked)["Tags"] == [{"Key": "k", "Value": "v"}]
    assert code_and_status(foreign.untag_resource, **asked, TagKeys=["k"]) == denied


def test_what_is_public_already_is_shut_by_the_account(enforcing, unique):
    """IgnorePublicAcls and RestrictPublicBuckets hold for what was granted before, at the very next request."""
    mine = CREDENTIALS[0]
    s3, control = signed("s3", enforcing, mine), signed("s3control", enforcing, mine)
    by_acl, by_policy = unique("acl"), unique("policy")
    s3.create_bucket(Bucket=by_acl, ObjectOwnership="ObjectWriter")
    s3.create_bucket(Bucket=by_policy)
    s3.put_object(Bucket=by_acl, Key="k", Body=b"public", ACL="public-read")
    s3.put_object(Bucket=by_policy, Key="k", Body=b"public")
    s3.put_bucket_policy(Bucket=by_policy, Policy=public_policy(by_policy))
    nobody = make_client("s3", enforcing, signature_version=UNSIGNED)

    def readable():
        found = []
        for name in (by_acl, by_policy):
            try:
                found.append(nobody.get_object(Bucket=name, Key="k")["Body"].read() == b"public")
            except nobody.exceptions.ClientError as refused:
                assert refused.response["Error"]["Code"] == "AccessDenied"
                found.append(False)
        return found

    def block(**settings):
        control.put_public_access_block(AccountId=mine["account_id"], PublicAccessBlockConfiguration=settings)

    assert readable() == [True, True]
    block(IgnorePublicAcls=True)
    assert readable() == [False, True]
    block(RestrictPublicBuckets=True)
    assert readable() == [True, False]
    control.delete_public_access_block(AccountId=mine["account_id"])
    assert readable() == [True, True]


def environment_of(endpoint, account, **more):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {**clean, "AWS_ACCESS_KEY_ID": account, "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1", "HTTP_PROXY": endpoint, "http_proxy": endpoint, **more}


def test_the_cli_speaks_it(endpoint, account, bucket, tmp_path):
    def aws(*words, fails=False):
        ended = subprocess.run([Path(sys.executable).parent / "aws", "--endpoint-url", endpoint, "s3control", *words,
                                "--account-id", account], capture_output=True, text=True, timeout=120,
                               env=environment_of(endpoint, account, HOME=str(tmp_path), AWS_MAX_ATTEMPTS="1"))
        assert bool(ended.returncode) == fails, ended.stdout + ended.stderr
        return ended.stderr if fails else json.loads(ended.stdout or "{}")

    aws("tag-resource", "--resource-arn", arn_of(bucket), "--tags", "Key=team,Value=a")
    assert aws("list-tags-for-resource", "--resource-arn", arn_of(bucket))["Tags"] == [{"Key": "team", "Value": "a"}]
    aws("untag-resource", "--resource-arn", arn_of(bucket), "--tag-keys", "team")
    assert aws("list-tags-for-resource", "--resource-arn", arn_of(bucket))["Tags"] == []
    assert "(NoSuchPublicAccessBlockConfiguration)" in aws("get-public-access-block", fails=True)
    aws("put-public-access-block", "--public-access-block-configuration", "BlockPublicAcls=true")
    assert aws("get-public-access-block")["PublicAccessBlockConfiguration"]["BlockPublicAcls"] is True
    aws("delete-public-access-block")


STACK = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
variable "stage" { type = number }
provider "aws" {
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  s3_use_path_style           = true
}
resource "aws_s3_bucket" "files" {
  bucket = "%s"
  tags   = { stage = var.stage, "only-${var.stage}" = "x" }
}
resource "aws_s3_account_public_access_block" "all" {
  block_public_acls   = true
  block_public_policy = var.stage == 2
}
"""


@pytest.mark.skipif(not PLUGINS or not shutil.which("terraform"), reason="no terraform with its provider")
def test_terraform_changes_and_destroys(endpoint, control, account, unique, tmp_path):
    """The provider reads the block back after each change, and waits until it is gone."""
    name = unique("stack")
    (tmp_path / "main.tf").write_text(STACK % name, encoding="utf-8")
    environment = environment_of(endpoint, account, AWS_ENDPOINT_URL=endpoint, TF_CLI_CONFIG_FILE=os.devnull,
                                 CHECKPOINT_DISABLE="1")

    def terraform(*words, stage=1):
        ended = subprocess.run(["terraform", *words], cwd=tmp_path, capture_output=True, text=True, timeout=600,
                               env={**environment, "TF_VAR_stage": str(stage)})
        assert ended.returncode == 0, ended.stdout[-6000:] + ended.stderr

    terraform("init", "-input=false", f"-plugin-dir={PLUGINS}")
    for stage in (1, 2):
        terraform("apply", "-input=false", "-auto-approve", "-no-color", stage=stage)
        terraform("plan", "-input=false", "-detailed-exitcode", "-no-color", stage=stage)
        assert tags_of(control, account, name) == {"stage": str(stage), f"only-{stage}": "x"}
        found = control.get_public_access_block(AccountId=account)["PublicAccessBlockConfiguration"]
        assert found["BlockPublicAcls"] is True and found["BlockPublicPolicy"] is (stage == 2)
    terraform("destroy", "-input=false", "-auto-approve", "-no-color", stage=2)
    assert code_of(control.get_public_access_block, AccountId=account) == "NoSuchPublicAccessBlockConfiguration"
