#include <charconv>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "emulator/core/admin_registry.h"
#include "emulator/core/spaces.h"
#include "emulator/services/glacier/retrieval/limits.h"
#include "protocol/codec/json_document.h"

namespace cumulite::glacier {

namespace {

using nlohmann::json;

/// An empty account and region: for all accounts.
std::string shortage_key(std::string_view account) {
  return keys::account_row(account, {}, keys::AccountRow::kExpeditedCapacity);
}

http::Response answer(int status, const json& document) {
  http::Response response;
  response.status = status;
  response.add_header("Content-Type", "application/json");
  response.body = document.dump();
  return response;
}

http::Response show(Environment& env, const std::string& account) {
  const auto capacity = expedited_capacity(env.store, env.settings, account);
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

http::Response serve(Environment& env, const AdminCall& call) {
  if (call.request.method == "GET") return show(env, call.request.query_value("account"));
  const json document = json::parse(call.body, nullptr, false);
  if (call.request.method != "POST" || !is_order(document)) {
    return answer(400, {{"message",
                         "POST {\"capacity\": a number of jobs, or null for the setting's, "
                         "\"account\": an id, or none for all accounts}."}});
  }
  const std::string account = document.value("account", "");
  const std::string key = shortage_key(account);
  const json& capacity = document["capacity"];
  env.store.transact(
      {storage::Domain::exclusive_on(spaces::kGlacier, key)}, [&](storage::Txn& txn) {
        if (capacity.is_null()) return txn.del(spaces::kGlacier, key);
        txn.put(spaces::kGlacier, key, fmt::to_string(capacity.get<std::uint64_t>()));
      });
  return show(env, account);
}

}  // namespace

std::optional<std::uint64_t> expedited_capacity(const storage::Reader& reader,
                                                const Settings& settings,
                                                std::string_view account) {
  for (const std::string& key : {shortage_key(account), shortage_key({})}) {
    const auto row = reader.get(spaces::kGlacier, key);
    if (!row) continue;
    std::uint64_t capacity = 0;
    std::from_chars(row->data(), row->data() + row->size(), capacity);
    return capacity;
  }
  return settings.glacier_expedited_capacity;
}

void add_admin_paths(Environment& env) {
  env.admin.add("/_cumulite/glacier/expedited-capacity",
                [&env](const AdminCall& call) { return serve(env, call); });
}

}  // namespace cumulite::glacier
