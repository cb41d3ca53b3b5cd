"""Code signing, and what else is kept of a function: recursion, runtime updates; the first asynchronous invocation."""


from refusals import code_of as refusal
from test_lambda_functions import ROLE, archive, invoke, make_function  # noqa: F401 (fixture)

PROFILE = "arn:aws:signer:us-east-1:000000000000:/signing-profiles/mine/abcdefghij"


def signing(client, **settings):
    return client.create_code_signing_config(AllowedPublishers={"SigningProfileVersionArns": [PROFILE]}, **settings)["CodeSigningConfig"]


def test_code_signing_configurations_are_kept(client, account):
    own = client("lambda", access_key=account)
    made = [signing(own, Description=f"number {number}") for number in range(3)]
    assert made[0]["CodeSigningPolicies"] == {"UntrustedArtifactOnDeployment": "Warn"} and made[0]["Description"] == "number 0"
    arn = made[0]["CodeSigningConfigArn"]
    assert arn == f"arn:aws:lambda:us-east-1:{account}:code-signing-config:{made[0]['CodeSigningConfigId']}"
    assert own.get_code_signing_config(CodeSigningConfigArn=arn)["CodeSigningConfig"] == made[0]
    page = own.list_code_signing_configs(MaxItems=2)
    rest = own.list_code_signing_configs(Marker=page["NextMarker"])
    listed = page["CodeSigningConfigs"] + rest["CodeSigningConfigs"]
    assert sorted(config["Description"] for config in listed) == ["number 0", "number 1", "number 2"]
    changed = own.update_code_signing_config(CodeSigningConfigArn=arn, Description="changed")["CodeSigningConfig"]
    assert changed["Description"] == "changed" and changed["AllowedPublishers"] == made[0]["AllowedPublishers"]
    own.delete_code_signing_config(CodeSigningConfigArn=arn)
    for call in (own.get_code_signing_config, own.delete_code_signing_config, own.update_code_signing_config,
                 own.list_functions_by_code_signing_config):
        assert refusal(call, CodeSigningConfigArn=arn) == "ResourceNotFoundException"


def test_a_function_has_one(client, make_function):  # noqa: F811
    own = client("lambda")
    warns, enforces = signing(own), signing(own, CodeSigningPolicies={"UntrustedArtifactOnDeployment": "Enforce"})
    name = make_function(CodeSigningConfigArn=warns["CodeSigningConfigArn"])["FunctionName"]
    assert own.get_function_code_signing_config(FunctionName=name)["CodeSigningConfigArn"] == warns["CodeSigningConfigArn"]
    arns = own.list_functions_by_code_signing_config(CodeSigningConfigArn=warns["CodeSigningConfigArn"])["FunctionArns"]
    assert [arn.rpartition(":")[2] for arn in arns] == [name]
    assert refusal(own.delete_code_signing_config, CodeSigningConfigArn=warns["CodeSigningConfigArn"]) == "ResourceConflictException"
    own.put_function_code_signing_config(FunctionName=name, CodeSigningConfigArn=enforces["CodeSigningConfigArn"])
    # Nothing that is deployed here is signed.
    assert refusal(own.update_function_code, FunctionName=name, ZipFile=archive(app_py="x = 1")) == "CodeVerificationFailedException"
    assert refusal(own.create_function, FunctionName="other", Runtime="python3.12", Handler="a.b", Role=ROLE, Code={
        "ZipFile": archive(a_py="")}, CodeSigningConfigArn=enforces["CodeSigningConfigArn"]) == "CodeVerificationFailedException"
    own.delete_function_code_signing_config(FunctionName=name)
    assert "CodeSigningConfigArn" not in own.get_function_code_signing_config(FunctionName=name)
    own.update_function_code(FunctionName=name, ZipFile=archive(app_py="def handler(event, context): return 1"))
    assert invoke(client, name)[1] == 1
    own.delete_code_signing_config(CodeSigningConfigArn=enforces["CodeSigningConfigArn"])
    assert refusal(own.put_function_code_signing_config, FunctionName=name, CodeSigningConfigArn=enforces["CodeSigningConfigArn"]) == (
        "CodeSigningConfigNotFoundException")


def test_recursion_and_runtime_updates_are_kept(client, make_function):  # noqa: F811
    own, name = client("lambda"), make_function()["FunctionName"]
    assert own.get_function_recursion_config(FunctionName=name)["RecursiveLoop"] == "Terminate"
    assert own.put_function_recursion_config(FunctionName=name, RecursiveLoop="Allow")["RecursiveLoop"] == "Allow"
    assert own.get_function_recursion_config(FunctionName=name)["RecursiveLoop"] == "Allow"
    assert own.get_runtime_management_config(FunctionName=name)["UpdateRuntimeOn"] == "Auto"
    version = "arn:aws:lambda:us-east-1::runtime:" + "a" * 64
    own.put_runtime_management_config(FunctionName=name, UpdateRuntimeOn="Manual", RuntimeVersionArn=version)
    kept = own.get_runtime_management_config(FunctionName=name)
    assert (kept["UpdateRuntimeOn"], kept["RuntimeVersionArn"]) == ("Manual", version)
    assert refusal(own.put_runtime_management_config, FunctionName=name, UpdateRuntimeOn="Manual") == "InvalidParameterValueException"
    for call in (own.get_function_recursion_config, own.get_runtime_management_config):
        assert refusal(call, FunctionName="no-such-function") == "ResourceNotFoundException"


def test_invoke_async_is_an_event(client, make_function, admin):  # noqa: F811
    own, name = client("lambda"), make_function()["FunctionName"]
    answer = own.invoke_async(FunctionName=name, InvokeArgs=b'{"n": 5}')
    assert answer["Status"] == 202 and answer["ResponseMetadata"]["HTTPStatusCode"] == 202
    admin.settle()
    messages = [event["message"] for event in client("logs").filter_log_events(logGroupName=f"/aws/lambda/{name}")["events"]]
    assert "seen {'n': 5}\n" in messages
    assert refusal(own.invoke_async, FunctionName=name, InvokeArgs=b"no json") == "InvalidRequestContentException"
    assert refusal(own.invoke_async, FunctionName="no-such-function", InvokeArgs=b"{}") == "ResourceNotFoundException"


def test_functions_of_a_configuration_come_in_pages(client, account):
    own = client("lambda", access_key=account)
    arn = signing(own)["CodeSigningConfigArn"]
    for number in range(3):
        own.create_function(FunctionName=f"f{number}", Role=ROLE, Runtime="python3.11", Handler="app.handler", CodeSigningConfigArn=arn,
                            Code={"ZipFile": archive(app_py="def handler(event, context): pass")})
    first = own.list_functions_by_code_signing_config(CodeSigningConfigArn=arn, MaxItems=2)
    assert [name.rsplit(":")[-1] for name in first["FunctionArns"]] == ["f0", "f1"]
    second = own.list_functions_by_code_signing_config(CodeSigningConfigArn=arn, Marker=first["NextMarker"])
    assert [name.rsplit(":")[-1] for name in second["FunctionArns"]] == ["f2"] and "NextMarker" not in second
