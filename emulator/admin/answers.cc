
#include "emulator/admin/handlers.h"
#include "emulator/core/admin_answer.h"
#include "protocol/sigv4/amz_date.h"

namespace cumulite::admin {

std::string clock_view(const ClockState& state) {
  return nlohmann::json{{"now_ms", state.now_ms},
                        {"now", sigv4::format_iso_date(state.now_ms)},
                        {"frozen", state.frozen},
                        {"scale", state.scale},
                        {"offset_ms", state.offset_ms}}
      .dump();
}

http::Response refuse(int status, std::string_view message) {
  return json_answer(status, {{"message", message}});
}

bool allows(const AdminCall& call, std::string_view methods) {
  while (!methods.empty()) {
    const auto end = methods.find(' ');
    if (methods.substr(0, end) == call.request.method) return true;
    if (end == std::string_view::npos) return false;
    methods.remove_prefix(end + 1);
  }
  return false;
}

http::Response wrong_method(std::string_view methods) {
  auto response = refuse(405, "The method is not allowed here.");
  std::string list(methods);
  for (char& c : list) {
    if (c == ' ') c = ',';
  }
  response.add_header("Allow", list);
  return response;
}

}  // namespace cumulite::admin
