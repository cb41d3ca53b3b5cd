#pragma once

#include <functional>

#include "api/ssm.h"
#include "emulator/core/service.h"
#include "emulator/services/ssm/errors.h"
#include "emulator/services/ssm/parameter.h"

/// Rows of the operations, and what their files share.
namespace cumulite::ssm {

/// Of put_parameter.cc, read_parameters.cc, labels.cc and manage_parameters.cc.
std::span<const OperationRow> put_rows();
std::span<const OperationRow> read_rows();
std::span<const OperationRow> label_rows();
std::span<const OperationRow> manage_rows();

/// A name as operations take it: a name or an ARN, maybe with ":version" or ":label".
struct AskedName {
  ParameterRef ref;
  std::string selector;  ///< Without the colon.
};

AskedName parse_name(const Context& ctx, const std::string& text);
/// The text without a selector, as the parameter was spelled when it was made.
ParameterRef parameter_ref(const Context& ctx, const std::string& text);

std::optional<Parameter> load(const storage::Reader& reader, const ParameterRef& ref);
/// A version by number or label; the latest for an empty selector. Errors: ParameterNotFound,
/// ParameterVersionNotFound.
Result<Version> load_version(const storage::Reader& reader, const AskedName& asked);
/// All versions, the oldest first.
std::vector<Version> load_versions(const storage::Reader& reader, const ParameterRef& ref);
/// Writes the version, and the parameter's copy if it is the latest.
void store_version(storage::Txn& txn, const ParameterRef& ref, Parameter& parameter,
                   const Version& version);
void erase(storage::Txn& txn, const ParameterRef& ref);

/// Errors: ValidationException, AccessDeniedException, HierarchyLevelLimitExceededException.
Result<void> check_name(const std::string& name);
/// Value as it is shown: opened if that is asked for, else as sealed text.
std::string show_value(Context& ctx, const Version& version, bool decrypt);
api::Parameter show_parameter(Context& ctx, const ParameterRef& ref, const Version& version,
                              bool decrypt);
/// Errors: TooManyTagsError.
Result<void> merge_tags(const std::vector<api::Tag>& added, Parameter& parameter);

/// Whether all filters let a parameter pass; `parameter.latest` is what they look at.
/// Errors: InvalidFilterKey, InvalidFilterOption.
Result<bool> passes(const std::vector<api::ParameterStringFilter>& filters, const std::string& name,
                    const Parameter& parameter);

}  // namespace cumulite::ssm
