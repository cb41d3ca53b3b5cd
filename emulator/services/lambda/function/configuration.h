#pragma once

#include <string>

#include "api/lambda.h"
#include "emulator/core/context.h"
#include "emulator/functions/store/function_rows.h"

namespace cumulite::lambda {

/// The configuration of a new function, all defaults filled in. Errors: what CreateFunction
/// refuses.
Result<api::FunctionConfiguration> make_configuration(Context& ctx, const functions::FunctionId& id,
                                                      const api::CreateFunctionRequest& req);
/// Puts what the request names into it. Errors: what UpdateFunctionConfiguration refuses.
Result<void> change_configuration(Context& ctx, const api::UpdateFunctionConfigurationRequest& req,
                                  api::FunctionConfiguration& configuration);
/// A new revision, changed now.
void touch(Context& ctx, api::FunctionConfiguration& configuration);
/// What the service shows of a version that has settled: Active, Successful.
void show_settled(api::FunctionConfiguration& configuration);
/// Lists do not say how a version came to its state, nor which runtime exactly it has.
void show_listed(api::FunctionConfiguration& configuration);
/// ARN of a layer version to what a configuration says of it. Errors: there is none.
Result<api::Layer> describe_layer(const storage::Reader& reader, const std::string& arn);

}  // namespace cumulite::lambda
