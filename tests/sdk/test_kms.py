"""KMS: keys and their states, aliases, policies, rotation, grants, and the cryptography."""

import hashlib
import json

import pytest

from conftest import Admin, make_client
from refusals import code_and_message as message_of
from refusals import code_of as refused


@pytest.fixture
def kms(endpoint, account):
    """Of an account of its own: lists hold what the test made."""
    return make_client("kms", endpoint, access_key=account)


@pytest.fixture
def key(kms):
    return kms.create_key()["KeyMetadata"]


def state_of(kms, key_id):
    return kms.describe_key(KeyId=key_id)["KeyMetadata"]["KeyState"]


def test_a_key_is_created_and_described(kms, account):
    made = kms.create_key(Description="d", Tags=[{"TagKey": "a", "TagValue": "1"}])["KeyMetadata"]
    shown = kms.describe_key(KeyId=made["KeyId"])["KeyMetadata"]
    assert shown == made == kms.describe_key(KeyId=made["Arn"])["KeyMetadata"]
    assert made["Arn"] == f"arn:aws:kms:us-east-1:{account}:key/{made['KeyId']}"
    assert (made["KeyManager"], made["KeySpec"], made["KeyUsage"], made["Origin"], made["KeyState"], made["Enabled"],
            made["MultiRegion"], made["EncryptionAlgorithms"]) == (
        "CUSTOMER", "SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", "AWS_KMS", "Enabled", True, False, ["SYMMETRIC_DEFAULT"])
    assert kms.list_keys()["Keys"] == [{"KeyId": made["KeyId"], "KeyArn": made["Arn"]}]
    kms.update_key_description(KeyId=made["KeyId"], Description="other")
    assert kms.describe_key(KeyId=made["KeyId"])["KeyMetadata"]["Description"] == "other"
    several = kms.create_key(MultiRegion=True)["KeyMetadata"]
    assert several["KeyId"].startswith("mrk-") and several["MultiRegionConfiguration"]["MultiRegionKeyType"] == "PRIMARY"


def test_keys_are_listed_by_pages(kms):
    made = {kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(5)}
    pages = list(kms.get_paginator("list_keys").paginate(PaginationConfig={"PageSize": 2}))
    assert [len(page["Keys"]) for page in pages] == [2, 2, 1]
    assert {entry["KeyId"] for page in pages for entry in page["Keys"]} == made
    assert refused(kms.list_keys, Marker="%") == "InvalidMarkerException"


def test_what_is_no_key_is_told_as_aws_tells_it(kms, endpoint, account):
    absent = "134f2428-cec1-4b25-a1ae-9048164dba47"
    arn = f"arn:aws:kms:us-east-1:{account}:"
    assert message_of(kms.describe_key, KeyId=absent) == ("NotFoundException", f"Key '{arn}key/{absent}' does not exist")
    assert message_of(kms.describe_key, KeyId="x") == ("NotFoundException", "Invalid keyId 'x'")
    assert message_of(kms.describe_key, KeyId="alias/x") == ("NotFoundException", f"Alias {arn}alias/x is not found.")
    elsewhere = make_client("kms", endpoint, access_key=account, region="eu-west-1").create_key()["KeyMetadata"]["Arn"]
    assert message_of(kms.describe_key, KeyId=elsewhere) == ("NotFoundException", "Invalid arn eu-west-1")
    assert refused(kms.create_key, KeySpec="RSA_2048") == "ValidationException"
    assert refused(kms.create_key, KeySpec="HMAC_256", KeyUsage="SIGN_VERIFY") == "ValidationException"
    assert refused(kms.create_key, Policy="{") == "MalformedPolicyDocumentException"
    assert refused(kms.create_key, KeySpec="ML_DSA_44", KeyUsage="SIGN_VERIFY") == "NotImplemented"


