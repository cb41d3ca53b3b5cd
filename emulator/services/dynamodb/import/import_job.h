#pragma once

#include "emulator/services/dynamodb/job/jobs.h"

namespace cumulite::dynamodb {

/// The job of an import: fills the table, makes it ACTIVE, and keeps what became of it. The subject
/// is the import's row key.
void run_import(Database& db, const Job& job);
/// The same for a bulk put into a table that exists, with a report of what could not be put.
void run_bulk_put(Database& db, const Job& job);

}  // namespace cumulite::dynamodb
