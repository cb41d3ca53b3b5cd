"""What is said about functions: aliases, permissions, concurrency, tags, layers, URLs, asynchronous invocation."""

import base64
import json
import urllib.error
import urllib.parse
import urllib.request

import pytest
from botocore.exceptions import ClientError

from test_lambda_functions import archive, code_of, invoke, make_function  # noqa: F401

ARN = "arn:aws:lambda:us-east-1:000000000000:function:"
FAIL = "def handler(event, context): raise RuntimeError('never')"


def test_an_alias_leads_to_a_version(client, make_function):  # noqa: F811
    name = make_function(Publish=True)["FunctionName"]
    alias = client("lambda").create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    assert alias["AliasArn"] == f"{ARN}{name}:live" and alias["FunctionVersion"] == "1"
    answer, result = invoke(client, name, Qualifier="live")
    assert answer["ExecutedVersion"] == "1" and result["arn"] == f"{ARN}{name}:live"
    client("lambda").update_function_code(
        FunctionName=name, ZipFile=archive(app_py="def handler(event, context): return 2"), Publish=True)
    client("lambda").update_alias(FunctionName=name, Name="live", FunctionVersion="1",
                                  RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}})
    seen = {invoke(client, f"{name}:live")[0]["ExecutedVersion"] for _ in range(40)}
    assert seen == {"1", "2"}, "half go to each"
    with pytest.raises(ClientError) as error:
        client("lambda").delete_function(FunctionName=name, Qualifier="1")
    assert code_of(error) == "ResourceConflictException"
    assert [a["Name"] for a in client("lambda").list_aliases(FunctionName=name)["Aliases"]] == ["live"]
    client("lambda").delete_alias(FunctionName=name, Name="live")
    with pytest.raises(ClientError) as error:
        client("lambda").get_alias(FunctionName=name, Name="live")
    assert code_of(error) == "ResourceNotFoundException"


def test_permissions_make_a_policy(client, make_function):  # noqa: F811
    name = make_function()["FunctionName"]
    added = client("lambda").add_permission(
        FunctionName=name, StatementId="s3", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com",
        SourceArn="arn:aws:s3:::bucket", SourceAccount="000000000000")
    statement = json.loads(added["Statement"])
    assert statement == {"Sid": "s3", "Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"},
                         "Action": "lambda:InvokeFunction", "Resource": ARN + name,
                         "Condition": {"StringEquals": {"AWS:SourceAccount": "000000000000"},
                                       "ArnLike": {"AWS:SourceArn": "arn:aws:s3:::bucket"}}}
    policy = client("lambda").get_policy(FunctionName=name)
    assert json.loads(policy["Policy"])["Statement"] == [statement]
    with pytest.raises(ClientError) as error:
        client("lambda").add_permission(FunctionName=name, StatementId="s3", Action="lambda:InvokeFunction",
                                        Principal="*")
    assert code_of(error) == "ResourceConflictException"
    client("lambda").remove_permission(FunctionName=name, StatementId="s3", RevisionId=policy["RevisionId"])
    with pytest.raises(ClientError) as error:
        client("lambda").get_policy(FunctionName=name)
    assert code_of(error) == "ResourceNotFoundException"


def test_reserved_concurrency_throttles(client, make_function):  # noqa: F811
    name = make_function()["FunctionName"]
    before = client("lambda").get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"]
    client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    assert client("lambda").get_function(FunctionName=name)["Concurrency"] == {"ReservedConcurrentExecutions": 0}
    with pytest.raises(ClientError) as error:
        invoke(client, name)
    assert code_of(error) == "TooManyRequestsException"
    assert error.value.response["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
    client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=5)
    after = client("lambda").get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"]
    assert after == before - 5
    assert invoke(client, name)[0]["StatusCode"] == 200
    client("lambda").delete_function_concurrency(FunctionName=name)
    assert "ReservedConcurrentExecutions" not in client("lambda").get_function_concurrency(FunctionName=name)
    with pytest.raises(ClientError) as error:
        client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=950)
    assert code_of(error) == "InvalidParameterValueException"


