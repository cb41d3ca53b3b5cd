#pragma once

#include <string_view>

#include "api/glacier.h"
#include "storage/kv/store.h"

namespace cumulite::glacier {

/// The one rule of the account's data retrieval policy; strategy None where it set no policy.
api::DataRetrievalRule retrieval_rule(const storage::Reader& reader, std::string_view account,
                                      std::string_view region);

}  // namespace cumulite::glacier
