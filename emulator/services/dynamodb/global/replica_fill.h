#pragma once

#include "emulator/services/dynamodb/job/jobs.h"

namespace cumulite::dynamodb {

/// The job of a new replica: copies the items that the source had when the replica was added, then
/// makes the table and its entry with the others ACTIVE. The subject is the body's reference, then
/// the new table's row key.
void fill_replica(Database& db, const Job& job);

}  // namespace cumulite::dynamodb
