#pragma once

#include <memory>

#include "emulator/core/environment.h"
#include "emulator/services/glacier/keys.h"
#include "emulator/services/glacier/records.h"
#include "storage/blob/blob_store.h"

namespace cumulite::glacier {

/// The output of an inventory job: the archives of the vault's last inventory (with the setting for
/// it: of this moment) that its parameters select, as JSON or CSV. Sets the job's marker where a
/// limit cut the list. Constant memory.
/// https://docs.aws.amazon.com/amazonglacier/latest/dev/api-job-output-get.html
std::unique_ptr<storage::Spool> write_inventory(Environment& env, const VaultRef& vault,
                                                JobRecord& job);

}  // namespace cumulite::glacier
