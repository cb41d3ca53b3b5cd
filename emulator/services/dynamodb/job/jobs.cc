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

void start_lasting_job(Database& db, storage::Txn& txn, const Job& job, std::int64_t now_ms) {
  const auto duration_ms = db.transition_time().ms(job.account);
  if (duration_ms == 0) return start_job(db, txn, job);
  DueRow due;
  due.account = job.account;
  due.due_ms = now_ms + duration_ms;
  due.kind = std::string(kKind);
  due.id = static_cast<char>(job.kind) + job.subject;
  due.payload = job.region;
  db.env().due.schedule(txn, due);
}

void register_jobs(Database& db) {
  db.env().due.register_kind(std::string(kKind), [&db](const DueRow& due, std::int64_t) {
    const Job job{static_cast<JobKind>(due.id.at(0)), due.account, due.payload, due.id.substr(1)};
    db.env().store.transact({}, [&](storage::Txn& txn) {
      db.env().due.remove(txn, due);
      start_job(db, txn, job);
    });
  });
  db.env().outbox.register_target(std::string(kKind), kConcurrency, [&db](const Event& event) {
    // A job is never cut in two by a snapshot: what it did before would be lost, and what it does
    // afterwards would complete a state that it did not begin.
    const storage::Fence::Pass pass(storage::replaceable(db.env().store).fence());
    run(db, {static_cast<JobKind>(event.target.at(0)), event.account, event.region, event.payload});
    return Delivery{};
  });
}

}  // namespace cumulite::dynamodb
