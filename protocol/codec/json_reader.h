#pragma once

#include <string_view>

#include "protocol/model/shape.h"
#include "protocol/result.h"

namespace cumulite::codec {

struct JsonReadOptions {
  /// Java package in the messages about wrong types: "com.amazonaws.dynamodb.v20120810.".
  std::string_view type_prefix = {};
  /// Accept "5" where a number or boolean is expected. DynamoDB does not, the others do.
  bool lenient_scalars = true;
  /// REST-JSON: members of the outermost structure that are bound elsewhere are not looked for.
  bool body_only = false;
};

/// Reads a JSON text into a value of that shape. Unknown members are ignored, null is absence, of
/// equal names the last wins.
///
/// Errors: SerializationException with AWS's wording about wrong types, without a message where the
/// text is no JSON.
Result<void> read_json(std::string_view text, const model::Shape& shape,
                       const JsonReadOptions& options, void* value);

}  // namespace cumulite::codec
