#include "emulator/functions/functions_admin.h"

#include <utility>

#include "emulator/core/admin_answer.h"

namespace cumulite::functions {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kFunctionsPath = "/_cumulite/functions";
constexpr std::string_view kSourcesPath = "/_cumulite/event-sources";

http::Response refuse(const Error& error) {
  return json_answer(error.http_status == 0 ? 400 : error.http_status,
                     {{"code", error.code}, {"message", error.message}});
}

http::Response unknown_path() {
  return refuse({"NotFound", "There is no such path or method here.", 404});
}

/// Calls of one daemon: what a path and a method do.
class FunctionsAdmin {
 public:
  FunctionsAdmin(Environment& env, Functions& functions) : env_(env), functions_(functions) {}

  http::Response functions_call(const AdminCall& call) {
    auto rest = std::string_view(call.request.path).substr(kFunctionsPath.size());
    const auto scope = scope_of(call);
    if (rest.empty() || rest == "/") return function_list(call, scope);
    rest.remove_prefix(1);
    const auto slash = rest.find('/');
    const auto name = http::percent_decode(rest.substr(0, slash));
    const auto action =
        slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
    if (call.request.method == "DELETE" && action.empty())
      return done(functions_.delete_function(scope, name));
    const auto function = functions_.registry().find(scope, name);
    if (function == nullptr)
      return refuse({"ResourceNotFoundException", "Function not found: " + name, 404});
    if (call.request.method == "GET" && action.empty())
      return json_answer(200, Json::parse(to_json(*function)));
    if (call.request.method == "GET" && action == "logs") return logs(*function);
    if (call.request.method == "POST" && action == "invoke") return invoke(*function, call.body);
    return unknown_path();
  }

  http::Response sources_call(const AdminCall& call) {
    auto rest = std::string_view(call.request.path).substr(kSourcesPath.size());
    const auto scope = scope_of(call);
    if (rest.size() > 1 && call.request.method == "DELETE") {
      return done(functions_.delete_event_source(scope, http::percent_decode(rest.substr(1))));
    }
    if (rest.size() > 1) return unknown_path();
    if (call.request.method == "POST") {
      const auto made = functions_.create_event_source(call.body, scope);
      return made.ok() ? json_answer(200, Json::parse(to_json(**made))) : refuse(made.error());
    }
    if (call.request.method != "GET") return unknown_path();
    Json list = Json::array();
    for (const auto& source : functions_.sources().list(scope))
      list.push_back(Json::parse(to_json(*source)));
    return json_answer(200, {{"event_sources", std::move(list)}});
  }

 private:
  Scope scope_of(const AdminCall& call) const {
    Scope scope = {call.request.query_value("account"), call.request.query_value("region")};
    if (scope.account.empty()) scope.account = env_.settings.default_account;
    if (scope.region.empty()) scope.region = env_.settings.default_region;
    return scope;
  }

  static http::Response done(const Result<void>& result) {
    return result.ok() ? json_answer(200, Json::object()) : refuse(result.error());
  }

  http::Response function_list(const AdminCall& call, const Scope& scope) {
    if (call.request.method == "POST") {
      const auto made = functions_.create_function(call.body, scope);
      return made.ok() ? json_answer(200, Json::parse(to_json(**made))) : refuse(made.error());
    }
    if (call.request.method != "GET") return unknown_path();
    Json list = Json::array();
    for (const auto& function : functions_.registry().list(scope))
      list.push_back(Json::parse(to_json(*function)));
    return json_answer(200, {{"functions", std::move(list)}});
  }

  http::Response logs(const Function& function) {
    Json list = Json::array();
    for (const auto& entry : functions_.invoker().logs(function.account, function.name)) {
      list.push_back({{"request_id", entry.request_id},
                      {"started_ms", entry.started_ms},
                      {"ok", entry.ok},
                      {"duration_ms", entry.duration_ms},
                      {"error", entry.error},
                      {"log", entry.log}});
    }
    return json_answer(200, {{"invocations", std::move(list)}});
  }

  http::Response invoke(const Function& function, std::string_view event) {
    if (!Json::accept(event))
      return refuse({"InvalidRequestContentException", "The event is no JSON document.", 400});
    const auto result = functions_.invoke_sync(
        {.arn = function.arn(), .payload = event, .now_ms = env_.clock.now_ms(function.account)});
    return json_answer(
        200, {{"ok", result.ok()}, {"payload", Json::parse(result.payload)}, {"log", result.log}});
  }

  Environment& env_;
  Functions& functions_;
};

}  // namespace

void register_admin(Environment& env, Functions& functions) {
  const auto admin = std::make_shared<FunctionsAdmin>(env, functions);
  env.admin.add(std::string(kFunctionsPath),
                [admin](const AdminCall& call) { return admin->functions_call(call); });
  env.admin.add(std::string(kSourcesPath),
                [admin](const AdminCall& call) { return admin->sources_call(call); });
}

}  // namespace cumulite::functions
