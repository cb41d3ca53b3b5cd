#include "emulator/services/logs/access.h"

#include "emulator/core/arn.h"
#include "emulator/core/helper_spaces.h"
#include "protocol/time_units.h"

namespace cumulite::logs {

GroupRef group_ref(const Context& ctx, std::string_view name) {
  return {ctx.caller.account_id, ctx.caller.region, std::string(name)};
}

std::optional<GroupRef> parse_group_arn(std::string_view text) {
  auto arn = parse_arn(text);
  if (!arn || !arn->is_of("logs") || !take_prefix(arn->resource, "log-group:")) return std::nullopt;
  std::string_view name = arn->resource;
  if (name.ends_with(":*")) name.remove_suffix(2);
  if (name.empty() || name.find(':') != std::string_view::npos) return std::nullopt;
  return GroupRef{std::string(arn->account), std::string(arn->region), std::string(name)};
}

Result<GroupRef> asked_group(const Context& ctx, const std::optional<std::string>& name,
                             const std::optional<std::string>& identifier) {
  if (name && identifier) return errors::name_and_identifier();
  if (!name && !identifier) {
    return errors::invalid_parameter(
        "Exactly one of logGroupName and logGroupIdentifier must be specified.");
  }
  if (name) return group_ref(ctx, *name);
  if (!identifier->starts_with("arn:")) return group_ref(ctx, *identifier);
  auto ref = parse_group_arn(*identifier);
  if (!ref) return errors::invalid_parameter("The logGroupIdentifier is not a log group's ARN.");
  return std::move(*ref);
}

std::optional<Group> load_group(const storage::Reader& reader, const GroupRef& ref) {
  const auto row = reader.get(spaces::kLogs, keys::group(ref));
  if (!row) return std::nullopt;
  return decode_group(*row);
}

Result<void> change_group(Context& ctx, const GroupRef& ref,
                          const std::function<Result<void>(storage::Txn&, Group&)>& change,
                          const Error& not_found) {
  return ctx.env.store.transact(group_domains(ref), [&](storage::Txn& txn) -> Result<void> {
    auto group = load_group(txn, ref);
    if (!group) return not_found;
    CUMULITE_TRY(change(txn, *group));
    txn.put(spaces::kLogs, keys::group(ref), encode_group(*group));
    return {};
  });
}

std::int64_t oldest_kept_ms(const Group& group, std::int64_t now_ms) {
  return group.retention_days == 0 ? 0 : now_ms - group.retention_days * kDayMs;
}

}  // namespace cumulite::logs
