#include "emulator/core/admin_answer.h"

namespace cumulite {

http::Response json_answer(int status, const nlohmann::json& document) {
  http::Response response;
  response.status = status;
  response.add_header("Content-Type", "application/json");
  if (document.is_null()) return response;
  response.body = document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return response;
}

}  // namespace cumulite
