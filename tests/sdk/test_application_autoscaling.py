"""Application Auto Scaling: what is registered for a table's throughput is kept, checked and read back."""

import re

import pytest
from botocore.exceptions import ClientError
from dynamodb_support import HASH, NAMES

from conftest import Admin, make_client
from refusals import code_and_message as refused
from refusals import code_of, error_of

READS = "dynamodb:table:ReadCapacityUnits"
WRITES = "dynamodb:table:WriteCapacityUnits"
UNSUPPORTED = ("ValidationException", "Unsupported service namespace, resource type or scalable dimension")


class Scaling:
    """The client with a table of the account's own, and its target for reads."""

    def __init__(self, endpoint, account, table="orders"):
        self.endpoint, self.account, self.table = endpoint, account, table
        self.client = make_client("application-autoscaling", endpoint, access_key=account)
        self.db = make_client("dynamodb", endpoint, access_key=account)
        throughput = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
        self.db.create_table(
            TableName=table, KeySchema=HASH, ProvisionedThroughput=throughput,
            AttributeDefinitions=[*NAMES, {"AttributeName": "g", "AttributeType": "S"}],
            GlobalSecondaryIndexes=[{
                "IndexName": "by-g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"}, "ProvisionedThroughput": throughput}])
        self.reads = self.target(READS)

    def target(self, dimension, resource=None):
        return {"ServiceNamespace": "dynamodb", "ResourceId": resource or f"table/{self.table}",
                "ScalableDimension": dimension}

    def register(self, target=None, least=1, most=10, **more):
        return self.client.register_scalable_target(
            **(target or self.reads), MinCapacity=least, MaxCapacity=most, **more)["ScalableTargetARN"]

    def described(self, **more):
        return self.client.describe_scalable_targets(ServiceNamespace="dynamodb", **more)["ScalableTargets"]

    def put_policy(self, name="track", target=None, metric="DynamoDBReadCapacityUtilization", **tracking):
        return self.client.put_scaling_policy(
            PolicyName=name, PolicyType="TargetTrackingScaling", **(target or self.reads),
            TargetTrackingScalingPolicyConfiguration={
                "TargetValue": 70.0, "PredefinedMetricSpecification": {"PredefinedMetricType": metric}, **tracking})

    def policies(self, **more):
        return self.client.describe_scaling_policies(ServiceNamespace="dynamodb", **more)["ScalingPolicies"]

    def put_action(self, name="night", **more):
        settings = {"Schedule": "cron(0 20 * * ? *)", "ScalableTargetAction": {"MinCapacity": 1}, **more}
        self.client.put_scheduled_action(ScheduledActionName=name, **self.reads, **settings)

    def actions(self, **more):
        return self.client.describe_scheduled_actions(ServiceNamespace="dynamodb", **more)["ScheduledActions"]


@pytest.fixture
def scaling(endpoint, account):
    return Scaling(endpoint, account)


def test_a_target_is_registered_described_and_deregistered(scaling):
    # The members, and the role that the service makes for itself, are those that AWS answers.
    arn = scaling.register()
    assert re.fullmatch(
        rf"arn:aws:application-autoscaling:us-east-1:{scaling.account}:scalable-target/[0-9a-z]{{36}}", arn)
    [target] = scaling.described()
    assert target.pop("CreationTime")
    assert target == {
        **scaling.reads, "MinCapacity": 1, "MaxCapacity": 10, "ScalableTargetARN": arn,
        "RoleARN": f"arn:aws:iam::{scaling.account}:role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/"
                   "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable",
        "SuspendedState": {"DynamicScalingInSuspended": False, "DynamicScalingOutSuspended": False,
                           "ScheduledScalingSuspended": False}}
    scaling.client.deregister_scalable_target(**scaling.reads)
    assert scaling.described() == []
    assert refused(scaling.client.deregister_scalable_target, **scaling.reads) == (
        "ObjectNotFoundException",
        f"No scalable target found for service namespace: dynamodb, resource ID: table/orders, scalable dimension: {READS}")


