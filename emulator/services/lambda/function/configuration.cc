#include "emulator/services/lambda/function/configuration.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "emulator/core/ids.h"
#include "emulator/functions/iso_time.h"
#include "emulator/services/lambda/errors.h"

namespace cumulite::lambda {
namespace {

constexpr std::int32_t kTimeoutSecondsMax = 900;
constexpr std::int32_t kMemoryMbMax = 10'240;
constexpr std::size_t kEnvironmentBytesMax = 4'096;
constexpr std::size_t kLayersMax = 5;

/// Variables that Lambda sets itself and lets nobody change.
/// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
constexpr std::array kReservedVariables = {"_HANDLER",
                                           "_X_AMZN_TRACE_ID",
                                           "AWS_ACCESS_KEY",
                                           "AWS_ACCESS_KEY_ID",
                                           "AWS_DEFAULT_REGION",
                                           "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                                           "AWS_LAMBDA_FUNCTION_NAME",
                                           "AWS_LAMBDA_FUNCTION_VERSION",
                                           "AWS_LAMBDA_INITIALIZATION_TYPE",
                                           "AWS_LAMBDA_LOG_GROUP_NAME",
                                           "AWS_LAMBDA_LOG_STREAM_NAME",
                                           "AWS_LAMBDA_RUNTIME_API",
                                           "AWS_REGION",
                                           "AWS_SECRET_ACCESS_KEY",
                                           "AWS_SECRET_KEY",
                                           "AWS_SESSION_TOKEN",
                                           "LAMBDA_RUNTIME_DIR",
                                           "LAMBDA_TASK_ROOT",
                                           "TZ"};

Result<void> check_environment(const api::Environment& environment) {
  std::string reserved;
  std::size_t bytes = 0;
  for (const auto& [name, value] : environment.Variables.value_or(model::Map<std::string>())) {
    bytes += name.size() + value.size();
    if (std::find(kReservedVariables.begin(), kReservedVariables.end(), name) ==
        kReservedVariables.end()) {
      continue;
    }
    if (!reserved.empty()) reserved += ", ";
    reserved += name;
  }
  if (!reserved.empty()) {
    return errors::invalid_parameter(fmt::format(
        "Lambda was unable to configure your environment variables because the environment "
        "variables you have provided contains reserved keys that are currently not supported for "
        "modification. Reserved keys used in this request: {}",
        reserved));
  }
  if (bytes > kEnvironmentBytesMax) {
    return errors::invalid_parameter(
        "Lambda was unable to configure your environment variables because the environment "
        "variables you have provided exceeded the 4KB limit.");
  }
  return {};
}

/// Members that CreateFunction and UpdateFunctionConfiguration share.
template <class Request>
Result<void> apply_limits(const Request& req, api::FunctionConfiguration& configuration) {
  if (req.Timeout && *req.Timeout > kTimeoutSecondsMax) {
    return errors::constraint(std::to_string(*req.Timeout), "timeout",
                              "Member must have value less than or equal to 900");
  }
  if (req.MemorySize && *req.MemorySize > kMemoryMbMax) {
    return errors::constraint(std::to_string(*req.MemorySize), "memorySize",
                              "Member must have value less than or equal to 10240");
  }
  if (req.Timeout) configuration.Timeout = req.Timeout;
  if (req.MemorySize) configuration.MemorySize = req.MemorySize;
  if (req.EphemeralStorage) configuration.EphemeralStorage = req.EphemeralStorage;
  return {};
}

template <class Request>
Result<void> apply_environment(const Request& req, api::FunctionConfiguration& configuration) {
  if (!req.Environment) return {};
  CUMULITE_TRY(check_environment(*req.Environment));
  configuration.Environment.reset();
  const auto& variables = req.Environment->Variables;
  if (variables && !variables->empty()) configuration.Environment = {.Variables = variables};
  return {};
}

template <class Request>
Result<void> apply_dead_letters(const Request& req, api::FunctionConfiguration& configuration) {
  if (!req.DeadLetterConfig) return {};
  configuration.DeadLetterConfig.reset();
  const auto arn = req.DeadLetterConfig->TargetArn.value_or("");
  if (arn.empty()) return {};
  if (!arn.starts_with("arn:aws:sqs:") && !arn.starts_with("arn:aws:sns:")) {
    return errors::invalid_parameter(
        fmt::format("The provided dead letter config TargetArn is invalid: {}", arn));
  }
  configuration.DeadLetterConfig = req.DeadLetterConfig;
  return {};
}

template <class Request>
Result<void> apply_layers(Context& ctx, const Request& req,
                          api::FunctionConfiguration& configuration) {
  if (!req.Layers) return {};
  if (req.Layers->size() > kLayersMax)
    return errors::invalid_parameter("Cannot reference more than 5 layers.");
  std::vector<api::Layer> layers;
  for (const auto& arn : *req.Layers) {
    CUMULITE_ASSIGN(auto layer, describe_layer(ctx.env.store, arn));
    layers.push_back(std::move(layer));
  }
  configuration.Layers.reset();
  if (!layers.empty()) configuration.Layers = std::move(layers);
  return {};
}

/// What is kept and shown, and changes nothing in how this endpoint runs the function.
template <class Request>
void apply_kept(const Request& req, api::FunctionConfiguration& configuration) {
  if (req.Role) configuration.Role = req.Role;
  if (req.Handler) configuration.Handler = req.Handler;
  if (req.Runtime) configuration.Runtime = req.Runtime;
  if (req.Description) configuration.Description = req.Description;
  if (req.KMSKeyArn) configuration.KMSKeyArn = req.KMSKeyArn;
  if (req.FileSystemConfigs) configuration.FileSystemConfigs = req.FileSystemConfigs;
  if (req.TracingConfig) configuration.TracingConfig = {.Mode = req.TracingConfig->Mode};
  if (req.SnapStart) {
    configuration.SnapStart = {.ApplyOn = req.SnapStart->ApplyOn, .OptimizationStatus = "Off"};
  }
  if (req.VpcConfig) {
    configuration.VpcConfig.reset();
    if (!req.VpcConfig->SubnetIds.value_or(std::vector<std::string>()).empty()) {
      configuration.VpcConfig = {.SubnetIds = req.VpcConfig->SubnetIds,
                                 .SecurityGroupIds = req.VpcConfig->SecurityGroupIds,
                                 .VpcId = "vpc-00000000000000000"};
    }
  }
  if (req.LoggingConfig) {
    auto logging = *req.LoggingConfig;
    if (!logging.LogFormat) logging.LogFormat = "Text";
    if (!logging.LogGroup) {
      logging.LogGroup = "/aws/lambda/" + configuration.FunctionName.value_or("");
    }
    configuration.LoggingConfig = std::move(logging);
  }
}

template <class Request>
Result<void> apply(Context& ctx, const Request& req, api::FunctionConfiguration& configuration) {
  CUMULITE_TRY(apply_limits(req, configuration));
  CUMULITE_TRY(apply_environment(req, configuration));
  CUMULITE_TRY(apply_dead_letters(req, configuration));
  CUMULITE_TRY(apply_layers(ctx, req, configuration));
  apply_kept(req, configuration);
  return {};
}

}  // namespace

void touch(Context& ctx, api::FunctionConfiguration& configuration) {
  configuration.RevisionId = ids::uuid();
  configuration.LastModified = functions::lambda_time(ctx.now_ms);
}

void show_settled(api::FunctionConfiguration& configuration) {
  configuration.State = "Active";
  configuration.LastUpdateStatus = "Successful";
}

Result<api::FunctionConfiguration> make_configuration(Context& ctx, const functions::FunctionId& id,
                                                      const api::CreateFunctionRequest& req) {
  if (req.PackageType.value_or("Zip") != "Zip") {
    return errors::invalid_parameter(
        "This endpoint runs no container images: PackageType must be Zip.");
  }
  if (!req.Runtime || !req.Handler) {
    return errors::invalid_parameter(
        "Runtime and Handler are mandatory parameters for functions created with deployment "
        "packages.");
  }
  api::FunctionConfiguration configuration;
  configuration.FunctionName = id.name;
  configuration.FunctionArn = id.arn();
  configuration.Version = "$LATEST";
  configuration.Description = "";
  configuration.Timeout = 3;
  configuration.MemorySize = 128;
  configuration.TracingConfig = {.Mode = "PassThrough"};
  configuration.PackageType = "Zip";
  configuration.Architectures = req.Architectures.value_or(std::vector<std::string>{"x86_64"});
  configuration.EphemeralStorage = {.Size = 512};
  configuration.SnapStart = {.ApplyOn = "None", .OptimizationStatus = "Off"};
  configuration.RuntimeVersionConfig = {
      .RuntimeVersionArn = fmt::format("arn:aws:lambda:{}::runtime:{}", id.region, *req.Runtime)};
  configuration.LoggingConfig = {.LogFormat = "Text", .LogGroup = "/aws/lambda/" + id.name};
  CUMULITE_TRY(apply(ctx, req, configuration));
  touch(ctx, configuration);
  show_settled(configuration);
  return configuration;
}

Result<void> change_configuration(Context& ctx, const api::UpdateFunctionConfigurationRequest& req,
                                  api::FunctionConfiguration& configuration) {
  CUMULITE_TRY(apply(ctx, req, configuration));
  touch(ctx, configuration);
  show_settled(configuration);
  return {};
}

Result<api::Layer> describe_layer(const storage::Reader& reader, const std::string& arn) {
  const auto stored = functions::find_layer(reader, arn);
  if (!stored) {
    return errors::invalid_parameter(fmt::format("Layer version {} does not exist.", arn));
  }
  api::Layer layer;
  layer.Arn = arn;
  layer.CodeSize =
      stored->code ? static_cast<std::int64_t>(stored->code->size_bytes) : std::int64_t{0};
  return layer;
}

}  // namespace cumulite::lambda
