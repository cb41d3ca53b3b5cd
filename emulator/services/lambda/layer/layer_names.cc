#include "emulator/services/lambda/layer/layer_names.h"

#include <fmt/format.h>

#include "emulator/core/arn.h"
#include "emulator/core/helper_spaces.h"
#include "emulator/core/records/shape_codec.h"
#include "emulator/services/lambda/errors.h"
#include "emulator/services/lambda/names.h"

namespace cumulite::lambda {

using functions::FunctionId;

std::string layer_arn(const FunctionId& layer) {
  return fmt::format("arn:aws:lambda:{}:{}:layer:{}", layer.region, layer.account, layer.name);
}

FunctionId layer_id(const Context& ctx, const std::optional<std::string>& name) {
  const std::string text = name.value_or("");
  auto id = own_id(ctx, text.substr(text.rfind(':') + 1));
  if (const auto arn = parse_arn(text); arn && arn->is_of("lambda")) {
    id.region = arn->region;
    id.account = arn->account;
  }
  return id;
}

storage::Domains layer_domains(const FunctionId& layer) {
  return {
      storage::Domain::exclusive_on(spaces::kLambda, functions::rows::versions_of_layer(layer)),
      storage::Domain::exclusive_on(spaces::kLambda, functions::rows::policies_of_layer(layer))};
}

api::GetLayerVersionResponse describe_layer_version(const functions::StoredLayer& layer) {
  api::GetLayerVersionResponse description;
  decode_shape(*api::op::GetLayerVersion::info().output, layer.description, &description);
  return description;
}

Error no_layer_version() {
  return errors::resource_not_found("The resource you requested does not exist.");
}

}  // namespace cumulite::lambda
