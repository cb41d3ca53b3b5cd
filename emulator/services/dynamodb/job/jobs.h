#pragma once

#include <string>
#include <string_view>

#include "emulator/events/outbox.h"
#include "emulator/services/dynamodb/database.h"

/// Work that goes on after its request was answered: filling a restored table or a new replica,
/// exports, imports, bulk puts. A job is an outbox event, committed with the change that asks for
/// it: it survives a crash (and then begins anew, so each is written to be repeated), `settle`
/// waits for it, and it runs beside the ordered deliveries.
namespace cumulite::dynamodb {

enum class JobKind : char {
  kRestore = 'r',  ///< Subject: backup/restore.h.
  kReplica = 'g',  ///< Subject: global/replica_fill.h.
  kExport = 'e',   ///< Subject: the export's row key.
  kImport = 'i',   ///< Subject: the import's row key.
  kBulkPut = 'b',  ///< Subject: the operation's row key.
};

struct Job {
  JobKind kind = JobKind::kRestore;
  std::string account;
  std::string region;
  std::string subject;  ///< What the job's own code needs to find its work.
};

/// Starts the job when the transaction commits.
void start_job(Database& db, storage::Txn& txn, const Job& job);
/// The same, but where tables take time (table/transition_time.h) only after that time: until then
/// what the job is for is in progress.
void start_lasting_job(Database& db, storage::Txn& txn, const Job& job, std::int64_t now_ms);
/// The outbox kind of jobs; before any runs.
void register_jobs(Database& db);

}  // namespace cumulite::dynamodb
