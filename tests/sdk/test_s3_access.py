"""Who may do what with S3 in `--auth=enforce`: owner, another account, and nobody in particular."""

import hashlib
import json
import socket
import urllib.error
import urllib.request
from email.utils import formatdate
from urllib.parse import urlsplit

import pytest
from botocore import UNSIGNED

from conftest import Daemon, make_client
from refusals import code_and_message, code_of

PRINCIPALS = {
    "main": ("AKIAMAIN", "main-secret", "111111111111"),
    "alt": ("AKIAALT", "alt-secret", "222222222222"),
}


@pytest.fixture(scope="module")
def enforcing(binary, tmp_path_factory):
    path = tmp_path_factory.mktemp("credentials") / "credentials.json"
    path.write_text(json.dumps([
        {"access_key_id": key, "secret_access_key": secret, "account_id": account,
         "canonical_user_id": hashlib.sha256(name.encode()).hexdigest(), "display_name": name}
        for name, (key, secret, account) in PRINCIPALS.items()]), encoding="utf-8")
    daemon = Daemon(binary, "--auth", "enforce", "--credentials", str(path))
    yield daemon.endpoint
    daemon.stop()


def client_of(endpoint, name):
    key, secret, _ = PRINCIPALS[name]
    return make_client("s3", endpoint, access_key=key, secret_key=secret)


@pytest.fixture
def main(enforcing):
    return client_of(enforcing, "main")


@pytest.fixture
def alt(enforcing):
    return client_of(enforcing, "alt")


@pytest.fixture
def nobody(enforcing):
    return make_client("s3", enforcing, signature_version=UNSIGNED)


@pytest.fixture
def bucket(main, unique):
    name = unique("access")
    main.create_bucket(Bucket=name, ObjectOwnership="ObjectWriter")
    return name


def allow(main, bucket, actions, resource="/*", principal="*", effect="Allow", condition=None):
    """Puts a policy of one statement."""
    statement = {"Effect": effect, "Principal": principal, "Action": actions,
                 "Resource": f"arn:aws:s3:::{bucket}{resource}"}
    if condition:
        statement["Condition"] = condition
    main.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))


def test_nothing_is_open_by_default(main, alt, nobody, bucket):
    main.put_object(Bucket=bucket, Key="k", Body=b"x")
    for other in (alt, nobody):
        assert code_of(other.get_object, Bucket=bucket, Key="k") == "AccessDenied"
        assert code_of(other.put_object, Bucket=bucket, Key="k", Body=b"y") == "AccessDenied"
        assert code_of(other.list_objects_v2, Bucket=bucket) == "AccessDenied"
        assert code_of(other.delete_object, Bucket=bucket, Key="k") == "AccessDenied"
    assert main.get_object(Bucket=bucket, Key="k")["Body"].read() == b"x"


def test_a_refused_upload_is_told_before_its_body(enforcing, main, bucket):
    # Who sends `Expect: 100-continue` wants to know first: no gigabytes for a 403.
    def first_line():
        url = urlsplit(enforcing)
        with socket.create_connection((url.hostname, url.port), timeout=10) as connection:
            connection.sendall(f"PUT /{bucket}/big HTTP/1.1\r\nHost: {url.netloc}\r\nContent-Length: 123\r\n"
                               "Expect: 100-continue\r\n\r\n".encode())
            return connection.recv(1024).split(b"\r\n")[0]

    assert b" 403 " in first_line()
    main.put_bucket_acl(Bucket=bucket, ACL="public-read-write")
    assert b" 100 " in first_line()


def test_conditions_on_tags_of_the_request(main, alt, bucket):
    allow(main, bucket, ["s3:PutObject", "s3:PutObjectTagging"],
          condition={"StringEquals": {"s3:RequestObjectTag/security": "public"}})
    assert code_of(alt.put_object, Bucket=bucket, Key="k", Body=b"") == "AccessDenied"
    assert code_of(alt.put_object, Bucket=bucket, Key="k", Body=b"", Tagging="security=no") == "AccessDenied"
    alt.put_object(Bucket=bucket, Key="k", Body=b"", Tagging="security=public")


def test_tags_are_a_permission_of_their_own(main, alt, bucket):
    allow(main, bucket, "s3:PutObject")
    alt.put_object(Bucket=bucket, Key="k", Body=b"")
    assert code_of(alt.put_object, Bucket=bucket, Key="k", Body=b"", Tagging="a=1") == "AccessDenied"


