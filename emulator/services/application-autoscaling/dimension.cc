#include "emulator/services/application-autoscaling/dimension.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include <fmt/format.h>

#include "emulator/services/application-autoscaling/errors.h"

namespace cumulite::application_autoscaling {
namespace {

struct Dimension {
  std::string_view name;
  std::string_view resource;  ///< How its resources are written; see `matches`.
};

constexpr std::string_view kAnything = "";

constexpr Dimension kDimensions[] = {
    {"appstream:fleet:DesiredCapacity", "fleet/*"},
    {"cassandra:table:ReadCapacityUnits", "keyspace/*/table/*"},
    {"cassandra:table:WriteCapacityUnits", "keyspace/*/table/*"},
    {"comprehend:document-classifier-endpoint:DesiredInferenceUnits",
     "arn:*:document-classifier-endpoint/*"},
    {"comprehend:entity-recognizer-endpoint:DesiredInferenceUnits",
     "arn:*:entity-recognizer-endpoint/*"},
    // The service that offers the resource says what it is called.
    {"custom-resource:ResourceType:Property", kAnything},
    {"dynamodb:index:ReadCapacityUnits", "table/*/index/*"},
    {"dynamodb:index:WriteCapacityUnits", "table/*/index/*"},
    {"dynamodb:table:ReadCapacityUnits", "table/*"},
    {"dynamodb:table:WriteCapacityUnits", "table/*"},
    {"ec2:spot-fleet-request:TargetCapacity", "spot-fleet-request/*"},
    {"ecs:service:DesiredCount", "service/*/*"},
    {"elasticache:cache-cluster:Nodes", "cache-cluster/*"},
    {"elasticache:replication-group:NodeGroups", "replication-group/*"},
    {"elasticache:replication-group:Replicas", "replication-group/*"},
    {"elasticmapreduce:instancegroup:InstanceCount", "instancegroup/*/*"},
    {"kafka:broker-storage:VolumeSize", "arn:*:cluster/*/*"},
    {"lambda:function:ProvisionedConcurrency", "function:*:*"},
    {"neptune:cluster:ReadReplicaCount", "cluster:*"},
    {"rds:cluster:ReadReplicaCount", "cluster:*"},
    {"sagemaker:inference-component:DesiredCopyCount", "inference-component/*"},
    {"sagemaker:variant:DesiredInstanceCount", "endpoint/*/variant/*"},
    {"sagemaker:variant:DesiredProvisionedConcurrency", "endpoint/*/variant/*"},
    {"workspaces:workspacespool:DesiredUserSessions", "workspacespool/*"},
};

struct LinkedRole {
  std::string_view service;
  std::string_view role;  ///< After "AWSServiceRoleForApplicationAutoScaling_".
};

constexpr LinkedRole kLinkedRoles[] = {
    {"appstream", "AppStreamFleet"},
    {"cassandra", "CassandraTable"},
    {"comprehend", "ComprehendEndpoint"},
    {"custom-resource", "CustomResource"},
    {"dynamodb", "DynamoDBTable"},
    {"ec2", "EC2SpotFleetRequest"},
    {"ecs", "ECSService"},
    {"elasticache", "ElastiCacheRG"},
    {"kafka", "KafkaCluster"},
    {"lambda", "LambdaConcurrency"},
    {"neptune", "NeptuneCluster"},
    {"rds", "RDSCluster"},
    {"sagemaker", "SageMakerEndpoint"},
    {"workspaces", "WorkSpacesPool"},
};

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> texts) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

/// Whether the resource is written like the pattern. A '*' stands for a name without '/' (of a
/// function: nor ':'), or for all before a longer text that the pattern goes on with.
bool matches(std::string_view pattern, std::string_view resource) {
  if (pattern == kAnything) return !resource.empty();
  const bool colons = pattern.starts_with("function:");
  while (!pattern.empty()) {
    if (pattern.front() != '*') {
      if (resource.empty() || resource.front() != pattern.front()) return false;
      pattern.remove_prefix(1);
      resource.remove_prefix(1);
      continue;
    }
    pattern.remove_prefix(1);
    const std::string_view literal = pattern.substr(0, pattern.find('*'));
    std::size_t length =
        literal.size() > 1 ? resource.find(literal) : resource.find_first_of(colons ? "/:" : "/");
    if (length == std::string_view::npos) length = resource.size();
    if (length == 0) return false;
    resource.remove_prefix(length);
  }
  return resource.empty();
}

}  // namespace

