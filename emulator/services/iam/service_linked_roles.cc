#include <fmt/format.h>

#include "emulator/core/ids.h"
#include "emulator/services/iam/operations.h"

/// Roles that a service of AWS makes for itself: their names and policies are that service's.
namespace cumulite::iam {
namespace {

constexpr std::int64_t kLinkedSessionSeconds = 3600;
constexpr std::string_view kLinkedPath = "/aws-service-role/";
constexpr std::string_view kDomain = ".amazonaws.com";

struct LinkedService {
  std::string_view service;  ///< Without ".amazonaws.com".
  std::string_view role;     ///< Without "AWSServiceRoleFor".
  std::string_view policy;
};

// As AWS names them. A service that is not here has none to be made by hand.
constexpr LinkedService kLinkedServices[] = {
    {"accountdiscovery.ssm", "AmazonSSM_AccountDiscovery",
     "AWSSystemsManagerAccountDiscoveryServicePolicy"},
    {"acm", "CertificateManager", "CertificateManagerServiceRolePolicy"},
    {"appmesh", "AppMesh", "AWSAppMeshServiceRolePolicy"},
    {"autoscaling", "AutoScaling", "AutoScalingServiceRolePolicy"},
    {"autoscaling-plans", "AutoScalingPlans_EC2AutoScaling",
     "AWSAutoScalingPlansEC2AutoScalingPolicy"},
    {"backup", "Backup", "AWSBackupServiceLinkedRolePolicyForBackup"},
    {"batch", "Batch", "BatchServiceRolePolicy"},
    {"cassandra.application-autoscaling", "ApplicationAutoScaling_CassandraTable",
     "AWSApplicationAutoscalingCassandraTablePolicy"},
    {"cks.kms", "KeyManagementServiceCustomKeyStores",
     "AWSKeyManagementServiceCustomKeyStoresServiceRolePolicy"},
    {"cloudtrail", "CloudTrail", "CloudTrailServiceRolePolicy"},
    {"codestar-notifications", "CodeStarNotifications",
     "AWSCodeStarNotificationsServiceRolePolicy"},
    {"config", "Config", "AWSConfigServiceRolePolicy"},
    {"connect", "AmazonConnect", "AmazonConnectServiceLinkedRolePolicy"},
    {"dms", "DMSServerless", "AWSDMSServerlessServiceRolePolicy"},
    {"dms-fleet-advisor", "DMSFleetAdvisor", "AWSDMSFleetAdvisorServiceRolePolicy"},
    {"docdb-elastic", "DocDB-Elastic", "AmazonDocDB-ElasticServiceRolePolicy"},
    {"dynamodb.application-autoscaling", "ApplicationAutoScaling_DynamoDBTable",
     "AWSApplicationAutoscalingDynamoDBTablePolicy"},
    {"ec2-instance-connect", "Ec2InstanceConnect", "Ec2InstanceConnectEndpoint"},
    {"ec2.application-autoscaling", "ApplicationAutoScaling_EC2SpotFleetRequest",
     "AWSApplicationAutoscalingEC2SpotFleetRequestPolicy"},
    {"ecr", "ECRTemplate", "ECRTemplateServiceRolePolicy"},
    {"ecs", "ECS", "AmazonECSServiceRolePolicy"},
    {"ecs.application-autoscaling", "ApplicationAutoScaling_ECSService",
     "AWSApplicationAutoscalingECSServicePolicy"},
    {"eks", "AmazonEKS", "AmazonEKSServiceRolePolicy"},
    {"eks-connector", "AmazonEKSConnector", "AmazonEKSConnectorServiceRolePolicy"},
    {"eks-fargate", "AmazonEKSForFargate", "AmazonEKSForFargateServiceRolePolicy"},
    {"eks-nodegroup", "AmazonEKSNodegroup", "AWSServiceRoleForAmazonEKSNodegroup"},
    {"elasticache", "ElastiCache", "ElastiCacheServiceRolePolicy"},
    {"elasticbeanstalk", "ElasticBeanstalk", "AWSElasticBeanstalkServiceRolePolicy"},
    {"elasticfilesystem", "AmazonElasticFileSystem", "AmazonElasticFileSystemServiceRolePolicy"},
    {"elasticloadbalancing", "ElasticLoadBalancing", "AWSElasticLoadBalancingServiceRolePolicy"},
    {"email.cognito-idp", "AmazonCognitoIdpEmailService", "AmazonCognitoIdpEmailServiceRolePolicy"},
    {"emr-containers", "AmazonEMRContainers", "AmazonEMRContainersServiceRolePolicy"},
    {"emrwal", "EMRWAL", "EMRDescribeClusterPolicyForEMRWAL"},
    {"es", "AmazonElasticsearchService", "AmazonElasticsearchServiceRolePolicy"},
    {"fis", "FIS", "AmazonFISServiceRolePolicy"},
    {"grafana", "AmazonGrafana", "AmazonGrafanaServiceLinkedRolePolicy"},
    {"guardduty", "AmazonGuardDuty", "AmazonGuardDutyServiceRolePolicy"},
    {"imagebuilder", "ImageBuilder", "AWSServiceRoleForImageBuilder"},
    {"iotmanagedintegrations", "IoTManagedIntegrations", "AWSIoTManagedIntegrationsRolePolicy"},
    {"kafka", "Kafka", "KafkaServiceRolePolicy"},
    {"kafkaconnect", "KafkaConnect", "KafkaConnectServiceRolePolicy"},
    {"lakeformation", "LakeFormationDataAccess", "LakeFormationDataAccessServiceRolePolicy"},
    {"lambda.application-autoscaling", "ApplicationAutoScaling_LambdaConcurrency",
     "AWSApplicationAutoscalingLambdaConcurrencyPolicy"},
    {"lex", "LexBots", "AmazonLexBotPolicy"},
    {"lexv2", "LexV2Bots", "AmazonLexV2BotPolicy"},
    {"lightsail", "Lightsail", "LightsailExportAccess"},
    {"m2", "AWSM2", "AWSM2ServicePolicy"},
    {"memorydb", "MemoryDB", "MemoryDBServiceRolePolicy"},
    {"mq", "AmazonMQ", "AmazonMQServiceRolePolicy"},
    {"mrk.kms", "KeyManagementServiceMultiRegionKeys",
     "AWSKeyManagementServiceMultiRegionKeysServiceRolePolicy"},
    {"notifications", "AwsUserNotifications", "AWSUserNotificationsServiceLinkedRolePolicy"},
    {"observability.aoss", "AmazonOpenSearchServerless",
     "AmazonOpenSearchServerlessServiceRolePolicy"},
    {"opensearchservice", "AmazonOpenSearchService", "AmazonOpenSearchServiceRolePolicy"},
    {"ops.apigateway", "APIGateway", "APIGatewayServiceRolePolicy"},
    {"ops.emr-serverless", "AmazonEMRServerless", "AmazonEMRServerlessServiceRolePolicy"},
    {"opsdatasync.ssm", "SystemsManagerOpsDataSync",
     "AWSSystemsManagerOpsDataSyncServiceRolePolicy"},
    {"opsinsights.ssm", "AmazonSSM_OpsInsights", "AWSSSMOpsInsightsServiceRolePolicy"},
    {"organizations", "Organizations", "AWSOrganizationsServiceTrustPolicy"},
    {"pullthroughcache.ecr", "ECRPullThroughCache", "AWSECRPullThroughCache_ServiceRolePolicy"},
    {"ram", "ResourceAccessManager", "AWSResourceAccessManagerServiceRolePolicy"},
    {"rds", "RDS", "AmazonRDSServiceRolePolicy"},
    {"redshift", "Redshift", "AmazonRedshiftServiceLinkedRolePolicy"},
    {"replication.cassandra", "KeyspacesReplication", "KeyspacesReplicationServiceRolePolicy"},
    {"replication.ecr", "ECRReplication", "ECRReplicationServiceRolePolicy"},
    {"replicator.lambda", "LambdaReplicator", "AWSLambdaReplicator"},
    {"repository.sync.codeconnections", "GitSync", "AWSGitSyncServiceRolePolicy"},
    {"resource-explorer-2", "ResourceExplorer", "AWSResourceExplorerServiceRolePolicy"},
    {"rolesanywhere", "RolesAnywhere", "AWSRolesAnywhereServicePolicy"},
    {"s3-outposts", "S3OnOutposts", "AWSS3OnOutpostsServiceRolePolicy"},
    {"ses", "AmazonSES", "AmazonSESServiceRolePolicy"},
    {"shield", "AWSShield", "AWSShieldServiceRolePolicy"},
    {"spot", "EC2Spot", "AWSEC2SpotServiceRolePolicy"},
    {"spotfleet", "EC2SpotFleet", "AWSEC2SpotFleetServiceRolePolicy"},
    {"ssm", "AmazonSSM", "AmazonSSMServiceRolePolicy"},
    {"ssm-incidents", "IncidentManager", "AWSIncidentManagerServiceRolePolicy"},
    {"ssm-quicksetup", "SSMQuickSetup", "SSMQuickSetupRolePolicy"},
    {"sso", "SSO", "AWSSSOServiceRolePolicy"},
    {"transitgateway", "VPCTransitGateway", "AWSVPCTransitGatewayServiceRolePolicy"},
    {"vpcorigin.cloudfront", "CloudFrontVPCOrigin", "AWSCloudFrontVPCOriginServiceRolePolicy"},
    {"waf", "WAFLogging", "WAFLoggingServiceRolePolicy"},
    {"wafv2", "WAFV2Logging", "WAFV2LoggingServiceRolePolicy"},
};

/// Those that let an account have more than one.
bool takes_suffix(std::string_view service) {
  return service == "autoscaling" || service == "connect" || service == "lexv2";
}

const LinkedService* find_service(std::string_view name) {
  if (!name.ends_with(kDomain)) return nullptr;
  name.remove_suffix(kDomain.size());
  const auto found = std::find_if(std::begin(kLinkedServices), std::end(kLinkedServices),
                                  [&](const LinkedService& each) { return each.service == name; });
  return found == std::end(kLinkedServices) ? nullptr : found;
}

Result<api::CreateServiceLinkedRoleResponse> create_service_linked_role(
    Context& ctx, const api::CreateServiceLinkedRoleRequest& req) {
  const std::string& service_name = *req.AWSServiceName;
  const auto* service = find_service(service_name);
  if (service == nullptr) {
    return errors::invalid_input("Cannot find Service Linked Role template for " + service_name);
  }
  if (req.CustomSuffix && !takes_suffix(service->service))
    return errors::invalid_input("Custom suffix is not allowed for " + service_name);
  Entity role;
  role.name = fmt::format("AWSServiceRoleFor{}", service->role);
  if (req.CustomSuffix) role.name += "_" + *req.CustomSuffix;
  role.path = fmt::format("{}{}/", kLinkedPath, service_name);
  role.id = new_id("AROA");
  role.trust = fmt::format(
      R"({{"Version":"2012-10-17","Statement":[{{"Action":"sts:AssumeRole","Effect":"Allow",)"
      R"("Principal":{{"Service":"{}"}}}}]}})",
      service_name);
  role.description = req.Description.value_or("");
  role.session_seconds = kLinkedSessionSeconds;
  role.created_ms = ctx.now_ms;
  role.attached = {fmt::format("arn:aws:iam::aws:policy{}{}", kLinkedPath, service->policy)};
  CUMULITE_TRY(ctx.env.store.transact(iam_domains(ctx), [&](storage::Txn& txn) -> Result<void> {
    if (load(ctx, txn, Kind::kRole, role.name)) {
      return errors::invalid_input(
          fmt::format("Service role name {} has been taken in this account, please try a "
                      "different suffix.",
                      role.name));
    }
    store(ctx, txn, Kind::kRole, role);
    return {};
  }));
  api::Role shown = show_role(ctx, role);
  shown.RoleLastUsed.reset();
  shown.MaxSessionDuration.reset();
  return api::CreateServiceLinkedRoleResponse{.Role = std::move(shown)};
}

/// Nothing of the service uses the role here: its deletion has succeeded when it is asked for.
Result<api::DeleteServiceLinkedRoleResponse> delete_service_linked_role(
    Context& ctx, const api::DeleteServiceLinkedRoleRequest& req) {
  Entity task;
  CUMULITE_TRY(ctx.env.store.transact(iam_domains(ctx), [&](storage::Txn& txn) -> Result<void> {
    CUMULITE_ASSIGN(const Entity role, find_entity(ctx, txn, Kind::kRole, *req.RoleName));
    if (!is_service_linked(role)) return errors::no_such("role", *req.RoleName);
    task.name = fmt::format("task{}{}/{}", role.path, role.name, ids::uuid());
    task.created_ms = ctx.now_ms;
    erase(ctx, txn, Kind::kRole, role.name);
    store(ctx, txn, Kind::kDeletionTask, task);
    return {};
  }));
  return api::DeleteServiceLinkedRoleResponse{.DeletionTaskId = task.name};
}

Result<api::GetServiceLinkedRoleDeletionStatusResponse> get_service_linked_role_deletion_status(
    Context& ctx, const api::GetServiceLinkedRoleDeletionStatusRequest& req) {
  if (!load(ctx, ctx.env.store, Kind::kDeletionTask, *req.DeletionTaskId)) {
    return Error{"NoSuchEntity",
                 fmt::format("Deletion task {} cannot be found.", *req.DeletionTaskId), 404};
  }
  return api::GetServiceLinkedRoleDeletionStatusResponse{.Status = "SUCCEEDED"};
}

}  // namespace

bool is_service_linked(const Entity& role) {
  return role.path.starts_with(kLinkedPath);
}

Result<void> check_modifiable(Kind kind, const Entity& entity) {
  if (kind != Kind::kRole || !is_service_linked(entity)) return {};
  return Error{"UnmodifiableEntity",
               fmt::format("Cannot perform the operation on the protected role '{}' - this role is "
                           "only modifiable by AWS",
                           entity.name),
               400};
}

std::span<const OperationRow> service_linked_role_rows() {
  static const OperationRow rows[] = {
      row<api::op::CreateServiceLinkedRole, &create_service_linked_role>(),
      row<api::op::DeleteServiceLinkedRole, &delete_service_linked_role>(),
      row<api::op::GetServiceLinkedRoleDeletionStatus, &get_service_linked_role_deletion_status>(),
  };
  return rows;
}

}  // namespace cumulite::iam
