#pragma once

#include "emulator/services/dynamodb/job/jobs.h"

namespace cumulite::dynamodb {

/// The job of a restore: puts the items of its snapshot into the table and makes it ACTIVE. The
/// subject is the key of the row that owns the snapshot and names the table.
void fill_restored_table(Database& db, const Job& job);

}  // namespace cumulite::dynamodb
