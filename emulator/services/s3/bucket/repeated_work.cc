#include "emulator/services/s3/bucket/repeated_work.h"

#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/configuration/store.h"
#include "protocol/time_units.h"

namespace cumulite::s3 {

std::int64_t next_midnight(std::int64_t now_ms) {
  return (now_ms / kDayMs + 1) * kDayMs;
}

void schedule_work(storage::Txn& txn, Environment& env, std::string_view kind,
                   const WorkSubject& subject, std::int64_t due_ms) {
  DueRow row;
  row.account = subject.bucket.owner_account;
  row.due_ms = due_ms;
  row.kind = kind;
  row.id = subject.id.empty() ? subject.bucket.name : subject.bucket.name + '/' + subject.id;
  env.due.schedule(txn, row);
}

void run_work(Environment& env, const RepeatedWork& work, const DueRow& row, std::int64_t now_ms) {
  const std::size_t slash = row.id.find('/');
  const std::string name = row.id.substr(0, slash);
  const std::string id = slash == std::string::npos ? std::string() : row.id.substr(slash + 1);
  if (const auto bucket = find_bucket(env.store, name)) work.run(env, {*bucket, id}, now_ms);
  env.store.transact(bucket_domains(name), [&](storage::Txn& txn) {
    env.due.remove(txn, row);
    const auto now = find_bucket(txn, name);
    const auto next_ms = now ? work.next_ms(txn, {*now, id}, now_ms) : std::nullopt;
    if (next_ms) schedule_work(txn, env, work.kind, {*now, id}, *next_ms);
  });
}

}  // namespace cumulite::s3
