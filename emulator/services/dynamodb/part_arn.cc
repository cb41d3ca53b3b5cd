#include "emulator/services/dynamodb/part_arn.h"

#include <fmt/format.h>

#include "emulator/core/arn.h"
#include "emulator/core/ids.h"
#include "emulator/services/dynamodb/errors.h"
#include "emulator/services/dynamodb/keys.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::string_view kTableArnPart = ":table/";

}  // namespace

std::string_view part_of_table_arn(std::string_view arn) {
  const auto name = arn.find(kTableArnPart);
  if (name == std::string_view::npos) return {};
  const auto end = arn.find('/', name + kTableArnPart.size());
  return end == std::string_view::npos ? std::string_view{} : arn.substr(end);
}

Result<void> check_resource_arn(const std::string& arn) {
  if (!arn.starts_with("arn:")) {
    return errors::invalid_parameter("ARNs must start with 'arn:': " + arn);
  }
  if (!arn.starts_with("arn:aws:")) {
    return errors::invalid_parameter("Invalid resource Arn: " + arn);
  }
  const auto part = part_of_table_arn(arn);
  if (part.starts_with("/index/")) {
    return errors::invalid_parameter(
        "Invalid resource arn provided, only table or stream is accepted. Provided resource arn: " +
        arn);
  }
  const bool known = part.empty() || part.starts_with(kStreamArnPart);
  if (!arn.starts_with("arn:aws:dynamodb:") || !known) {
    return errors::invalid_parameter("Provided Arn is not a DynamoDB resource arn: " + arn);
  }
  return {};
}

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
