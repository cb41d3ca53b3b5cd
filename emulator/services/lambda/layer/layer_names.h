#pragma once

#include <optional>
#include <string>

#include "api/lambda.h"
#include "emulator/core/context.h"
#include "emulator/functions/store/function_rows.h"

namespace cumulite::lambda {

/// arn:aws:lambda:REGION:ACCOUNT:layer:NAME
std::string layer_arn(const functions::FunctionId& layer);

/// A layer is named by its name or its ARN.
functions::FunctionId layer_id(const Context& ctx, const std::optional<std::string>& name);

/// What a transaction on the layer declares: its versions, and their policies.
storage::Domains layer_domains(const functions::FunctionId& layer);

/// What the API shows of a version.
api::GetLayerVersionResponse describe_layer_version(const functions::StoredLayer& layer);

/// ResourceNotFoundException.
Error no_layer_version();

}  // namespace cumulite::lambda
