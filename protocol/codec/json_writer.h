#pragma once

#include <string>
#include <string_view>

#include "protocol/model/shape.h"

namespace cumulite::codec {

/// Appends `text` as a JSON string with its quotes; UTF-8 is kept as it is.
void append_json_string(std::string_view text, std::string& out);

/// Appends the JSON form of a value. Absent members are left out; timestamps are epoch seconds
/// unless the model says otherwise. With `body_only`, members of the outermost structure that are
/// bound to headers, the status code or a raw payload are left out (REST-JSON).
void write_json(const model::Shape& shape, const void* value, bool body_only, std::string& out);

/// The same with `null` for every member of every structure that is absent, as Glacier writes.
void write_json_with_nulls(const model::Shape& shape, const void* value, bool body_only,
                           std::string& out);

}  // namespace cumulite::codec
