#include "emulator/services/dynamodb/part_arn.h"

#include <array>

#include <fmt/format.h>

#include "emulator/core/ids.h"
#include "emulator/services/dynamodb/keys.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::string_view kPrefix = "arn:aws:dynamodb:";

/// Takes the text before the next `mark` off the front; nullopt if there is none.
std::optional<std::string> take_until(std::string_view& text, char mark) {
  const auto at = text.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  std::string out(text.substr(0, at));
  text.remove_prefix(at + 1);
  return out;
}

}  // namespace

std::string PartArn::text() const {
  return fmt::format("{}{}:{}:table/{}/{}/{}", kPrefix, region, account, table, what, id);
}

std::string PartArn::row(char kind) const {
  return keys::part_row(account, region, kind, table, id);
}

std::optional<PartArn> parse_part_arn(const Context& ctx, std::string_view text,
                                      std::string_view what) {
  if (!text.starts_with(kPrefix)) return std::nullopt;
  text.remove_prefix(kPrefix.size());
  std::array<std::string, 5> parts;
  constexpr std::array<char, 5> kMarks = {':', ':', '/', '/', '/'};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto part = take_until(text, kMarks[i]);
    if (!part) return std::nullopt;
    parts[i] = std::move(*part);
  }
  if (parts[0] != ctx.caller.region || parts[1] != ctx.caller.account_id || parts[2] != "table" ||
      parts[3].empty() || parts[4] != what || text.empty()) {
    return std::nullopt;
  }
  return PartArn{std::move(parts[0]), std::move(parts[1]), std::move(parts[3]), std::move(parts[4]),
                 std::string(text)};
}

PartArn new_part_arn(const Table& table, std::string_view what, std::int64_t now_ms) {
  return {table.region, table.account, table.name(), std::string(what),
          fmt::format("{:014}-{}", now_ms, ids::random_hex(8))};
}

}  // namespace cumulite::dynamodb
