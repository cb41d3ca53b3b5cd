#include "emulator/services/dynamodb/part_arn.h"

#include <fmt/format.h>

#include "emulator/core/arn.h"
#include "emulator/core/ids.h"
#include "emulator/services/dynamodb/keys.h"

namespace cumulite::dynamodb {
std::string PartArn::text() const {
  return fmt::format("arn:aws:dynamodb:{}:{}:table/{}/{}/{}", region, account, table, what, id);
}

std::string PartArn::row(char kind) const {
  return keys::part_row(account, region, kind, table, id);
}

std::optional<PartArn> parse_part_arn(const Context& ctx, std::string_view text,
                                      std::string_view what) {
  auto arn = parse_arn(text);
  if (!arn || !arn->is_of("dynamodb") || arn->region != ctx.caller.region ||
      arn->account != ctx.caller.account_id || !take_prefix(arn->resource, "table/")) {
    return std::nullopt;
  }
  std::string_view id = arn->resource;
  const auto table = take_until(id, '/');
  const auto found = take_until(id, '/');
  if (!found || table->empty() || *found != what || id.empty()) return std::nullopt;
  return PartArn{ctx.caller.region, ctx.caller.account_id, std::string(*table), std::string(what),
                 std::string(id)};
}

PartArn new_part_arn(const Table& table, std::string_view what, std::int64_t now_ms) {
  return {table.region, table.account, table.name(), std::string(what),
          fmt::format("{:014}-{}", now_ms, ids::random_hex(8))};
}

}  // namespace cumulite::dynamodb