def test_registering_again_changes_what_it_names(scaling):
    # Terraform's update sends what changed; the ARN, by which tags are kept, stays.
    arn = scaling.register(RoleARN="arn:aws:iam::123456789012:role/mine")
    client = scaling.client
    assert client.register_scalable_target(**scaling.reads, MaxCapacity=20)["ScalableTargetARN"] == arn
    client.register_scalable_target(**scaling.reads, SuspendedState={"ScheduledScalingSuspended": True})
    client.register_scalable_target(**scaling.reads, SuspendedState={"DynamicScalingInSuspended": True})
    [target] = scaling.described()
    assert (target["MinCapacity"], target["MaxCapacity"], target["ScalableTargetARN"]) == (1, 20, arn)
    assert target["SuspendedState"] == {"DynamicScalingInSuspended": True, "DynamicScalingOutSuspended": False,
                                        "ScheduledScalingSuspended": True}
    # A role of one's own is ignored where there is a service-linked one.
    assert target["RoleARN"].endswith("AWSServiceRoleForApplicationAutoScaling_DynamoDBTable")
    assert refused(client.register_scalable_target, **scaling.reads, MinCapacity=21) == (
        "ValidationException", "Maximum capacity cannot be less than minimum capacity")
    assert scaling.described()[0]["MinCapacity"] == 1


def test_a_target_needs_capacities_and_a_resource_that_is_there(scaling):
    client, bounds = scaling.client, {"MinCapacity": 1, "MaxCapacity": 2}
    assert code_of(client.register_scalable_target, **scaling.reads, MinCapacity=1) == "ValidationException"
    assert code_of(client.register_scalable_target, **scaling.reads, MinCapacity=0, MaxCapacity=1) == "ValidationException"
    assert refused(client.register_scalable_target, **scaling.target(READS, "table/none"), **bounds) == (
        "ValidationException", "DynamoDB table does not exist: table/none")
    index = "dynamodb:index:ReadCapacityUnits"
    assert refused(client.register_scalable_target, **scaling.target(index, "table/orders/index/no"), **bounds) == (
        "ValidationException", "DynamoDB index does not exist: table/orders/index/no")
    scaling.register(scaling.target(index, "table/orders/index/by-g"))
    for resource, dimension in (("orders", READS), ("table/orders/index/by-g", READS), ("table/orders", index)):
        assert refused(client.register_scalable_target, **scaling.target(dimension, resource), **bounds) == UNSUPPORTED
    assert refused(client.describe_scalable_targets, ServiceNamespace="foo", ScalableDimension="bar")[1].startswith(
        "2 validation errors detected: ")


def test_targets_of_other_services_are_taken_by_their_form(scaling):
    # These services are not looked into, so that a stack with a function's concurrency applies.
    client, bounds = scaling.client, {"MinCapacity": 0, "MaxCapacity": 2}
    work = {"ServiceNamespace": "lambda", "ScalableDimension": "lambda:function:ProvisionedConcurrency"}
    client.register_scalable_target(**work, ResourceId="function:work:live", **bounds)
    [target] = client.describe_scalable_targets(ServiceNamespace="lambda")["ScalableTargets"]
    assert target["RoleARN"].endswith("AWSServiceRoleForApplicationAutoScaling_LambdaConcurrency")
    for resource in ("function:work", "function:work:$LATEST"):
        assert refused(client.register_scalable_target, **work, ResourceId=resource, **bounds) == UNSUPPORTED
    cluster = {"ServiceNamespace": "elasticmapreduce", "ResourceId": "instancegroup/j-1/ig-1",
               "ScalableDimension": "elasticmapreduce:instancegroup:InstanceCount"}
    assert code_of(client.register_scalable_target, **cluster, **bounds) == "ValidationException"
    client.register_scalable_target(**cluster, **bounds, RoleARN="arn:aws:iam::123456789012:role/emr")
    assert client.describe_scalable_targets(ServiceNamespace="elasticmapreduce")["ScalableTargets"][0][
        "RoleARN"] == "arn:aws:iam::123456789012:role/emr"
    assert scaling.described() == []


