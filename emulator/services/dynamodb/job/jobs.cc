#include "emulator/services/dynamodb/job/jobs.h"

#include "emulator/services/dynamodb/backup/restore.h"
#include "emulator/services/dynamodb/export/export_job.h"
#include "emulator/services/dynamodb/global/replica_fill.h"
#include "emulator/services/dynamodb/import/import_job.h"
#include "storage/kv/replaceable.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::string_view kKind = "dynamodb.job";
constexpr unsigned kConcurrency = 2;

void run(Database& db, const Job& job) {
  switch (job.kind) {
    case JobKind::kRestore:
      return fill_restored_table(db, job);
    case JobKind::kReplica:
      return fill_replica(db, job);
    case JobKind::kExport:
      return run_export(db, job);
    case JobKind::kImport:
      return run_import(db, job);
    case JobKind::kBulkPut:
      return run_bulk_put(db, job);
  }
}

}  // namespace

void start_job(Database& db, storage::Txn& txn, const Job& job) {
  Event event;
  event.account = job.account;
  event.region = job.region;
  event.kind = std::string(kKind);
  event.target = std::string(1, static_cast<char>(job.kind));
  event.payload = job.subject;
  db.env().outbox.append(txn, event);
}

void register_jobs(Database& db) {
  db.env().outbox.register_target(std::string(kKind), kConcurrency, [&db](const Event& event) {
    // A job is never cut in two by a snapshot: what it did before would be lost, and what it does
    // afterwards would complete a state that it did not begin.
    const storage::Fence::Pass pass(storage::replaceable(db.env().store).fence());
    run(db, {static_cast<JobKind>(event.target.at(0)), event.account, event.region, event.payload});
    return Delivery{};
  });
}

}  // namespace cumulite::dynamodb