def test_tags(client, make_function):  # noqa: F811
    arn = make_function(Tags={"a": "1"})["FunctionArn"]
    client("lambda").tag_resource(Resource=arn, Tags={"b": "2"})
    client("lambda").untag_resource(Resource=arn, TagKeys=["a"])
    assert client("lambda").list_tags(Resource=arn)["Tags"] == {"b": "2"}
    assert client("lambda").get_function(FunctionName=arn)["Tags"] == {"b": "2"}


def test_layers_lie_on_the_path(client, make_function, unique):  # noqa: F811
    name = unique("layer")
    content = {"ZipFile": archive(**{"python/shared_py": "ANSWER = 42"})}
    layer = client("lambda").publish_layer_version(LayerName=name, Content=content, CompatibleRuntimes=["python3.12"])
    assert layer["Version"] == 1 and layer["LayerVersionArn"].endswith(f":layer:{name}:1")
    code = "import shared\ndef handler(event, context): return shared.ANSWER"
    function = make_function(code, Layers=[layer["LayerVersionArn"]])
    assert function["Layers"][0]["Arn"] == layer["LayerVersionArn"]
    assert invoke(client, function["FunctionName"])[1] == 42
    assert client("lambda").publish_layer_version(LayerName=name, Content=content)["Version"] == 2
    listed = client("lambda").list_layer_versions(LayerName=name)["LayerVersions"]
    assert [version["Version"] for version in listed] == [2, 1]
    by_arn = client("lambda").get_layer_version_by_arn(Arn=layer["LayerVersionArn"])
    assert by_arn["Content"]["CodeSha256"] == layer["Content"]["CodeSha256"]
    (summary,) = [one for one in client("lambda").list_layers()["Layers"] if one["LayerName"] == name]
    assert summary["LatestMatchingVersion"]["Version"] == 2
    client("lambda").delete_layer_version(LayerName=name, VersionNumber=1)
    with pytest.raises(ClientError) as error:
        client("lambda").get_layer_version(LayerName=name, VersionNumber=1)
    assert code_of(error) == "ResourceNotFoundException"


def test_a_failing_event_is_retried_and_reported(admin, client, make_function, unique, account):  # noqa: F811
    """Two retries on the virtual clock, then the record of the destination."""
    queue = client("sqs").create_queue(QueueName=unique("failures"))["QueueUrl"]
    arn = client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    name = make_function(FAIL)["FunctionName"]
    client("lambda").put_function_event_invoke_config(
        FunctionName=name, DestinationConfig={"OnFailure": {"Destination": arn}})
    answer = client("lambda").invoke(FunctionName=name, InvocationType="Event", Payload=b'{"n":1}')
    assert answer["StatusCode"] == 202
    admin.settle()
    for wait in ("61s", "121s"):
        assert not client("sqs").receive_message(QueueUrl=queue).get("Messages")
        admin.advance(wait)
        admin.settle()
    (message,) = client("sqs").receive_message(QueueUrl=queue)["Messages"]
    record = json.loads(message["Body"])
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 3
    assert record["requestContext"]["functionArn"] == f"{ARN}{name}:$LATEST"
    assert record["requestContext"]["requestId"] == answer["ResponseMetadata"]["RequestId"]
    assert record["requestPayload"] == {"n": 1}
    assert record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"}
    assert record["responsePayload"]["errorMessage"] == "never"


def test_a_function_without_concurrency_gives_events_up(admin, client, make_function, unique):  # noqa: F811
    """Reserved concurrency of zero stops a function: its events go to the destination at once, never tried."""
    name, queue = make_function()["FunctionName"], unique("failed")
    url = client("sqs").create_queue(QueueName=queue)["QueueUrl"]
    client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    client("lambda").put_function_event_invoke_config(FunctionName=name, DestinationConfig={
        "OnFailure": {"Destination": f"arn:aws:sqs:us-east-1:000000000000:{queue}"}})
    sent = client("lambda").invoke(FunctionName=name, InvocationType="Event", Payload=b'{"a":1}')["ResponseMetadata"]["RequestId"]
    admin.settle()
    record = json.loads(client("sqs").receive_message(QueueUrl=url)["Messages"][0]["Body"])
    assert record["requestContext"]["condition"] == "ZeroReservedConcurrency" and record["requestContext"]["approximateInvokeCount"] == 0
    assert record["requestContext"]["requestId"] == sent
    assert record["requestPayload"] == {"a": 1} and not {"responseContext", "responsePayload"} & set(record)


