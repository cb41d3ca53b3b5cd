#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/s3.h"
#include "emulator/services/s3/records/object_record.h"
#include "protocol/result.h"

/// What listings show of restores of archived objects to who asks for it.
namespace cumulite::s3 {

/// Whether the optional attributes that a listing was asked for have RestoreStatus, the only one
/// there is. Error: InvalidArgument for any other.
Result<bool> wants_restore_status(const std::optional<std::vector<std::string>>& asked);

/// Nullopt for what is not being restored and was not.
std::optional<api::RestoreStatus> restore_status(const ObjectRecord& record);

}  // namespace cumulite::s3
