#pragma once

#include <string>

#include "protocol/model/shape.h"

namespace cumulite::codec {

/// Appends a structure as Query services answer those who accept only JSON: every member is there,
/// null if it is absent; what is flattened in XML is a list, of {"Name", "Value"} if it is a map,
/// and such lists of other values begin in lower case ("messages", "queueUrls"), as SQS has them.
void write_query_json(const model::Shape& shape, const void* value, std::string& out);

}  // namespace cumulite::codec