def test_aliases_come_move_and_go(kms, key, unique):
    name = "alias/" + unique("app")
    kms.create_alias(AliasName=name, TargetKeyId=key["KeyId"])
    assert kms.describe_key(KeyId=name)["KeyMetadata"]["Arn"] == key["Arn"]
    entry, = kms.list_aliases(KeyId=key["KeyId"])["Aliases"]
    assert entry["AliasName"] == name and entry["TargetKeyId"] == key["KeyId"]
    assert kms.describe_key(KeyId=entry["AliasArn"])["KeyMetadata"]["Arn"] == key["Arn"]
    assert refused(kms.create_alias, AliasName=name, TargetKeyId=key["KeyId"]) == "AlreadyExistsException"
    other = kms.create_key()["KeyMetadata"]
    kms.update_alias(AliasName=name, TargetKeyId=other["Arn"])
    assert kms.describe_key(KeyId=name)["KeyMetadata"]["Arn"] == other["Arn"]
    # An alias of a key that encrypts cannot come to mean one that signs.
    pair = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]
    assert refused(kms.update_alias, AliasName=name, TargetKeyId=pair["KeyId"]) == "ValidationException"
    kms.delete_alias(AliasName=name)
    assert refused(kms.delete_alias, AliasName=name) == "NotFoundException"
    assert refused(kms.create_alias, AliasName="alias/aws/x", TargetKeyId=key["KeyId"]) == "NotAuthorizedException"
    assert refused(kms.create_alias, AliasName="x", TargetKeyId=key["KeyId"]) == "ValidationException"
    assert refused(kms.create_alias, AliasName=name, TargetKeyId="alias/aws/s3") == "ValidationException"
    # Only what does cryptography, or describes, takes an alias for a key.
    assert message_of(kms.enable_key, KeyId=name) == ("NotFoundException", f"Invalid keyId '{name}'")


def test_the_keys_of_aws_are_there_and_are_not_the_callers(kms, endpoint, account):
    aliases = {entry["AliasName"]: entry for page in kms.get_paginator("list_aliases").paginate(
        PaginationConfig={"PageSize": 7}) for entry in page["Aliases"]}
    assert "TargetKeyId" not in aliases["alias/aws/s3"] and not kms.list_keys()["Keys"]
    shown = kms.describe_key(KeyId="alias/aws/s3")["KeyMetadata"]
    assert shown["KeyManager"] == "AWS" and shown["Enabled"]
    assert kms.describe_key(KeyId="alias/aws/s3")["KeyMetadata"] == shown
    aliases = {entry["AliasName"]: entry for entry in kms.list_aliases(Limit=100)["Aliases"]}
    assert aliases["alias/aws/s3"]["TargetKeyId"] == shown["KeyId"]
    assert kms.get_key_rotation_status(KeyId=shown["KeyId"])["KeyRotationEnabled"]
    assert refused(kms.schedule_key_deletion, KeyId=shown["KeyId"]) == "AccessDeniedException"
    elsewhere = make_client("kms", endpoint, access_key=account, region="eu-west-1")
    assert elsewhere.describe_key(KeyId="alias/aws/s3")["KeyMetadata"]["KeyId"] != shown["KeyId"]


def test_services_name_the_keys_that_kms_describes(kms, endpoint, account, unique):
    """Terraform compares what the table says with what KMS says of the alias."""
    db = make_client("dynamodb", endpoint, access_key=account)
    table = db.create_table(
        TableName="table", BillingMode="PAY_PER_REQUEST", SSESpecification={"Enabled": True},
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}])["TableDescription"]
    # By its ARN, though nobody looked for the alias yet.
    arn = table["SSEDescription"]["KMSMasterKeyArn"]
    assert kms.describe_key(KeyId=arn)["KeyMetadata"]["Arn"] == arn
    assert kms.describe_key(KeyId="alias/aws/dynamodb")["KeyMetadata"]["Arn"] == arn
    s3, bucket = make_client("s3", endpoint, access_key=account), unique("bucket")
    s3.create_bucket(Bucket=bucket)
    stored = s3.put_object(Bucket=bucket, Key="k", Body=b"", ServerSideEncryption="aws:kms")["SSEKMSKeyId"]
    assert kms.describe_key(KeyId="alias/aws/s3")["KeyMetadata"]["Arn"] == stored


