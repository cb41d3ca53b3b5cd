#include "emulator/services/dynamodb/throttle/admin.h"

#include "emulator/core/admin_answer.h"
#include "emulator/core/admin_registry.h"

namespace cumulite::dynamodb {
namespace {

using nlohmann::json;

http::Response show(Database& db, const std::string& account) {
  return json_answer(200, {{"account", account}, {"enabled", db.throttle().enabled(account)}});
}

http::Response serve(Database& db, const AdminCall& call) {
  if (call.request.method == "GET") return show(db, call.request.query_value("account"));
  const json document = json::parse(call.body, nullptr, false);
  const bool understood = call.request.method == "POST" && document.is_object() &&
                          document.contains("enabled") && document["enabled"].is_boolean() &&
                          (!document.contains("account") || document["account"].is_string());
  if (!understood) {
    return json_answer(400,
                       {{"message",
                         "POST {\"enabled\": true or false, \"account\": an id, or none for all "
                         "accounts}."}});
  }
  const std::string account = document.value("account", "");
  db.throttle().enable(account, document["enabled"].get<bool>());
  return show(db, account);
}

}  // namespace

void add_throttle_path(Database& db) {
  db.env().admin.add("/_cumulite/dynamodb/throttle",
                     [&db](const AdminCall& call) { return serve(db, call); });
}

}  // namespace cumulite::dynamodb
