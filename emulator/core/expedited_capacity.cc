#include "emulator/core/expedited_capacity.h"

#include <charconv>

#include <fmt/format.h>

#include "emulator/core/admin_answer.h"
#include "emulator/core/admin_registry.h"

namespace cumulite {

namespace {

http::Response show_capacity(const ExpeditedCapacity& kind, const Environment& env,
                             const std::string& account) {
  const auto capacity = kind.read(env.store, env.settings, account);
  nlohmann::json document = {{"account", account}, {"capacity", nullptr}};
  if (capacity) document["capacity"] = *capacity;
  return json_answer(200, document);
}

/// A body that says a capacity, and of which account.
bool is_capacity_order(const nlohmann::json& document) {
  if (!document.is_object() || !document.contains("capacity")) return false;
  const nlohmann::json& capacity = document["capacity"];
  return (capacity.is_null() || capacity.is_number_unsigned()) &&
         (!document.contains("account") || document["account"].is_string());
}

http::Response serve_capacity(const ExpeditedCapacity& kind, Environment& env,
                              const AdminCall& call) {
  if (call.request.method == "GET") {
    return show_capacity(kind, env, call.request.query_value("account"));
  }
  const auto document = nlohmann::json::parse(call.body, nullptr, false);
  if (call.request.method != "POST" || !is_capacity_order(document)) {
    return json_answer(
        400,
        {{"message", fmt::format("POST {{\"capacity\": a number of {}, or null for the setting's, "
                                 "\"account\": an id, or none for all accounts}}.",
                                 kind.what)}});
  }
  const std::string account = document.value("account", "");
  const std::string key = kind.key(account);
  const nlohmann::json& capacity = document["capacity"];
  env.store.transact({storage::Domain::exclusive_on(kind.space, key)}, [&](storage::Txn& txn) {
    if (capacity.is_null()) return txn.del(kind.space, key);
    txn.put(kind.space, key, fmt::to_string(capacity.get<std::uint64_t>()));
  });
  return show_capacity(kind, env, account);
}

}  // namespace

std::optional<std::uint64_t> ExpeditedCapacity::read(const storage::Reader& reader,
                                                     const Settings& settings,
                                                     std::string_view account) const {
  for (const std::string& row_key : {key(account), key({})}) {
    const auto row = reader.get(space, row_key);
    if (!row) continue;
    std::uint64_t capacity = 0;
    std::from_chars(row->data(), row->data() + row->size(), capacity);
    return capacity;
  }
  return settings.glacier_expedited_capacity;
}

void ExpeditedCapacity::add_path(Environment& env, std::string path) const {
  env.admin.add(std::move(path), [kind = *this, &env](const AdminCall& call) {
    return serve_capacity(kind, env, call);
  });
}

}  // namespace cumulite