def test_conditions_with_and_without_if_exists(main, alt, nobody, bucket):
    main.put_object(Bucket=bucket, Key="k", Body=b"x")
    # The header is absent: IfExists lets pass, the plain operator does not.
    allow(main, bucket, "s3:GetObject", condition={"StringLikeIfExists": {"AWS:referer": "http://good/*"}})
    assert nobody.get_object(Bucket=bucket, Key="k")["Body"].read() == b"x"
    allow(main, bucket, "s3:GetObject", condition={"StringLike": {"aws:Referer": "http://good/*"}})
    assert code_of(nobody.get_object, Bucket=bucket, Key="k") == "AccessDenied"
    allow(main, bucket, "s3:GetObject", condition={"Bool": {"aws:SecureTransport": "true"}})
    assert code_of(nobody.get_object, Bucket=bucket, Key="k") == "AccessDenied"
    allow(main, bucket, "s3:GetObject", condition={"IpAddress": {"aws:SourceIp": "127.0.0.0/8"},
                                                   "NumericLessThan": {"aws:EpochTime": "9999999999"}})
    assert nobody.get_object(Bucket=bucket, Key="k")["Body"].read() == b"x"


def test_policy_variables_stand_for_the_request(main, alt, nobody, bucket):
    main.put_object(Bucket=bucket, Key="222222222222/k", Body=b"x")
    allow(main, bucket, "s3:GetObject", resource="/${aws:PrincipalAccount}/*")
    assert alt.get_object(Bucket=bucket, Key="222222222222/k")["Body"].read() == b"x"
    assert code_of(nobody.get_object, Bucket=bucket, Key="222222222222/k") == "AccessDenied"


def test_a_missing_key_is_told_to_those_who_may_list_it(main, alt, bucket):
    allow(main, bucket, "s3:ListBucket", resource="", condition={"StringLike": {"s3:prefix": "public/*"}})
    assert code_of(alt.head_object, Bucket=bucket, Key="public/none") == "404"
    assert code_of(alt.head_object, Bucket=bucket, Key="private/none") == "403"


def test_requesters_pay(main, alt, nobody, bucket):
    main.put_object(Bucket=bucket, Key="k", Body=b"x")
    main.put_bucket_request_payment(Bucket=bucket, RequestPaymentConfiguration={"Payer": "Requester"})
    allow(main, bucket, "s3:GetObject")
    # Public, but nobody can be charged for a request that names nobody.
    assert code_of(nobody.get_object, Bucket=bucket, Key="k") == "AccessDenied"
    assert code_of(alt.get_object, Bucket=bucket, Key="k") == "AccessDenied"
    assert alt.get_object(Bucket=bucket, Key="k", RequestPayer="requester")["RequestCharged"] == "requester"
    assert "RequestCharged" not in main.get_object(Bucket=bucket, Key="k")


def test_abac_reads_the_tags_of_the_bucket(main, alt, bucket):
    main.put_object(Bucket=bucket, Key="k", Body=b"x")
    main.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": "team", "Value": "red"}]})
    allow(main, bucket, "s3:GetObject", condition={"StringEquals": {"aws:ResourceTag/team": "red"}})
    assert code_of(alt.get_object, Bucket=bucket, Key="k") == "AccessDenied"
    main.put_bucket_abac(Bucket=bucket, AbacStatus={"Status": "Enabled"})
    assert alt.get_object(Bucket=bucket, Key="k")["Body"].read() == b"x"


def test_governance_is_passed_over_by_permission_only(main, alt, unique):
    name = unique("locked")
    main.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    version = main.put_object(Bucket=name, Key="k", Body=b"", ObjectLockMode="GOVERNANCE",
                              ObjectLockRetainUntilDate="2099-01-01T00:00:00Z")["VersionId"]
    allow(main, name, ["s3:DeleteObjectVersion"])
    asked = {"Bucket": name, "Key": "k", "VersionId": version, "BypassGovernanceRetention": True}
    assert code_of(alt.delete_object, **asked) == "AccessDenied"
    batch = alt.delete_objects(Bucket=name, BypassGovernanceRetention=True,
                               Delete={"Objects": [{"Key": "k", "VersionId": version}]})
    assert batch["Errors"][0]["Code"] == "AccessDenied"
    allow(main, name, ["s3:DeleteObjectVersion", "s3:BypassGovernanceRetention"])
    alt.delete_object(**asked)


def test_pages_of_a_website_are_read_by_permission(enforcing, main, bucket):
    """Visitors are nobody in particular: what they may not read is forbidden, and what is missing is not told."""
    main.put_bucket_website(Bucket=bucket, WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})
    main.put_object(Bucket=bucket, Key="index.html", Body=b"home")

    def visit(path):
        request = urllib.request.Request(enforcing + path, headers={"Host": f"{bucket}.s3-website-us-east-1.amazonaws.com"})
        try:
            with urllib.request.urlopen(request) as response:
                return response.status
        except urllib.error.HTTPError as error:
            return error.code

    assert (visit("/"), visit("/none")) == (403, 403)
    allow(main, bucket, "s3:GetObject")
    assert (visit("/"), visit("/none")) == (200, 403)


