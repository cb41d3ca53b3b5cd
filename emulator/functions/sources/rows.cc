#include "emulator/functions/sources/rows.h"

#include "emulator/core/spaces.h"
#include "storage/kv/key_codec.h"

namespace cumulite::functions::rows {
namespace {

constexpr std::string_view kSource = "s";
constexpr std::string_view kPosition = "p";

std::string key(std::string_view kind, const Scope& scope, std::string_view id) {
  std::string bytes;
  for (const std::string_view part :
       {kind, std::string_view(scope.account), std::string_view(scope.region), id}) {
    storage::append_part(bytes, part);
  }
  return bytes;
}

std::string of_kind(std::string_view kind, std::string_view account) {
  std::string bytes;
  storage::append_part(bytes, kind);
  if (!account.empty()) storage::append_part(bytes, account);
  return bytes;
}

}  // namespace

std::string source(const Scope& scope, std::string_view id) {
  return key(kSource, scope, id);
}

std::string sources(std::string_view account) {
  return of_kind(kSource, account);
}

std::string positions(const Scope& scope, std::string_view id) {
  return key(kPosition, scope, id);
}

std::string positions(const Scope& scope, std::string_view id, std::string_view shard) {
  std::string bytes = key(kPosition, scope, id);
  storage::append_part(bytes, shard);
  return bytes;
}

std::string position(std::string_view shard_prefix, std::uint64_t factor, std::uint64_t lane) {
  std::string bytes(shard_prefix);
  storage::append_u64(bytes, factor);
  storage::append_u64(bytes, lane);
  return bytes;
}

std::vector<RowRange> of_account(std::string_view account) {
  return {RowRange::below(spaces::kFunctions, of_kind(kSource, account)),
          RowRange::below(spaces::kFunctions, of_kind(kPosition, account))};
}

}  // namespace cumulite::functions::rows
