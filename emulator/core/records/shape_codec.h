#pragma once

#include <string>
#include <string_view>

#include "protocol/model/operation.h"

/// Any generated struct as bytes, by walking its shape table: how configurations and descriptions
/// are kept. Members are written by name, so that a refreshed model still reads older rows.
namespace cumulite {

std::string encode_shape(const model::Shape& shape, const void* value);
/// Fills a default-constructed struct. Throws storage::StorageError on a corrupt row.
void decode_shape(const model::Shape& shape, std::string_view bytes, void* value);

/// Shape of the member of an operation's input: "CORSConfiguration" of PutBucketCors.
const model::Shape& input_member_shape(const model::Operation& operation, std::string_view member);

}  // namespace cumulite