def test_provisioned_concurrency_is_part_of_the_reserved(client, make_function):  # noqa: F811
    name = make_function(Publish=True)["FunctionName"]
    functions = client("lambda")
    functions.put_provisioned_concurrency_config(FunctionName=name, Qualifier="1", ProvisionedConcurrentExecutions=2)
    with pytest.raises(ClientError, match="should not be lower than function's total provisioned concurrency"):
        functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)
    functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=2)
    with pytest.raises(ClientError, match="should not be greater than the reservedConcurrentExecution for function"):
        functions.put_provisioned_concurrency_config(FunctionName=name, Qualifier="1", ProvisionedConcurrentExecutions=3)
    functions.put_provisioned_concurrency_config(FunctionName=name, Qualifier="1", ProvisionedConcurrentExecutions=1)


def test_a_success_is_reported_and_dead_letters_keep_the_event(admin, client, make_function, unique):  # noqa: F811
    queue = client("sqs").create_queue(QueueName=unique("outcomes"))["QueueUrl"]
    arn = client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    name = make_function("def handler(event, context): return event['n'] + 1")["FunctionName"]
    client("lambda").put_function_event_invoke_config(
        FunctionName=name, MaximumRetryAttempts=0, DestinationConfig={"OnSuccess": {"Destination": arn}})
    client("lambda").invoke(FunctionName=name, InvocationType="Event", Payload=b'{"n":1}')
    admin.settle()
    (message,) = client("sqs").receive_message(QueueUrl=queue)["Messages"]
    assert json.loads(message["Body"])["requestContext"]["condition"] == "Success"
    assert json.loads(message["Body"])["responsePayload"] == 2
    failing = make_function(FAIL, DeadLetterConfig={"TargetArn": arn})["FunctionName"]
    client("lambda").put_function_event_invoke_config(FunctionName=failing, MaximumRetryAttempts=0)
    client("lambda").invoke(FunctionName=failing, InvocationType="Event", Payload=b'{"n":5}')
    admin.settle()
    (message,) = client("sqs").receive_message(QueueUrl=queue, MessageAttributeNames=["All"])["Messages"]
    assert json.loads(message["Body"]) == {"n": 5}
    assert message["MessageAttributes"]["ErrorCode"]["StringValue"] == "200"


def test_a_function_url_is_served(client, make_function, endpoint):  # noqa: F811
    code = """
import json
def handler(event, context):
    return {"statusCode": 201, "headers": {"X-Own": "yes"}, "cookies": ["a=b"], "body": json.dumps(event)}
"""
    name = make_function(code)["FunctionName"]
    url = client("lambda").create_function_url_config(
        FunctionName=name, AuthType="NONE", Cors={"AllowOrigins": ["*"], "AllowMethods": ["GET"]})["FunctionUrl"]
    host = urllib.parse.urlparse(url).netloc
    request = urllib.request.Request(f"{endpoint}/a/b?x=1&x=2", data=b"text",
                                     headers={"Host": host, "Cookie": "k=v", "Origin": "http://web", "Content-Type": "text/plain"})
    with urllib.request.urlopen(request) as answer:
        event = json.loads(answer.read())
        assert answer.status == 201 and answer.headers["X-Own"] == "yes" and answer.headers["Set-Cookie"] == "a=b"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert event["version"] == "2.0" and event["rawPath"] == "/a/b" and event["rawQueryString"] == "x=1&x=2"
    assert event["queryStringParameters"] == {"x": "1,2"} and event["cookies"] == ["k=v"]
    assert event["requestContext"]["http"]["method"] == "POST"
    assert event["body"] == "text" and event["isBase64Encoded"] is False
    (listed,) = client("lambda").list_function_url_configs(FunctionName=name)["FunctionUrlConfigs"]
    assert listed["FunctionUrl"] == url
    client("lambda").update_function_url_config(FunctionName=name, AuthType="AWS_IAM")
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(urllib.request.Request(endpoint, headers={"Host": host}))
    assert error.value.code == 403
    client("lambda").delete_function_url_config(FunctionName=name)
    with pytest.raises(ClientError) as error:
        client("lambda").get_function_url_config(FunctionName=name)
    assert code_of(error) == "ResourceNotFoundException"