Result<void> check_target(const TargetName& name) {
  // Keys of rows hold the resource: a longer one in bytes than in characters is nobody's.
  constexpr std::size_t kResourceBytesMax = 1600;
  const auto* const found =
      std::find_if(std::begin(kDimensions), std::end(kDimensions),
                   [&](const Dimension& each) { return each.name == name.dimension; });
  const bool fits =
      found != std::end(kDimensions) && name.dimension.starts_with(name.service + ':') &&
      name.resource.size() <= kResourceBytesMax && matches(found->resource, name.resource);
  if (!fits) return errors::unsupported_target();
  // Concurrency is provisioned for versions and aliases only.
  if (name.service == "lambda" && name.resource.ends_with(":$LATEST")) {
    return errors::unsupported_target();
  }
  return {};
}

std::int32_t least_capacity(std::string_view service) {
  const bool may_be_none = is_one_of(service, {"appstream", "custom-resource", "ec2", "ecs",
                                               "elasticmapreduce", "lambda", "rds", "sagemaker"});
  return may_be_none ? 0 : 1;
}

Result<void> check_capacities(const std::optional<std::int32_t>& least,
                              const std::optional<std::int32_t>& most, std::string_view service) {
  const std::int32_t bound = least_capacity(service);
  if (least.value_or(bound) < bound || most.value_or(bound) < bound) {
    return errors::capacity_too_small(bound);
  }
  if (least && most && *least > *most) return errors::capacities_crossed();
  return {};
}

std::size_t targets_max(std::string_view service) {
  if (service == "dynamodb") return 5000;
  if (service == "ecs") return 3000;
  return service == "cassandra" ? 1500 : 500;
}

std::string linked_role_arn(std::string_view account, std::string_view service) {
  const auto* const found =
      std::find_if(std::begin(kLinkedRoles), std::end(kLinkedRoles),
                   [&](const LinkedRole& each) { return each.service == service; });
  if (found == std::end(kLinkedRoles)) return {};
  return fmt::format(
      "arn:aws:iam::{}:role/aws-service-role/{}.application-autoscaling.amazonaws.com/"
      "AWSServiceRoleForApplicationAutoScaling_{}",
      account, service, found->role);
}

bool supports_policy_type(std::string_view service, std::string_view type) {
  if (type == "PredictiveScaling") return service == "ecs";
  if (type == "TargetTrackingScaling") return service != "elasticmapreduce";
  return !is_one_of(service, {"dynamodb", "comprehend", "lambda", "cassandra", "kafka",
                              "elasticache", "neptune"});
}

bool supports_metric(std::string_view dimension, std::string_view metric) {
  constexpr std::pair<std::string_view, std::string_view> kOnlyMetrics[] = {
      {"cassandra:table:ReadCapacityUnits", "CassandraReadCapacityUtilization"},
      {"cassandra:table:WriteCapacityUnits", "CassandraWriteCapacityUtilization"},
      {"dynamodb:index:ReadCapacityUnits", "DynamoDBReadCapacityUtilization"},
      {"dynamodb:index:WriteCapacityUnits", "DynamoDBWriteCapacityUtilization"},
      {"dynamodb:table:ReadCapacityUnits", "DynamoDBReadCapacityUtilization"},
      {"dynamodb:table:WriteCapacityUnits", "DynamoDBWriteCapacityUtilization"},
      {"kafka:broker-storage:VolumeSize", "KafkaBrokerStorageUtilization"},
      {"lambda:function:ProvisionedConcurrency", "LambdaProvisionedConcurrencyUtilization"},
  };
  bool listed = false;
  for (const auto& [of, only] : kOnlyMetrics) {
    if (of == dimension) return only == metric;
    listed = listed || only == metric;
  }
  return !listed;
}

}  // namespace cumulite::application_autoscaling