def test_policies_are_kept(kms, key, account):
    policy = json.loads(kms.get_key_policy(KeyId=key["KeyId"], PolicyName="default")["Policy"])
    assert policy["Statement"][0]["Principal"] == {"AWS": f"arn:aws:iam::{account}:root"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:*", "Resource": "*"}]})
    kms.put_key_policy(KeyId=key["KeyId"], Policy=text)
    assert kms.get_key_policy(KeyId=key["Arn"])["Policy"] == text
    assert kms.list_key_policies(KeyId=key["KeyId"])["PolicyNames"] == ["default"]
    assert refused(kms.put_key_policy, KeyId=key["KeyId"], Policy="[]") == "MalformedPolicyDocumentException"
    assert refused(kms.get_key_policy, KeyId=key["KeyId"], PolicyName="x") == "NotFoundException"


def test_tags(kms, key):
    key_id = key["KeyId"]
    kms.tag_resource(KeyId=key_id, Tags=[{"TagKey": "b", "TagValue": "1"}, {"TagKey": "a", "TagValue": "2"}])
    kms.tag_resource(KeyId=key_id, Tags=[{"TagKey": "b", "TagValue": "3"}])
    first = kms.list_resource_tags(KeyId=key_id, Limit=1)
    assert first["Tags"] == [{"TagKey": "a", "TagValue": "2"}] and first["Truncated"]
    assert kms.list_resource_tags(KeyId=key_id, Marker=first["NextMarker"])["Tags"] == [{"TagKey": "b", "TagValue": "3"}]
    kms.untag_resource(KeyId=key_id, TagKeys=["b"])
    assert len(kms.list_resource_tags(KeyId=key_id)["Tags"]) == 1
    assert message_of(kms.tag_resource, KeyId=key_id, Tags=[{"TagKey": "AWS:x", "TagValue": ""}]) == (
        "TagException", "Tags beginning with aws: are reserved")
    twice = [{"TagKey": "x", "TagValue": "1"}, {"TagKey": "x", "TagValue": "2"}]
    assert message_of(kms.tag_resource, KeyId=key_id, Tags=twice) == ("TagException", "Duplicate tag keys")
    many = [{"TagKey": str(i), "TagValue": ""} for i in range(50)]
    assert message_of(kms.tag_resource, KeyId=key_id, Tags=many) == ("TagException", "Too many tags")


def test_a_key_is_disabled_and_enabled(kms, key):
    blob = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"text")["CiphertextBlob"]
    kms.disable_key(KeyId=key["KeyId"])
    assert state_of(kms, key["KeyId"]) == "Disabled"
    assert message_of(kms.encrypt, KeyId=key["KeyId"], Plaintext=b"x") == ("DisabledException", f"{key['Arn']} is disabled.")
    assert refused(kms.decrypt, CiphertextBlob=blob) == "DisabledException"
    kms.enable_key(KeyId=key["KeyId"])
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"text"


def test_a_deletion_waits_can_be_taken_back_and_comes(kms, key, advance, unique):
    key_id, name = key["KeyId"], "alias/" + unique("gone")
    kms.create_alias(AliasName=name, TargetKeyId=key_id)
    blob = kms.encrypt(KeyId=key_id, Plaintext=b"text")["CiphertextBlob"]
    assert refused(kms.schedule_key_deletion, KeyId=key_id, PendingWindowInDays=6) == "ValidationException"
    asked = kms.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=7)
    assert asked["KeyId"] == key["Arn"] and asked["KeyState"] == "PendingDeletion" and asked["PendingWindowInDays"] == 7
    assert kms.describe_key(KeyId=key_id)["KeyMetadata"]["DeletionDate"] == asked["DeletionDate"]
    pending = ("KMSInvalidStateException", f"{key['Arn']} is pending deletion.")
    assert message_of(kms.encrypt, KeyId=key_id, Plaintext=b"x") == pending
    assert message_of(kms.schedule_key_deletion, KeyId=key_id) == pending
    assert message_of(kms.enable_key, KeyId=key_id) == pending
    assert kms.cancel_key_deletion(KeyId=key_id)["KeyId"] == key["Arn"]
    assert state_of(kms, key_id) == "Disabled"
    assert refused(kms.cancel_key_deletion, KeyId=key_id) == "KMSInvalidStateException"
    advance("8d")
    assert state_of(kms, key_id) == "Disabled"
    kms.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=7)
    advance("8d")
    assert refused(kms.describe_key, KeyId=key_id) == "NotFoundException"
    assert refused(kms.describe_key, KeyId=name) == "NotFoundException"
    assert refused(kms.decrypt, CiphertextBlob=blob) == "AccessDeniedException"


