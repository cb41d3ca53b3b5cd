#include "emulator/functions/failure.h"

#include "protocol/codec/json_document.h"

namespace cumulite::functions {

std::string failure_json(std::string_view type, std::string_view message) {
  const nlohmann::ordered_json failure = {{"errorType", type}, {"errorMessage", message}};
  return failure.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace cumulite::functions