def test_targets_are_described_by_resource_dimension_and_page(scaling):
    index = scaling.target("dynamodb:index:WriteCapacityUnits", "table/orders/index/by-g")
    for target in (scaling.reads, scaling.target(WRITES), index):
        scaling.register(target)
    assert len(scaling.described(ResourceIds=["table/orders"])) == 2
    assert len(scaling.described(ResourceIds=["table/orders", index["ResourceId"], "table/none"])) == 3
    [one] = scaling.described(ResourceIds=["table/orders"], ScalableDimension=WRITES)
    assert one["ScalableDimension"] == WRITES
    pages = scaling.client.get_paginator("describe_scalable_targets").paginate(
        ServiceNamespace="dynamodb", PaginationConfig={"PageSize": 2})
    assert [len(page["ScalableTargets"]) for page in pages] == [2, 1]
    describe = scaling.client.describe_scalable_targets
    assert code_of(describe, ServiceNamespace="dynamodb", NextToken="?") == "InvalidNextTokenException"
    assert code_of(describe, ServiceNamespace="dynamodb", ScalableDimension=READS) == "ValidationException"
    for results in (0, 51):
        assert refused(describe, ServiceNamespace="dynamodb", MaxResults=results)[1].startswith(
            f"1 validation error detected: Value '{results}' at 'maxResults' failed to satisfy constraint: ")


def test_a_policy_is_put_changed_and_deleted(scaling):
    assert refused(scaling.put_policy) == (
        "ObjectNotFoundException", "No scalable target registered for service namespace: dynamodb, "
        f"resource ID: table/orders, scalable dimension: {READS}")
    scaling.register()
    made = scaling.put_policy()
    assert re.fullmatch(rf"arn:aws:autoscaling:us-east-1:{scaling.account}:scalingPolicy:[0-9a-f-]{{36}}:"
                        r"resource/dynamodb/table/orders:policyName/track", made["PolicyARN"])
    # Four alarms, as AWS answers for DynamoDB; they stay when the policy is changed.
    kinds = ["AlarmHigh", "AlarmLow", "ProvisionedCapacityHigh", "ProvisionedCapacityLow"]
    for alarm, kind in zip(made["Alarms"], kinds, strict=True):
        assert re.fullmatch(rf"TargetTracking-table/orders-{kind}-[0-9a-f-]{{36}}", alarm["AlarmName"])
        assert alarm["AlarmARN"] == f"arn:aws:cloudwatch:us-east-1:{scaling.account}:alarm:{alarm['AlarmName']}"
    again = scaling.put_policy(TargetValue=50.0, ScaleInCooldown=60, DisableScaleIn=True)
    assert (again["PolicyARN"], again["Alarms"]) == (made["PolicyARN"], made["Alarms"])
    [policy] = scaling.policies()
    assert policy.pop("CreationTime")
    assert policy == {
        **scaling.reads, "PolicyName": "track", "PolicyType": "TargetTrackingScaling", "PolicyARN": made["PolicyARN"],
        "Alarms": made["Alarms"], "TargetTrackingScalingPolicyConfiguration": {
            "TargetValue": 50.0, "ScaleInCooldown": 60, "DisableScaleIn": True,
            "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBReadCapacityUtilization"}}}
    scaling.client.delete_scaling_policy(PolicyName="track", **scaling.reads)
    assert scaling.policies() == []
    assert refused(scaling.client.delete_scaling_policy, PolicyName="track", **scaling.reads) == (
        "ObjectNotFoundException", "No scaling policy found for service namespace: dynamodb, "
        f"resource ID: table/orders, scalable dimension: {READS}, policy name: track")