def test_rotation_adds_material_and_keeps_the_old(kms, key, advance):
    key_id = key["KeyId"]
    assert kms.get_key_rotation_status(KeyId=key_id)["KeyRotationEnabled"] is False
    blob = kms.encrypt(KeyId=key_id, Plaintext=b"text")["CiphertextBlob"]
    first = kms.describe_key(KeyId=key_id)["KeyMetadata"]["CurrentKeyMaterialId"]
    kms.enable_key_rotation(KeyId=key_id, RotationPeriodInDays=90)
    status = kms.get_key_rotation_status(KeyId=key_id)
    assert status["KeyRotationEnabled"] and status["RotationPeriodInDays"] == 90 and status["KeyId"] == key["Arn"]
    advance("91d")
    kms.rotate_key_on_demand(KeyId=key_id)
    assert kms.get_key_rotation_status(KeyId=key_id)["NextRotationDate"] > status["NextRotationDate"]
    rotations = kms.list_key_rotations(KeyId=key_id)["Rotations"]
    assert [entry["RotationType"] for entry in rotations] == ["AUTOMATIC", "ON_DEMAND"]
    current = kms.describe_key(KeyId=key_id)["KeyMetadata"]["CurrentKeyMaterialId"]
    assert current == rotations[-1]["KeyMaterialId"] != first
    opened = kms.decrypt(CiphertextBlob=blob)
    assert opened["Plaintext"] == b"text" and opened["KeyMaterialId"] == first
    kms.disable_key_rotation(KeyId=key_id)
    advance("91d")
    assert len(kms.list_key_rotations(KeyId=key_id)["Rotations"]) == 2
    pair = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    assert refused(kms.enable_key_rotation, KeyId=pair) == "UnsupportedOperationException"


