#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "emulator/core/context.h"
#include "emulator/services/dynamodb/errors.h"
#include "emulator/services/dynamodb/keys.h"
#include "storage/kv/key_codec.h"

namespace cumulite::dynamodb {

/// NextToken of the listings of exports, imports and bulk puts: a row key in hexadecimal, of the
/// length and alphabet that the model asks of it.
std::string render_next_token(std::string_view row_key);
/// Nullopt if it is no token.
std::optional<std::string> parse_next_token(std::string_view token);

/// Rows of one kind (keys::part_rows) from the greatest key down. `visit(value)` answers whether
/// the row belongs in the page; the result is the token of the next page, if `limit` rows did.
struct ListAsked {
  char kind = 'e';
  std::string table;  ///< Empty: of all tables.
  std::size_t limit = 25;
  std::optional<std::string> token = {};
};

template <class Visit>
Result<std::optional<std::string>> list_newest_first(Context& ctx, const ListAsked& asked,
                                                     Visit&& visit) {
  const std::string prefix =
      keys::part_rows(ctx.caller.account_id, ctx.caller.region, asked.kind, asked.table);
  std::string to = storage::prefix_end(prefix);
  if (asked.token) {
    const auto last = parse_next_token(*asked.token);
    if (!last || !last->starts_with(prefix)) return errors::validation("Invalid NextToken");
    to = *last;
  }
  std::size_t shown = 0;
  std::string last_shown;
  while (true) {
    const auto page =
        ctx.env.store.range(spaces::kDynamoDb, prefix, to, {.limit = 100, .reverse = true});
    for (const auto& row : page.rows) {
      if (shown == asked.limit) return std::optional(render_next_token(last_shown));
      if (!visit(row.value)) continue;
      ++shown;
      last_shown = row.key;
    }
    if (!page.more) return std::optional<std::string>{};
    to = page.rows.back().key;
  }
}

}  // namespace cumulite::dynamodb
