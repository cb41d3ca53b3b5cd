#pragma once

#include "api/sns.h"

namespace cumulite::sns {

/// Within the service, `api` is the API of SNS.
namespace api = ::cumulite::api::sns;

using Attributes = model::Map<std::string>;

}  // namespace cumulite::sns
