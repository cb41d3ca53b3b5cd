#include "emulator/services/dynamodb/transaction/idempotency.h"

#include <xxhash.h>

#include "protocol/codec/json_document.h"
#include "protocol/codec/json_writer.h"
#include "protocol/time_units.h"
#include "storage/kv/key_codec.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::int64_t kRequestTokenLifetimeMs = 10 * kMinuteMs;
constexpr std::string_view kTokenKind = "dynamodb.token";

std::string token_row(Context& ctx, std::string_view token) {
  return keys::setting_row(ctx.caller.account_id, ctx.caller.region, 'i', token);
}

template <class In>
std::string fingerprint(const model::Operation& operation, std::string_view actions, const In& in) {
  std::string json;
  for (const auto& member : operation.input->members) {
    if (member.name != actions) continue;
    codec::write_json(*member.shape, &in, false, json);
  }
  // Members of objects have no order: a client that writes them in another one repeats itself.
  const std::string sorted = nlohmann::json::parse(json).dump();
  const auto hash = XXH3_128bits(sorted.data(), sorted.size());
  std::string out;
  storage::append_u64(out, hash.high64);
  storage::append_u64(out, hash.low64);
  return out;
}

/// False if the same request was done under the token in the last ten minutes.
Result<bool> token_is_free(Context& ctx, const std::string& row, std::string_view fingerprint) {
  const auto known = ctx.env.store.get(spaces::kDynamoDb, row);
  if (!known) return true;
  std::string_view value = *known;
  if (storage::take_i64(value).value_or(0) <= ctx.now_ms) return true;
  if (value == fingerprint) return false;
  return errors::token_of_another_request();
}

/// Records the token for ten minutes.
void record_token(Context& ctx, storage::Txn& txn, const std::string& row,
                  std::string_view fingerprint) {
  const std::int64_t expires_ms = ctx.now_ms + kRequestTokenLifetimeMs;
  std::string value;
  storage::append_i64(value, expires_ms);
  value += fingerprint;
  txn.put(spaces::kDynamoDb, row, value);
  ctx.env.due.schedule(txn, {ctx.caller.account_id, expires_ms, std::string(kTokenKind), row, {}});
}

}  // namespace

std::string transaction_fingerprint(const api::TransactWriteItemsInput& in) {
  return fingerprint(api::op::TransactWriteItems::info(), "TransactItems", *in.TransactItems);
}

std::string transaction_fingerprint(const api::ExecuteTransactionInput& in) {
  return fingerprint(api::op::ExecuteTransaction::info(), "TransactStatements",
                     *in.TransactStatements);
}

Result<TransactionOutcome> run_once(Context& ctx, WriteSet& set,
                                    const std::optional<std::string>& token,
                                    const std::string& fingerprint) {
  if (!token) return set.run({});
  const std::string row = token_row(ctx, *token);
  // One request at a time is under way under a token, so what `wanted` found holds until its end.
  const OngoingWrites::Transaction ongoing(database(ctx).ongoing_requests(), {row});
  if (!ongoing.conflicts().empty()) return errors::transaction_in_progress();
  TransactionExtra extra;
  extra.domains = {storage::Domain::exclusive_on(spaces::kDynamoDb, row)};
  extra.wanted = [&] { return token_is_free(ctx, row, fingerprint); };
  extra.write = [&](storage::Txn& txn) { record_token(ctx, txn, row, fingerprint); };
  return set.run(extra);
}

void register_token_expiry(Database& db) {
  db.env().due.register_kind(
      std::string(kTokenKind), [&db](const DueRow& due, std::int64_t now_ms) {
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