def test_a_batch_is_judged_entry_by_entry(main, alt, bucket):
    for key in ("a/1", "b/1"):
        main.put_object(Bucket=bucket, Key=key, Body=b"")
    allow(main, bucket, "s3:DeleteObject", resource="/a/*")
    answer = alt.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a/1"}, {"Key": "b/1"}]})
    assert [d["Key"] for d in answer["Deleted"]] == ["a/1"]
    assert [(e["Key"], e["Code"]) for e in answer["Errors"]] == [("b/1", "AccessDenied")]
    assert [o["Key"] for o in main.list_objects_v2(Bucket=bucket)["Contents"]] == ["b/1"]


def test_dates_in_the_plain_header(enforcing, main, bucket):
    # V4 may be dated by `Date` in RFC 7231's form, which Python writes with a numeric zone.
    def date(params, **_):
        params["headers"]["Date"] = formatdate()

    main.meta.events.register("before-call.s3.PutObject", date)
    main.put_object(Bucket=bucket, Key="dated", Body=b"x")
    main.meta.events.unregister("before-call.s3.PutObject", date)
    assert main.get_object(Bucket=bucket, Key="dated")["Body"].read() == b"x"


def test_warn_checks_bodies_and_goes_on(start_daemon, unique):
    # Somebody who moves to enforce wants to hear beforehand of every request that it would refuse.
    daemon = start_daemon("--auth", "warn")
    s3 = make_client("s3", daemon.endpoint)
    name = unique("warned")
    s3.create_bucket(Bucket=name)

    url = s3.generate_presigned_url("put_object", Params={"Bucket": name, "Key": "k"})
    request = urllib.request.Request(url, b"body", {"x-amz-content-sha256": hashlib.sha256(b"other").hexdigest()},
                                     method="PUT")
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 200
    assert "XAmzContentSHA256Mismatch" in daemon.errors()


BUCKET_ARN, OBJECTS_ARN = "arn:aws:s3:::{}", "arn:aws:s3:::{}/*"


@pytest.mark.parametrize("changed, message", [
    ({"Action": "s3:GetObjekt"}, "Policy has invalid action"),
    ({"Action": ["s3:GetObject", "sqs:SendMessage"]}, "Policy has invalid action"),
    ({"Action": "s3:ListBucket"}, "Action does not apply to any resource(s) in statement"),
    ({"Resource": BUCKET_ARN}, "Action does not apply to any resource(s) in statement"),
    ({"Conditions": {}}, "Unknown field Conditions"),
    ({"Principal": {"AWS": "arn:aws:iam::me"}}, "Invalid principal in policy"),
    ({"Condition": {"StringEquals": {"s3:colour": "red"}}}, "Policy has an invalid condition key"),
    ({"Effect": 1}, "Missing required field Effect")])
def test_policies_with_words_that_s3_does_not_know(main, bucket, changed, message):
    """A mistake in a policy is told when it is put, not found when nobody is let in."""
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": OBJECTS_ARN, **changed}
    statement["Resource"] = statement["Resource"].format(bucket)
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    assert code_and_message(main.put_bucket_policy, Bucket=bucket, Policy=policy) == ("MalformedPolicy", message)


@pytest.mark.parametrize("action, resource", [
    ("s3:*", OBJECTS_ARN), ("S3:getobject", OBJECTS_ARN), ("s3:Get*", BUCKET_ARN), (["s3:ListBucket", "s3:GetObject"], BUCKET_ARN + "*")])
def test_patterns_take_in_what_they_match(main, bucket, action, resource):
    statement = {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": resource.format(bucket),
                 "Condition": {"StringLike": {"s3:ExistingObjectTag/a": "*", "aws:UserAgent": "*"}}}
    main.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Statement": statement}))


def test_configurations_are_permitted_by_their_actions(main, alt, bucket):
    """Their actions are not named as the operations are: one reads them singly and in lists."""
    allow(main, bucket, ["s3:GetMetricsConfiguration", "s3:GetAccelerateConfiguration"], resource="")
    assert alt.list_bucket_metrics_configurations(Bucket=bucket)["IsTruncated"] is False
    alt.get_bucket_accelerate_configuration(Bucket=bucket)
    assert code_of(alt.list_bucket_inventory_configurations, Bucket=bucket) == "AccessDenied"


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_presigned_urls_of_virtual_hosts(enforcing, main, bucket, version):
    """The bucket in the host is signed as it stands there, by either version of signatures."""
    main.put_object(Bucket=bucket, Key="a b", Body=b"x")
    key, secret, _ = PRINCIPALS["main"]
    port = urlsplit(enforcing).port
    signer = make_client("s3", f"http://localhost:{port}", access_key=key, secret_key=secret, signature_version=version,
                         s3={"addressing_style": "virtual"})
    url = urlsplit(signer.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "a b"}))
    assert url.hostname == f"{bucket}.localhost"

    def read(query):
        request = urllib.request.Request(f"{enforcing}{url.path}?{query}", headers={"Host": url.netloc})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.read()

    assert read(url.query) == b"x"
    with pytest.raises(urllib.error.HTTPError, match="403"):
        read(url.query.replace("Signature=", "Signature=0"))
