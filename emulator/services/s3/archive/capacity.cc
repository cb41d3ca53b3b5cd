#include "emulator/services/s3/archive/capacity.h"

#include <charconv>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "emulator/core/admin_registry.h"
#include "emulator/core/spaces.h"
#include "protocol/codec/json_document.h"
#include "storage/kv/key_codec.h"

namespace cumulite::s3 {

namespace {

using nlohmann::json;
using spaces::kS3;

// Rows of kS3 beside those that keys.h draws: 'C' account -> what the admin call set, 'E' account
// -> a counter of restores in progress. An empty account stands for all.
std::string row_key(char kind, std::string_view account) {
  std::string key(1, kind);
  storage::append_part(key, account);
  return key;
}

std::optional<std::uint64_t> capacity_of(const storage::Reader& reader, const Settings& settings,
                                         std::string_view account) {
  for (const std::string& key : {row_key('C', account), row_key('C', {})}) {
    const auto row = reader.get(kS3, key);
    if (!row) continue;
    std::uint64_t capacity = 0;
    std::from_chars(row->data(), row->data() + row->size(), capacity);
    return capacity;
  }
  return settings.glacier_expedited_capacity;
}

http::Response answer(int status, const json& document) {
  http::Response response;
  response.status = status;
  response.add_header("Content-Type", "application/json");
  response.body = document.dump();
  return response;
}

http::Response show(const Environment& env, const std::string& account) {
  const auto capacity = capacity_of(env.store, env.settings, account);
  json document = {{"account", account}, {"capacity", nullptr}};
  if (capacity) document["capacity"] = *capacity;
  return answer(200, document);
}

/// A body that says a capacity, and of which account.
bool is_order(const json& document) {
  if (!document.is_object() || !document.contains("capacity")) return false;
  const json& capacity = document["capacity"];
  return (capacity.is_null() || capacity.is_number_unsigned()) &&
         (!document.contains("account") || document["account"].is_string());
}

http::Response serve(const Environment& env, const AdminCall& call) {
  if (call.request.method == "GET") return show(env, call.request.query_value("account"));
  const json document = json::parse(call.body, nullptr, false);
  if (call.request.method != "POST" || !is_order(document)) {
    return answer(400, {{"message",
                         "POST {\"capacity\": a number of restores, or null for the setting's, "
                         "\"account\": an id, or none for all accounts}."}});
  }
  const std::string account = document.value("account", "");
  const std::string key = row_key('C', account);
  const json& capacity = document["capacity"];
  env.store.transact({storage::Domain::exclusive_on(kS3, key)}, [&](storage::Txn& txn) {
    if (capacity.is_null()) return txn.del(kS3, key);
    txn.put(kS3, key, fmt::to_string(capacity.get<std::uint64_t>()));
  });
  return show(env, account);
}

}  // namespace

bool begin_expedited(storage::Txn& txn, const Environment& env, std::string_view account) {
  const auto capacity = capacity_of(txn, env.settings, account);
  const std::string key = row_key('E', account);
  const std::int64_t running = txn.counter(kS3, key);
  if (capacity && running >= 0 && static_cast<std::uint64_t>(running) >= *capacity) return false;
  txn.add(kS3, key, 1);
  return true;
}

void end_expedited(storage::Txn& txn, std::string_view account) {
  txn.add(kS3, row_key('E', account), -1);
}

void add_capacity_path(Environment& env) {
  env.admin.add("/_cumulite/s3/expedited-capacity",
                [&env](const AdminCall& call) { return serve(env, call); });
}

}  // namespace cumulite::s3
