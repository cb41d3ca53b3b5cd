#define CUMULITE_JSON_DOCUMENT_HERE
#include "protocol/codec/json_document.h"

template class nlohmann::basic_json<>;
template class nlohmann::basic_json<nlohmann::ordered_map>;
CUMULITE_JSON_TREE(, nlohmann::json)
CUMULITE_JSON_TREE(, nlohmann::ordered_json)
