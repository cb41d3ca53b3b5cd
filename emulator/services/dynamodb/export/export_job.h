#pragma once

#include "emulator/services/dynamodb/job/jobs.h"

namespace cumulite::dynamodb {

/// The job of an export: writes data files and manifests to the bucket, then says COMPLETED, or
/// FAILED with the bucket's refusal. The subject is the export's row key.
void run_export(Database& db, const Job& job);

}  // namespace cumulite::dynamodb
