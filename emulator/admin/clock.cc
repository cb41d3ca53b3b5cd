#include <chrono>
#include <optional>
#include <string>
#include <thread>

#include "emulator/admin/handlers.h"
#include "emulator/core/admin_answer.h"
#include "emulator/core/duration.h"
#include "protocol/time_units.h"

namespace cumulite::admin {
namespace {

using nlohmann::json;

/// A member that may be text ("5h") or a number of milliseconds.
std::optional<std::string> text_of(const json& document, const char* name) {
  const auto found = document.find(name);
  if (found == document.end()) return std::nullopt;
  return found->is_string() ? found->get<std::string>() : found->dump();
}

http::Response show(Environment& env, const std::string& account, std::uint64_t ran) {
  json document = json::parse(clock_view(env.clock.state(account)));
  document["account"] = account;
  document["ran"] = ran;
  return json_answer(200, document);
}

/// A date in a signature is of whole seconds. Whoever asks for it gets the answer in a new second
/// of real time, so that what is signed afterwards is told from what was signed before.
void begin_new_second(const json& document) {
  const auto asked = document.find("separate");
  if (asked == document.end() || !asked->is_boolean() || !asked->get<bool>()) return;
  const std::int64_t left_ms = kSecondMs - real_now_ms() % kSecondMs;
  std::this_thread::sleep_for(std::chrono::milliseconds(left_ms));
}

http::Response advance(Environment& env, const json& document, const std::string& account) {
  const auto text = text_of(document, "duration");
  const auto duration = text ? parse_duration(*text) : std::nullopt;
  if (!duration) {
    return refuse(400, "'duration' must be like \"5h\", \"90s\", or a number of milliseconds.");
  }
  const std::uint64_t ran = env.due.advance(*duration, account);
  begin_new_second(document);
  return show(env, account, ran);
}

http::Response set(Environment& env, const json& document, const std::string& account) {
  const auto text = text_of(document, "time");
  const auto time = text ? parse_time(*text) : std::nullopt;
  if (!time) {
    return refuse(400,
                  "'time' must be like \"2030-01-01T00:00:00Z\", or Unix time in milliseconds.");
  }
  // Forward it goes step by step, so that what lies between happens in its order.
  const std::int64_t now_ms = env.clock.now_ms(account);
  if (*time >= now_ms) return show(env, account, env.due.advance(*time - now_ms, account));
  env.clock.set(*time, account);
  env.due.clock_changed();
  return show(env, account, 0);
}

http::Response change(Environment& env, const std::string& action, const json& document,
                      const std::string& account) {
  if (action == "freeze") {
    env.clock.freeze(account);
  } else if (action == "resume") {
    env.clock.resume(account);
  } else if (action == "reset") {
    env.clock.reset(account);
  } else if (action == "scale") {
    const auto factor = document.find("factor");
    if (factor == document.end() || !factor->is_number() || !(factor->get<double>() > 0) ||
        factor->get<double>() > 1e6) {
      return refuse(400, "'factor' must be a number above 0 and up to 1000000.");
    }
    env.clock.scale(factor->get<double>(), account);
  } else {
    return refuse(400, "'action' must be advance, set, freeze, resume, scale or reset.");
  }
  env.due.clock_changed();
  return show(env, account, env.due.run_due(account));
}

}  // namespace

http::Response clock(Environment& env, const AdminCall& call) {
  if (call.request.method == "GET") {
    return show(env, call.request.query_value("account"), 0);
  }
  if (call.request.method != "POST") return wrong_method("GET POST");
  const json document = json::parse(call.body, nullptr, false);
  if (!document.is_object()) return refuse(400, "The body must be a JSON object.");
  const std::string action = text_of(document, "action").value_or("");
  const std::string account =
      text_of(document, "account").value_or(call.request.query_value("account"));
  if (action == "advance") return advance(env, document, account);
  if (action == "set") return set(env, document, account);
  return change(env, action, document, account);
}

}  // namespace cumulite::admin
