#pragma once

#include <string>
#include <string_view>

#include "protocol/model/shape.h"

/// Values that are not structures, lists or maps, as the text that query parameters, XML elements,
/// headers and labels carry.
namespace cumulite::codec {

bool is_scalar(const model::Shape& shape);

/// The format that applies to a member or element: the member's own, else the shape's, else the
/// default of the place.
model::TimestampFormat timestamp_format(model::TimestampFormat member, const model::Shape& shape,
                                        model::TimestampFormat place_default);

/// Reads text into a value of a scalar shape; blobs are base64. Numbers accept what AWS accepts
/// ("+5", surrounding blanks, "NaN", "Infinity"), booleans "true" and "false" in any case.
/// Returns false if the text is not a value of that kind.
bool parse_scalar(const model::Shape& shape, model::TimestampFormat format, std::string_view text,
                  void* value);

/// Appends the text form, not escaped. kIso8601 has milliseconds only with `millis`.
void append_scalar(const model::Shape& shape, model::TimestampFormat format, bool millis,
                   const void* value, std::string& out);

/// Shortest text that reads back as the number; "NaN", "Infinity", "-Infinity".
void append_double(double value, std::string& out);

}  // namespace cumulite::codec
