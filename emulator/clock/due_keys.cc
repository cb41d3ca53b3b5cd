#include "emulator/clock/due_keys.h"

#include "storage/kv/key_codec.h"

namespace cumulite::due_keys {

std::string row(const DueRow& row) {
  std::string key = at(row.account, row.due_ms);
  storage::append_part(key, row.kind);
  storage::append_part(key, row.id);
  return key;
}

std::string account(std::string_view account) {
  std::string key;
  if (!account.empty()) storage::append_part(key, account);
  return key;
}

std::string at(std::string_view account, std::int64_t due_ms) {
  std::string key;
  storage::append_part(key, account);
  storage::append_i64(key, due_ms);
  return key;
}

std::optional<DueRow> parse(std::string_view key) {
  const auto account = storage::take_part(key);
  if (!account) return std::nullopt;
  const auto due_ms = storage::take_i64(key);
  if (!due_ms) return std::nullopt;
  const auto kind = storage::take_part(key);
  if (!kind) return std::nullopt;
  const auto id = storage::take_part(key);
  if (!id) return std::nullopt;
  return DueRow{*account, *due_ms, *kind, *id, {}};
}

}  // namespace cumulite::due_keys