def test_a_policy_is_refused_that_cannot_scale_its_target(scaling):
    scaling.register()
    put = scaling.client.put_scaling_policy
    scaling.put_policy()
    assert refused(scaling.put_policy, name="second") == (
        "ValidationException", "Only one TargetTrackingScaling policy for a given metric specification is allowed.")
    assert refused(put, PolicyName="p", PolicyType="ABCDEFG", **scaling.reads)[1] == (
        "1 validation error detected: Value 'ABCDEFG' at 'policyType' failed to satisfy constraint: "
        "Member must satisfy enum value set: [PredictiveScaling, StepScaling, TargetTrackingScaling]")
    step = {"AdjustmentType": "ChangeInCapacity", "StepAdjustments": [{"ScalingAdjustment": 10}]}
    tracking = {"TargetValue": 70.0}
    customized = {**tracking, "CustomizedMetricSpecification": {"MetricName": "m"}}
    for kind, settings in (
            ("StepScaling", {"StepScalingPolicyConfiguration": step}),
            ("PredictiveScaling", {}),
            ("TargetTrackingScaling", {}),
            ("TargetTrackingScaling", {"StepScalingPolicyConfiguration": step}),
            ("TargetTrackingScaling", {"TargetTrackingScalingPolicyConfiguration": tracking}),
            ("TargetTrackingScaling", {"TargetTrackingScalingPolicyConfiguration": customized})):
        assert code_of(put, PolicyName="p", PolicyType=kind, **scaling.reads, **settings) == "ValidationException"
    assert code_of(put, PolicyName="p", **scaling.reads) == "ValidationException"
    assert code_of(scaling.put_policy, name="p", metric="DynamoDBWriteCapacityUtilization") == "ValidationException"
    # Both bounds in the service's own words; a utilization of 19.9 % is taken, whatever the guide says.
    assert refused(scaling.put_policy, TargetValue=0) == (
        "ValidationException", "For target tracking scaling, target value must be between '8.51592E-109' and "
        "'1.174271E108', but was '0.0'.")
    assert refused(scaling.put_policy, TargetValue=90.1) == (
        "ValidationException", "For predefined metric type DynamoDBReadCapacityUtilization, target value must be "
        "between '10.0' and '90.0', but was '90.1'.")
    scaling.put_policy(TargetValue=19.9, ScaleInCooldown=-1)
    customized["CustomizedMetricSpecification"] = {"MetricName": "m", "Namespace": "n", "Statistic": "Sum"}
    put(PolicyName="own", PolicyType="TargetTrackingScaling", **scaling.reads,
        TargetTrackingScalingPolicyConfiguration=customized)
    assert [policy["PolicyName"] for policy in scaling.policies(ResourceId="table/orders")] == ["own", "track"]


def test_step_policies_of_services_that_have_them(scaling):
    web = {"ServiceNamespace": "ecs", "ResourceId": "service/default/web", "ScalableDimension": "ecs:service:DesiredCount"}
    client = scaling.client
    client.register_scalable_target(**web, MinCapacity=0, MaxCapacity=4)
    step = {"AdjustmentType": "ChangeInCapacity", "StepAdjustments": [{"ScalingAdjustment": 1}]}

    def put(name="step", **changed):
        return client.put_scaling_policy(PolicyName=name, PolicyType="StepScaling", **web,
                                         StepScalingPolicyConfiguration={**step, **changed})

    assert put()["Alarms"] == []
    assert client.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"][0][
        "StepScalingPolicyConfiguration"] == step
    bounds = {"MetricIntervalLowerBound": 2.0, "MetricIntervalUpperBound": 1.0, "ScalingAdjustment": 1}
    for changed in ({"StepAdjustments": []}, {"StepAdjustments": [bounds]}, {"Cooldown": -1}):
        assert code_of(put, **changed) == "ValidationException"
    assert code_of(put, StepAdjustments=[{"ScalingAdjustment": 1}] * 21) == "LimitExceededException"
    for number in range(49):
        put(f"p{number:02}")
    assert code_of(put, name="one-more") == "LimitExceededException"
    names = []
    for page in client.get_paginator("describe_scaling_policies").paginate(ServiceNamespace="ecs"):
        assert len(page["ScalingPolicies"]) == 10
        names += [policy["PolicyName"] for policy in page["ScalingPolicies"]]
    assert len(set(names)) == 50
    [one] = client.describe_scaling_policies(ServiceNamespace="ecs", PolicyNames=["p07"])["ScalingPolicies"]
    assert one["PolicyName"] == "p07"
    forecast = dict(**web, PolicyName="step", StartTime=0, EndTime=3600)
    assert code_of(client.get_predictive_scaling_forecast, **forecast) == "ValidationException"
    predictive = {"MetricSpecifications": [{"TargetValue": 40.0, "PredefinedMetricPairSpecification": {
        "PredefinedMetricType": "ECSServiceCPUUtilization"}}]}
    client.delete_scaling_policy(PolicyName="step", **web)
    client.put_scaling_policy(PolicyName="step", PolicyType="PredictiveScaling", **web,
                              PredictiveScalingPolicyConfiguration=predictive)
    assert "forecast" in error_of(client.get_predictive_scaling_forecast, **forecast)["Message"]