def test_what_terraform_reads_of_every_function(client, make_function):  # noqa: F811
    name = make_function()["FunctionName"]
    assert "CodeSigningConfigArn" not in client("lambda").get_function_code_signing_config(FunctionName=name)
    assert client("lambda").get_runtime_management_config(FunctionName=name)["UpdateRuntimeOn"] == "Auto"
    assert client("lambda").get_function_recursion_config(FunctionName=name)["RecursiveLoop"] == "Terminate"


def test_the_code_can_be_downloaded(client, make_function):  # noqa: F811
    made = make_function()
    location = client("lambda").get_function(FunctionName=made["FunctionName"])["Code"]["Location"]
    import hashlib
    with urllib.request.urlopen(location) as answer:
        digest = hashlib.sha256(answer.read()).digest()
    assert base64.b64encode(digest).decode() == made["CodeSha256"]


def test_event_invoke_configurations(client, make_function):  # noqa: F811
    name = make_function()["FunctionName"]
    with pytest.raises(ClientError) as error:
        client("lambda").get_function_event_invoke_config(FunctionName=name)
    assert code_of(error) == "ResourceNotFoundException"
    client("lambda").put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=1)
    client("lambda").update_function_event_invoke_config(FunctionName=name, MaximumEventAgeInSeconds=60)
    kept = client("lambda").get_function_event_invoke_config(FunctionName=name)
    assert (kept["MaximumRetryAttempts"], kept["MaximumEventAgeInSeconds"]) == (1, 60)
    listed = client("lambda").list_function_event_invoke_configs(FunctionName=name)["FunctionEventInvokeConfigs"]
    assert [one["FunctionArn"] for one in listed] == [f"{ARN}{name}:$LATEST"]
    client("lambda").delete_function_event_invoke_config(FunctionName=name)
    with pytest.raises(ClientError) as error:
        client("lambda").delete_function_event_invoke_config(FunctionName=name)
    assert code_of(error) == "ResourceNotFoundException"


def test_provisioned_concurrency_is_kept(client, make_function):  # noqa: F811
    name = make_function(Publish=True)["FunctionName"]
    client("lambda").put_provisioned_concurrency_config(
        FunctionName=name, Qualifier="1", ProvisionedConcurrentExecutions=2)
    kept = client("lambda").get_provisioned_concurrency_config(FunctionName=name, Qualifier="1")
    assert kept["Status"] == "READY" and kept["RequestedProvisionedConcurrentExecutions"] == 2
    listed = client("lambda").list_provisioned_concurrency_configs(FunctionName=name)["ProvisionedConcurrencyConfigs"]
    assert [one["FunctionArn"] for one in listed] == [f"{ARN}{name}:1"]
    client("lambda").delete_provisioned_concurrency_config(FunctionName=name, Qualifier="1")
    with pytest.raises(ClientError) as error:
        client("lambda").get_provisioned_concurrency_config(FunctionName=name, Qualifier="1")
    assert code_of(error) == "ProvisionedConcurrencyConfigNotFoundException"
    with pytest.raises(ClientError) as error:
        client("lambda").put_provisioned_concurrency_config(
            FunctionName=name, Qualifier="$LATEST", ProvisionedConcurrentExecutions=2)
    assert code_of(error) == "InvalidParameterValueException"
