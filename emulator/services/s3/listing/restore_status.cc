#include "emulator/services/s3/listing/restore_status.h"

#include "emulator/services/s3/errors.h"

namespace cumulite::s3 {

Result<bool> wants_restore_status(const std::optional<std::vector<std::string>>& asked) {
  if (!asked) return false;
  for (const std::string& attribute : *asked) {
    if (attribute == "RestoreStatus") continue;
    return errors::invalid_argument("Invalid attribute name specified.",
                                    "x-amz-optional-object-attributes", attribute);
  }
  return !asked->empty();
}

std::optional<api::RestoreStatus> restore_status(const ObjectRecord& record) {
  if (!record.restore.requested) return std::nullopt;
  if (record.restore.ongoing) return api::RestoreStatus{true, std::nullopt};
  return api::RestoreStatus{false, model::Timestamp{record.restore.expiry_ms}};
}

}  // namespace cumulite::s3