def test_a_scheduled_action_is_put_changed_and_deleted(scaling):
    assert code_of(scaling.put_action) == "ObjectNotFoundException"
    scaling.register()
    scaling.put_action(StartTime=1_800_000_000, EndTime=1_900_000_000, Timezone="Europe/Rome")
    [action] = scaling.actions()
    assert action.pop("CreationTime")
    assert (action.pop("StartTime").timestamp(), action.pop("EndTime").timestamp()) == (1_800_000_000, 1_900_000_000)
    arn = action.pop("ScheduledActionARN")
    assert re.fullmatch(rf"arn:aws:autoscaling:us-east-1:{scaling.account}:scheduledAction:[0-9a-f-]{{36}}:"
                        r"resource/dynamodb/table/orders:scheduledActionName/night", arn)
    assert action == {**scaling.reads, "ScheduledActionName": "night", "Schedule": "cron(0 20 * * ? *)",
                      "Timezone": "Europe/Rome", "ScalableTargetAction": {"MinCapacity": 1}}
    # "If you don't specify start and end times, the old values are deleted." The rest stays.
    scaling.client.put_scheduled_action(ScheduledActionName="night", Schedule="rate(2 minutes)", **scaling.reads)
    [action] = scaling.actions(ScheduledActionNames=["night"])
    assert (action["Schedule"], action["Timezone"], action["ScheduledActionARN"]) == ("rate(2 minutes)", "Europe/Rome", arn)
    assert "StartTime" not in action and "EndTime" not in action
    assert scaling.actions(ScheduledActionNames=["other"]) == []
    assert scaling.actions(ResourceId="table/orders", ScalableDimension=WRITES) == []
    scaling.client.delete_scheduled_action(ScheduledActionName="night", **scaling.reads)
    assert refused(scaling.client.delete_scheduled_action, ScheduledActionName="night", **scaling.reads) == (
        "ObjectNotFoundException", "No scheduled action found for service namespace: dynamodb, "
        f"resource ID: table/orders, scalable dimension: {READS}, scheduled action name: night")


def test_a_scheduled_action_is_refused_without_time_or_effect(scaling):
    scaling.register()
    assert refused(scaling.put_action, Schedule="0 8 * * *") == (
        "ValidationException", "Invalid schedule expression. Details: Schedule expressions must have the following "
        "syntax: rate(<number>\\s?(minutes?|hours?|days?)), cron(<cron_expression>) or at(yyyy-MM-dd'T'HH:mm:ss).")
    assert refused(scaling.put_action, ScalableTargetAction={}) == (
        "ValidationException", "At least one of minimum capacity and maximum capacity should be provided")
    for changed in ({"ScalableTargetAction": {"MinCapacity": 3, "MaxCapacity": 2}}, {"Timezone": "+09:00"},
                    {"StartTime": 200, "EndTime": 100}):
        assert code_of(scaling.put_action, **changed) == "ValidationException"
    assert code_of(scaling.client.put_scheduled_action, ScheduledActionName="bare", **scaling.reads) == "ValidationException"
    assert scaling.actions() == []