def test_encrypting_and_decrypting(kms, key, unique):
    name = "alias/" + unique("app")
    kms.create_alias(AliasName=name, TargetKeyId=key["KeyId"])
    context = {"purpose": "test", "who": "me"}
    sealed = kms.encrypt(KeyId=name, Plaintext=b"text", EncryptionContext=context)
    assert sealed["KeyId"] == key["Arn"] and b"text" not in sealed["CiphertextBlob"]
    blob = sealed["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=blob, EncryptionContext=context)["Plaintext"] == b"text"
    assert kms.decrypt(CiphertextBlob=blob, EncryptionContext=context, KeyId=name)["KeyId"] == key["Arn"]
    # The reason is not told: it would help who tries.
    for wrong in ({"CiphertextBlob": blob}, {"CiphertextBlob": blob + b"x", "EncryptionContext": context},
                  {"CiphertextBlob": b"noise"}):
        assert message_of(kms.decrypt, **wrong) == ("InvalidCiphertextException", "")
    other = kms.create_key()["KeyMetadata"]["KeyId"]
    assert refused(kms.decrypt, CiphertextBlob=blob, EncryptionContext=context, KeyId=other) == "IncorrectKeyException"
    assert kms.encrypt(KeyId=other, Plaintext=b"x" * 4096)["CiphertextBlob"]
    assert message_of(kms.encrypt, KeyId=other, Plaintext=b"x" * 4097) == (
        "ValidationException", "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member "
        "must have length less than or equal to 4096")
    moved = kms.re_encrypt(CiphertextBlob=blob, SourceEncryptionContext=context, DestinationKeyId=other)
    assert moved["SourceKeyId"] == key["Arn"] and moved["KeyId"].endswith(other)
    assert kms.decrypt(CiphertextBlob=moved["CiphertextBlob"])["Plaintext"] == b"text"
    assert refused(kms.encrypt, KeyId=other, Plaintext=b"x", DryRun=True) == "DryRunOperationException"


def test_data_keys_and_random_bytes(kms, key):
    made = kms.generate_data_key(KeyId=key["KeyId"], KeySpec="AES_256", EncryptionContext={"a": "b"})
    assert len(made["Plaintext"]) == 32
    assert kms.decrypt(CiphertextBlob=made["CiphertextBlob"], EncryptionContext={"a": "b"})["Plaintext"] == made["Plaintext"]
    bare = kms.generate_data_key_without_plaintext(KeyId="alias/aws/ssm", NumberOfBytes=7)
    assert "Plaintext" not in bare and len(kms.decrypt(CiphertextBlob=bare["CiphertextBlob"])["Plaintext"]) == 7
    assert refused(kms.generate_data_key, KeyId=key["KeyId"]) == "ValidationException"
    assert refused(kms.generate_data_key, KeyId=key["KeyId"], KeySpec="AES_128", NumberOfBytes=3) == "ValidationException"
    pair = kms.generate_data_key_pair(KeyId=key["KeyId"], KeyPairSpec="ECC_NIST_P256")
    assert kms.decrypt(CiphertextBlob=pair["PrivateKeyCiphertextBlob"])["Plaintext"] == pair["PrivateKeyPlaintext"]
    bare = kms.generate_data_key_pair_without_plaintext(KeyId=key["KeyId"], KeyPairSpec="ECC_SECG_P256K1")
    assert bare["PublicKey"] and "PrivateKeyPlaintext" not in bare
    assert len(kms.generate_random(NumberOfBytes=1024)["Plaintext"]) == 1024
    assert message_of(kms.generate_random) == ("ValidationException", "NumberOfBytes is required.")


def test_rsa_encrypts_what_fits(kms):
    key = kms.create_key(KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT")["KeyMetadata"]
    for algorithm, size in (("RSAES_OAEP_SHA_1", 214), ("RSAES_OAEP_SHA_256", 190)):
        use = {"KeyId": key["KeyId"], "EncryptionAlgorithm": algorithm}
        blob = kms.encrypt(Plaintext=b"x" * size, **use)["CiphertextBlob"]
        assert kms.decrypt(CiphertextBlob=blob, **use)["Plaintext"] == b"x" * size
        assert message_of(kms.encrypt, Plaintext=b"x" * (size + 1), **use) == (
            "ValidationException",
            f"Algorithm {algorithm} and key spec RSA_2048 cannot encrypt data larger than {size} bytes.")
    assert refused(kms.encrypt, KeyId=key["KeyId"], Plaintext=b"x") == "InvalidKeyUsageException"
    assert kms.get_public_key(KeyId=key["KeyId"])["EncryptionAlgorithms"] == ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"]


@pytest.mark.parametrize("spec, algorithm, digest", [
    ("RSA_2048", "RSASSA_PSS_SHA_512", hashlib.sha512), ("RSA_2048", "RSASSA_PKCS1_V1_5_SHA_256", hashlib.sha256),
    ("ECC_NIST_P384", "ECDSA_SHA_384", hashlib.sha384), ("ECC_SECG_P256K1", "ECDSA_SHA_256", hashlib.sha256)])
def test_signing_and_verifying(kms, spec, algorithm, digest):
    key = kms.create_key(KeySpec=spec, KeyUsage="SIGN_VERIFY")["KeyMetadata"]
    use = {"KeyId": key["KeyId"], "SigningAlgorithm": algorithm}
    signature = kms.sign(Message=b"text", **use)["Signature"]
    # A signature of a message is one of its digest.
    hashed = digest(b"text").digest()
    assert kms.verify(Message=hashed, MessageType="DIGEST", Signature=signature, **use)["SignatureValid"]
    assert message_of(kms.verify, Message=b"other", Signature=signature, **use) == ("KMSInvalidSignatureException", "")
    assert message_of(kms.sign, Message=b"short", MessageType="DIGEST", **use) == (
        "ValidationException", f"Digest is invalid length for algorithm {algorithm}.")
    assert message_of(kms.encrypt, KeyId=key["KeyId"], Plaintext=b"x") == (
        "InvalidKeyUsageException", f"{key['Arn']} key usage is SIGN_VERIFY which is not valid for Encrypt.")
    public = kms.get_public_key(KeyId=key["KeyId"])
    assert public["KeySpec"] == spec and algorithm in public["SigningAlgorithms"] and public["PublicKey"]


def test_macs(kms, key):
    mac_key = kms.create_key(KeySpec="HMAC_384", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]
    assert mac_key["MacAlgorithms"] == ["HMAC_SHA_384"]
    use = {"KeyId": mac_key["KeyId"], "MacAlgorithm": "HMAC_SHA_384"}
    mac = kms.generate_mac(Message=b"text", **use)["Mac"]
    assert len(mac) == 48 and kms.verify_mac(Message=b"text", Mac=mac, **use)["MacValid"]
    assert message_of(kms.verify_mac, Message=b"other", Mac=mac, **use) == ("KMSInvalidMacException", "")
    assert message_of(kms.generate_mac, KeyId=mac_key["KeyId"], MacAlgorithm="HMAC_SHA_256", Message=b"x") == (
        "InvalidKeyUsageException", "Algorithm HMAC_SHA_256 is incompatible with key spec HMAC_384.")
    assert refused(kms.generate_mac, KeyId=key["KeyId"], MacAlgorithm="HMAC_SHA_256", Message=b"x") == (
        "InvalidKeyUsageException")


def test_grants(kms, key, account):
    who = {"KeyId": key["KeyId"], "GranteePrincipal": f"arn:aws:iam::{account}:role/r", "Operations": ["Decrypt"]}
    first = kms.create_grant(Name="n", Constraints={"EncryptionContextSubset": {"a": "b"}}, **who)
    assert kms.create_grant(Name="n", Constraints={"EncryptionContextSubset": {"a": "b"}}, **who)["GrantId"] == first["GrantId"]
    second = kms.create_grant(RetiringPrincipal=f"arn:aws:iam::{account}:role/other", **who)
    entry, = kms.list_grants(KeyId=key["KeyId"], GrantId=first["GrantId"])["Grants"]
    assert entry["Name"] == "n" and entry["Operations"] == ["Decrypt"] and entry["KeyId"] == key["Arn"]
    assert entry["Constraints"] == {"EncryptionContextSubset": {"a": "b"}}
    retirable = kms.list_retirable_grants(RetiringPrincipal=f"arn:aws:iam::{account}:role/other")["Grants"]
    assert [grant["GrantId"] for grant in retirable] == [second["GrantId"]]
    kms.retire_grant(GrantToken=second["GrantToken"])
    kms.revoke_grant(KeyId=key["KeyId"], GrantId=first["GrantId"])
    assert refused(kms.revoke_grant, KeyId=key["KeyId"], GrantId=first["GrantId"]) == "NotFoundException"
    assert kms.list_grants(KeyId=key["KeyId"])["Grants"] == []


def test_a_key_to_import_waits_for_its_material(kms):
    key = kms.create_key(Origin="EXTERNAL")["KeyMetadata"]
    assert key["KeyState"] == "PendingImport" and not key["Enabled"]
    assert message_of(kms.encrypt, KeyId=key["KeyId"], Plaintext=b"x") == (
        "KMSInvalidStateException", f"{key['Arn']} is pending import.")


def test_keys_outlive_the_daemon_and_a_snapshot(start_daemon, tmp_path):
    """Who restores a snapshot must be able to decrypt what was encrypted before it."""
    first = start_daemon("--data", str(tmp_path / "data"))
    admin = Admin(first.endpoint)
    kms = make_client("kms", first.endpoint)
    key_id = kms.create_key()["KeyMetadata"]["KeyId"]
    blob = kms.encrypt(KeyId=key_id, Plaintext=b"text")["CiphertextBlob"]
    admin.call("POST", "/_cumulite/snapshots", {"name": "s"})
    kms.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=7)
    admin.advance("8d")
    assert refused(kms.decrypt, CiphertextBlob=blob) == "AccessDeniedException"
    admin.post("/_cumulite/snapshots/s/restore")
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"text"
    first.stop()
    again = start_daemon("--data", str(tmp_path / "data"))
    kms = make_client("kms", again.endpoint)
    assert kms.decrypt(CiphertextBlob=blob)["KeyId"].endswith(key_id)
    Admin(again.endpoint).reset()
    assert kms.list_keys()["Keys"] == []
