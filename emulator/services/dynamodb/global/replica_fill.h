#pragma once

#include "emulator/services/dynamodb/job/jobs.h"

namespace cumulite::dynamodb {

/// Starts the filling of a new replica, in the transaction that adds it to its source's group.
void start_replica_fill(Database& db, storage::Txn& txn, const Table& source, const Table& replica);

/// The job: copies the items of the source, then makes the table and its entry with the others
/// ACTIVE. It reads the source while it is written to: since the replica was added each write
/// comes to it as an event too and leaves a stamp, to which a copied item gives way.
void fill_replica(Database& db, const Job& job);

}  // namespace cumulite::dynamodb