def test_what_belongs_to_a_target_goes_with_it(scaling):
    for target in (scaling.reads, scaling.target(WRITES)):
        scaling.register(target)
    scaling.put_policy()
    scaling.put_policy(target=scaling.target(WRITES), metric="DynamoDBWriteCapacityUtilization")
    scaling.put_action()
    # The table's end takes nothing with it, as DynamoDB's guide says.
    scaling.db.delete_table(TableName=scaling.table)
    assert (len(scaling.described()), len(scaling.policies()), len(scaling.actions())) == (2, 2, 1)
    scaling.client.deregister_scalable_target(**scaling.reads)
    assert [policy["ScalableDimension"] for policy in scaling.policies()] == [WRITES]
    assert scaling.actions() == []


def test_nothing_scales(scaling):
    # Registering would change what is provisioned to fit; here it is stored only, and says so by no activity.
    scaling.register(least=8, most=10)
    assert scaling.db.describe_table(TableName=scaling.table)["Table"]["ProvisionedThroughput"]["ReadCapacityUnits"] == 5
    describe = scaling.client.describe_scaling_activities
    assert describe(**scaling.reads, IncludeNotScaledActivities=True)["ScalingActivities"] == []
    assert code_of(describe, ServiceNamespace="dynamodb", MaxResults=51) == "ValidationException"


def test_tags_of_a_target(scaling):
    client, arn = scaling.client, scaling.register(Tags={"a": "1", "b": "2"})
    client.tag_resource(ResourceARN=arn, Tags={"b": "3", "c": "4"})
    client.untag_resource(ResourceARN=arn, TagKeys=["a", "none"])
    client.register_scalable_target(**scaling.reads, MaxCapacity=12)
    assert client.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"b": "3", "c": "4"}
    many = error_of(client.tag_resource, ResourceARN=arn, Tags={f"t{number}": "" for number in range(49)})
    assert many["Code"] == "TooManyTagsException"
    assert code_of(client.tag_resource, ResourceARN=arn, Tags={"aws:a": ""}) == "ValidationException"
    assert code_of(client.list_tags_for_resource, ResourceARN="arn:aws:s3:::b") == "ValidationException"
    client.deregister_scalable_target(**scaling.reads)
    for call, more in ((client.tag_resource, {"Tags": {"a": ""}}), (client.untag_resource, {"TagKeys": ["a"]}),
                       (client.list_tags_for_resource, {})):
        with pytest.raises(ClientError) as caught:
            call(ResourceARN=arn, **more)
        assert caught.value.response["Error"]["Code"] == "ResourceNotFoundException"
        assert caught.value.response["ResourceName"] == arn


def test_regions_and_accounts_do_not_see_each_other(scaling, endpoint):
    arn = scaling.register()
    elsewhere = make_client("application-autoscaling", endpoint, access_key=scaling.account, region="eu-west-1")
    other = make_client("application-autoscaling", endpoint, access_key="404404404404")
    for client in (elsewhere, other):
        assert client.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"] == []
        assert code_of(client.list_tags_for_resource, ResourceARN=arn) == "ResourceNotFoundException"


def test_it_outlives_a_kill_and_is_reset_and_restored(start_daemon, tmp_path):
    daemon = start_daemon("--data", str(tmp_path))
    scaling = Scaling(daemon.endpoint, "515151515151")
    scaling.register()
    scaling.put_policy()
    scaling.put_action()
    daemon.stop(9)
    again = start_daemon("--data", str(tmp_path))
    client = make_client("application-autoscaling", again.endpoint, access_key=scaling.account)
    kept = (client.describe_scalable_targets, client.describe_scaling_policies, client.describe_scheduled_actions)
    assert [len(call(ServiceNamespace="dynamodb")[member]) for call, member in zip(
        kept, ("ScalableTargets", "ScalingPolicies", "ScheduledActions"), strict=True)] == [1, 1, 1]
    admin = Admin(again.endpoint)
    assert admin.call("POST", "/_cumulite/snapshots", {"name": "base", "account": scaling.account})[0] == 201
    admin.post("/_cumulite/reset", account=scaling.account)
    assert client.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"] == []
    admin.post("/_cumulite/snapshots/base/restore")
    assert client.describe_scaling_policies(ServiceNamespace="dynamodb")["ScalingPolicies"][0]["PolicyName"] == "track"


