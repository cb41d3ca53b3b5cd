#include "emulator/services/lambda/function/configuration.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "emulator/core/ids.h"
#include "emulator/functions/iso_time.h"
#include "emulator/services/lambda/errors.h"
#include "protocol/checksum/checksum.h"
#include "protocol/codec/json_document.h"

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

/// Those that the model knows and the service takes no more.
/// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html#runtimes-deprecated
constexpr std::array kDeprecatedRuntimes = {
    "nodejs",        "nodejs4.3",  "nodejs4.3-edge", "nodejs6.10",    "nodejs8.10",
    "nodejs10.x",    "nodejs12.x", "nodejs14.x",     "java8",         "python2.7",
    "python3.6",     "python3.7",  "dotnetcore1.0",  "dotnetcore2.0", "dotnetcore2.1",
    "dotnetcore3.1", "go1.x",      "ruby2.5",        "ruby2.7",       "provided"};

Result<void> check_environment(const api::Environment& environment) {
  std::string reserved;
  // The limit is one of the variables as JSON.
  nlohmann::ordered_json measured = nlohmann::ordered_json::object();
  for (const auto& [name, value] : environment.Variables.value_or(model::Map<std::string>())) {
    measured[name] = value;
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
  const std::string text =
      measured.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  if (text.size() > kEnvironmentBytesMax) {
    return errors::invalid_parameter(
        "Lambda was unable to configure your environment variables because the environment "
        "variables you have provided exceeded the 4KB limit. String measured: " +
        text);
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
  configuration.Environment = {.Variables =
                                   req.Environment->Variables.value_or(model::Map<std::string>())};
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

/// A function has one version of each layer.
Result<void> check_only_version(const std::vector<api::Layer>& layers, const std::string& arn) {
  for (const auto& layer : layers) {
    const std::string known = layer.Arn.value_or("");
    if (known.substr(0, known.rfind(':')) != arn.substr(0, arn.rfind(':'))) continue;
    return errors::invalid_parameter(
        fmt::format("Two different versions of the same layer are not allowed to be referenced in "
                    "the same function. {} and {} are versions of the same layer.",
                    known, arn));
  }
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
    CUMULITE_TRY(check_only_version(layers, arn));
    CUMULITE_ASSIGN(auto layer, describe_layer(ctx.env.store, arn));
    layers.push_back(std::move(layer));
  }
  configuration.Layers.reset();
  if (!layers.empty()) configuration.Layers = std::move(layers);
  return {};
}

/// What is not given stays. Levels are those of JSON, which has them always.
void apply_logging(const api::LoggingConfig& given, api::LoggingConfig& logging) {
  if (given.LogFormat) logging.LogFormat = given.LogFormat;
  if (given.LogGroup) logging.LogGroup = given.LogGroup;
  if (given.ApplicationLogLevel) logging.ApplicationLogLevel = given.ApplicationLogLevel;
  if (given.SystemLogLevel) logging.SystemLogLevel = given.SystemLogLevel;
  if (logging.LogFormat == "JSON") {
    if (!logging.ApplicationLogLevel) logging.ApplicationLogLevel = "INFO";
    if (!logging.SystemLogLevel) logging.SystemLogLevel = "INFO";
  } else {
    logging.ApplicationLogLevel.reset();
    logging.SystemLogLevel.reset();
  }
}

/// A runtime has its build's digest in its ARN, of which there is one here.
std::string runtime_version_arn(const Context& ctx, const std::string& runtime) {
  return fmt::format("arn:aws:lambda:{}::runtime:{}", ctx.caller.region,
                     checksum::hex(checksum::digest(checksum::Algorithm::kSha256, runtime)));
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
  if (req.LoggingConfig) apply_logging(*req.LoggingConfig, *configuration.LoggingConfig);
}

Result<void> check_runtime(const std::optional<std::string>& runtime) {
  if (!runtime || std::find(kDeprecatedRuntimes.begin(), kDeprecatedRuntimes.end(), *runtime) ==
                      kDeprecatedRuntimes.end()) {
    return {};
  }
  return errors::invalid_parameter(
      fmt::format("The runtime parameter of {} is no longer supported for creating or updating AWS "
                  "Lambda functions. We recommend you use a supported runtime while creating or "
                  "updating functions.",
                  *runtime));
}

template <class Request>
Result<void> apply(Context& ctx, const Request& req, api::FunctionConfiguration& configuration) {
  CUMULITE_TRY(check_runtime(req.Runtime));
  CUMULITE_TRY(apply_limits(req, configuration));
  CUMULITE_TRY(apply_environment(req, configuration));
  CUMULITE_TRY(apply_dead_letters(req, configuration));
  CUMULITE_TRY(apply_layers(ctx, req, configuration));
  apply_kept(req, configuration);
  if (req.Runtime) {
    configuration.RuntimeVersionConfig = {.RuntimeVersionArn =
                                              runtime_version_arn(ctx, *req.Runtime)};
  }
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

void show_listed(api::FunctionConfiguration& configuration) {
  configuration.State.reset();
  configuration.LastUpdateStatus.reset();
  configuration.RuntimeVersionConfig.reset();
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
