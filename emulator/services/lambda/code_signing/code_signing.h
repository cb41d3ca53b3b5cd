#pragma once

#include <optional>
#include <string>

#include "api/lambda.h"
#include "emulator/core/context.h"
#include "emulator/functions/store/function_rows.h"

/// Code signing configurations. No signature is ever verified here: to a configuration that
/// enforces them, all code is untrusted.
/// https://docs.aws.amazon.com/lambda/latest/dg/configuration-codesigning.html
namespace cumulite::lambda {

/// Errors: CodeSigningConfigNotFoundException.
Result<api::CodeSigningConfig> require_code_signing(const storage::Reader& reader,
                                                    const std::string& arn);

/// The configuration of a function, by its ARN; empty: none.
std::string code_signing_of(const storage::Reader& reader, const functions::FunctionId& id);

/// Gives the function a configuration.
void put_code_signing(storage::Txn& txn, const functions::FunctionId& id, const std::string& arn);

/// Whether code may be deployed under the configuration (empty: none). Errors:
/// CodeVerificationFailedException.
Result<void> check_code_signing(const storage::Reader& reader, const std::string& arn);

}  // namespace cumulite::lambda