def test_replicas_are_scaled_by_the_same_targets(scaling, endpoint):
    # DynamoDB's own calls show what is registered in each region, and register it.
    db, there = scaling.db, make_client("application-autoscaling", endpoint, access_key=scaling.account, region="eu-west-1")
    db.update_table(TableName=scaling.table,
                    StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
    db.update_table(TableName=scaling.table, ReplicaUpdates=[{"Create": {"RegionName": "eu-west-1"}}])
    Admin(endpoint).settle(scaling.account)
    scaling.register()
    scaling.put_policy(ScaleInCooldown=60)

    def replicas():
        answer = db.describe_table_replica_auto_scaling(TableName=scaling.table)
        return {row["RegionName"]: row for row in answer["TableAutoScalingDescription"]["Replicas"]}

    none = {"AutoScalingDisabled": True, "ScalingPolicies": []}
    reads = replicas()["us-east-1"]["ReplicaProvisionedReadCapacityAutoScalingSettings"]
    assert reads == {"MinimumUnits": 1, "MaximumUnits": 10, "AutoScalingRoleArn": scaling.described()[0]["RoleARN"],
                     "ScalingPolicies": [{"PolicyName": "track", "TargetTrackingScalingPolicyConfiguration": {
                         "ScaleInCooldown": 60, "TargetValue": 70.0}}]}
    assert replicas()["eu-west-1"]["ReplicaProvisionedReadCapacityAutoScalingSettings"] == none
    policy = {"TargetTrackingScalingPolicyConfiguration": {"TargetValue": 50.0}}
    db.update_table_replica_auto_scaling(
        TableName=scaling.table,
        GlobalSecondaryIndexUpdates=[{"IndexName": "by-g", "ProvisionedWriteCapacityAutoScalingUpdate": {
            "MinimumUnits": 2, "MaximumUnits": 4, "ScalingPolicyUpdate": policy}}])
    resource = "table/orders/index/by-g"
    for client in (scaling.client, there):
        [target] = client.describe_scalable_targets(ServiceNamespace="dynamodb", ResourceIds=[resource])["ScalableTargets"]
        assert (target["MinCapacity"], target["MaxCapacity"]) == (2, 4)
        [put] = client.describe_scaling_policies(ServiceNamespace="dynamodb", ResourceId=resource)["ScalingPolicies"]
        # So DynamoDB calls a policy that it makes.
        assert put["PolicyName"] == f"DynamoDBWriteCapacityUtilization:{resource}" and len(put["Alarms"]) == 4
    db.update_table_replica_auto_scaling(TableName=scaling.table, ReplicaUpdates=[{
        "RegionName": "us-east-1", "ReplicaProvisionedReadCapacityAutoScalingUpdate": {"AutoScalingDisabled": True}}])
    assert scaling.described(ResourceIds=["table/orders"]) == []
    assert replicas()["us-east-1"]["ReplicaProvisionedReadCapacityAutoScalingSettings"] == none
    assert code_of(db.update_table_replica_auto_scaling, TableName=scaling.table, ReplicaUpdates=[{
        "RegionName": "eu-west-1", "ReplicaProvisionedReadCapacityAutoScalingUpdate": {
            "MinimumUnits": 5, "MaximumUnits": 4}}]) == "ValidationException"
    # A target without a policy counts for nothing.
    scaling.register()
    assert replicas()["us-east-1"]["ReplicaProvisionedReadCapacityAutoScalingSettings"] == none
