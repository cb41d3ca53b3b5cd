#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "emulator/core/row_service.h"
#include "emulator/core/service.h"
#include "emulator/services/application-autoscaling/errors.h"
#include "emulator/services/application-autoscaling/scaling.h"

/// Rows of the operations, and what their files share.
namespace cumulite::application_autoscaling {

/// Of targets.cc, policies.cc, scheduled_actions.cc, activities.cc and tags.cc.
std::span<const OperationRow> target_rows();
std::span<const OperationRow> policy_rows();
std::span<const OperationRow> scheduled_action_rows();
std::span<const OperationRow> activity_rows();
std::span<const OperationRow> tag_rows();

/// The target that a request names, in the caller's account and region. Errors:
/// ValidationException where its parts do not belong to each other.
Result<TargetName> asked_target(const Context& ctx, const std::string& service,
                                const std::string& resource, const std::string& dimension);

/// What the operations that describe take alike.
struct Listing {
  char kind = 't';  ///< Of the rows.
  const std::string& service;
  const std::optional<std::string>& resource;
  const std::optional<std::string>& dimension;
  const std::optional<std::int32_t>& max_results;
  const std::optional<std::string>& token;
  std::int32_t most = 50;  ///< On a page, and by default.
};

/// The page asked for, of rows for which `keep` is true. Errors: ValidationException,
/// InvalidNextTokenException.
Result<RowPage> list_rows(const Context& ctx, const Listing& asked,
                          std::function<bool(const storage::KeyValue&)> keep);
/// Whether there is no list of names, or the name is on it.
bool is_asked(const std::optional<std::vector<std::string>>& names,
              const std::optional<std::string>& name);

/// Adds the tags. Errors: ValidationException for a key of AWS's own; false: they are too many.
Result<bool> merge_tags(const model::Map<std::string>& added, Target& target);

}  // namespace cumulite::application_autoscaling
