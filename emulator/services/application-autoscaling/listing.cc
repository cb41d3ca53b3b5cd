#include <algorithm>

#include "emulator/core/helper_spaces.h"
#include "emulator/services/application-autoscaling/dimension.h"
#include "emulator/services/application-autoscaling/operations.h"

namespace cumulite::application_autoscaling {

Result<TargetName> asked_target(const Context& ctx, const std::string& service,
                                const std::string& resource, const std::string& dimension) {
  TargetName name = {ctx.caller.account_id, ctx.caller.region, service, resource, dimension};
  CUMULITE_TRY(check_target(name));
  return name;
}

Result<RowPage> list_rows(const Context& ctx, const Listing& asked,
                          std::function<bool(const storage::KeyValue&)> keep) {
  const std::int32_t limit = asked.max_results.value_or(asked.most);
  if (limit < 1) {
    return errors::constraint(std::to_string(limit), "maxResults",
                              "Member must have value greater than or equal to 1");
  }
  if (limit > asked.most) {
    return errors::constraint(
        std::to_string(limit), "maxResults",
        "Member must have value less than or equal to " + std::to_string(asked.most));
  }
  if (asked.dimension && !asked.resource) {
    return errors::validation("A scalable dimension is specified without a resource ID");
  }
  const TargetName name = {ctx.caller.account_id, ctx.caller.region, asked.service,
                           asked.resource.value_or(""), asked.dimension.value_or("")};
  if (!name.resource.empty() && !name.dimension.empty()) CUMULITE_TRY(check_target(name));
  RowPageRequest request{spaces::kApplicationAutoScaling, keys::listed(asked.kind, name)};
  request.limit = static_cast<std::size_t>(limit);
  request.token = asked.token;
  request.keep = std::move(keep);
  auto page = read_row_page(ctx.env.store, request);
  if (!page) return errors::invalid_token();
  return std::move(*page);
}

bool is_asked(const std::optional<std::vector<std::string>>& names,
              const std::optional<std::string>& name) {
  if (!names || names->empty()) return true;
  return std::find(names->begin(), names->end(), name) != names->end();
}

}  // namespace cumulite::application_autoscaling
