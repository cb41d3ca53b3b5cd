#include "emulator/core/settle.h"

#include <algorithm>

#include "emulator/admin/handlers.h"
#include "emulator/core/admin_answer.h"

namespace cumulite::admin {
namespace {

using nlohmann::json;

constexpr std::int64_t kDefaultTimeoutMs = 30'000;
constexpr std::int64_t kTimeoutMaxMs = 600'000;

}  // namespace

http::Response settle(Environment& env, const AdminCall& call) {
  if (!allows(call, "GET POST")) return wrong_method("GET POST");
  std::string account = call.request.query_value("account");
  std::int64_t timeout_ms = call.request.method == "GET" ? 0 : kDefaultTimeoutMs;
  if (!call.body.empty()) {
    const json document = json::parse(call.body, nullptr, false);
    if (!document.is_object()) return refuse(400, "The body must be a JSON object.");
    if (const auto found = document.find("account"); found != document.end()) {
      if (!found->is_string()) return refuse(400, "'account' must be a string.");
      account = found->get<std::string>();
    }
    if (const auto found = document.find("timeout_ms"); found != document.end()) {
      if (!found->is_number_integer()) return refuse(400, "'timeout_ms' must be a whole number.");
      timeout_ms = found->get<std::int64_t>();
    }
  }
  timeout_ms = std::clamp<std::int64_t>(timeout_ms, 0, kTimeoutMaxMs);
  json pending = json::array();
  for (const auto& part : env.settle.wait(account, timeout_ms)) {
    pending.push_back({{"what", part.what}, {"count", part.count}});
  }
  const bool is_settled = pending.empty();
  const json document = {{"settled", is_settled}, {"account", account}, {"pending", pending}};
  return json_answer(is_settled ? 200 : 408, document);
}

}  // namespace cumulite::admin
