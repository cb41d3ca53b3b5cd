#include "emulator/services/dynamodb/transaction/idempotency.h"

#include <xxhash.h>

#include "protocol/codec/json_writer.h"
#include "storage/kv/key_codec.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::int64_t kTokenLifetimeMs = 10 * 60 * 1000;
constexpr std::string_view kKind = "dynamodb.token";

std::string token_row(Context& ctx, std::string_view token) {
  return keys::setting_row(ctx.caller.account_id, ctx.caller.region, 'i', token);
}

}  // namespace

std::string transaction_fingerprint(const api::TransactWriteItemsInput& in) {
  std::string json;
  for (const auto& member : api::op::TransactWriteItems::info().input->members) {
    if (member.name != "TransactItems") continue;
    codec::write_json(*member.shape, &*in.TransactItems, false, json);
  }
  const auto hash = XXH3_128bits(json.data(), json.size());
  std::string out;
  storage::append_u64(out, hash.high64);
  storage::append_u64(out, hash.low64);
  return out;
}

storage::Domain token_domain(Context& ctx, std::string_view token) {
  return storage::Domain::exclusive_on(spaces::kDynamoDb, token_row(ctx, token));
}

Result<bool> claim_token(Context& ctx, storage::Txn& txn, std::string_view token,
                         std::string_view fingerprint) {
  const auto row = token_row(ctx, token);
  if (const auto known = txn.get(spaces::kDynamoDb, row)) {
    std::string_view value = *known;
    const auto expires_ms = storage::take_i64(value).value_or(0);
    if (expires_ms > ctx.now_ms) {
      if (value == fingerprint) return false;
      return Error{"IdempotentParameterMismatchException",
                   "The provided idempotent token is used by another request with different "
                   "parameters"};
    }
  }
  const std::int64_t expires_ms = ctx.now_ms + kTokenLifetimeMs;
  std::string value;
  storage::append_i64(value, expires_ms);
  value += fingerprint;
  txn.put(spaces::kDynamoDb, row, value);
  ctx.env.due.schedule(txn, {ctx.caller.account_id, expires_ms, std::string(kKind), row, {}});
  return true;
}

void register_token_expiry(Database& db) {
  db.env().due.register_kind(std::string(kKind), [&db](const DueRow& due, std::int64_t now_ms) {
    const storage::Domains domains = {storage::Domain::exclusive_on(spaces::kDynamoDb, due.id)};
    db.env().store.transact(domains, [&](storage::Txn& txn) {
      db.env().due.remove(txn, due);
      const auto known = txn.get(spaces::kDynamoDb, due.id);
      if (!known) return;
      std::string_view value = *known;
      // A later use of the token has a due row of its own.
      if (storage::take_i64(value).value_or(0) <= now_ms) txn.del(spaces::kDynamoDb, due.id);
    });
  });
}

}  // namespace cumulite::dynamodb
