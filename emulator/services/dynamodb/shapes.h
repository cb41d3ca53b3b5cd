#pragma once

#include <string_view>

#include "protocol/model/operation.h"
#include "storage/blob/blob_store.h"

namespace cumulite::dynamodb {

/// Shape of a member of an operation's output: how its description is kept in a row.
const model::Shape& output_shape(const model::Operation& operation, std::string_view member);

/// The field of a record's row that names the body it owns.
inline constexpr std::uint8_t kBodyField = 15;
/// That body; an empty one if the row has none.
storage::BlobRef body_of(std::string_view row_value);

}  // namespace cumulite::dynamodb
