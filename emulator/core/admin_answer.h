#pragma once

#include "protocol/codec/json_document.h"
#include "protocol/http/response.h"

namespace cumulite {

/// What the daemon's own paths answer: the document, bytes that are no UTF-8 replaced; null: no
/// body.
http::Response json_answer(int status, const nlohmann::json& document);

}  // namespace cumulite
