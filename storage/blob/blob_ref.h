#pragma once

#include <optional>
#include <string_view>

#include "storage/blob/blob_store.h"

namespace cumulite::storage {

/// Takes an encoded reference off the front of a row that holds more, like the `take_` functions of
/// key_codec.h; nullopt, and nothing taken, if the row is shorter.
std::optional<BlobRef> take_blob_ref(std::string_view& bytes);

}  // namespace cumulite::storage
