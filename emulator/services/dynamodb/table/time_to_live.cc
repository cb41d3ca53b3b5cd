#include "emulator/services/dynamodb/table/time_to_live.h"

#include <xxhash.h>

#include <fmt/format.h>

#include "emulator/services/dynamodb/global/group.h"
#include "emulator/services/dynamodb/global/strong.h"
#include "emulator/services/dynamodb/item/item_codec.h"
#include "emulator/services/dynamodb/table/table_change.h"
#include "storage/kv/key_codec.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::string_view kTtlKind = "dynamodb.ttl";
constexpr std::size_t kAttributeBytesMax = 255;
constexpr std::int64_t kSecondsMax = 253'402'300'799;  // The end of the year 9999.
// Values further back than five years are taken for something else than an expiry.
constexpr std::int64_t kAgeMax = 5LL * 366 * 24 * 60 * 60;
constexpr std::size_t kStepRows = 500;

/// The due row of an item's expiry. Its id is short whatever the key's length; the payload says
/// which table and row it is.
DueRow due_row(const Table& table, const std::string& row, std::int64_t seconds) {
  DueRow out;
  out.account = table.account;
  out.due_ms = seconds * 1000;
  out.kind = std::string(kTtlKind);
  const auto hash = XXH3_128bits(row.data(), row.size());
  storage::append_u64(out.id, hash.high64);
  storage::append_u64(out.id, hash.low64);
  storage::append_part(out.payload, keys::table_row(table.account, table.region, table.name()));
  out.payload += row;
  return out;
}

std::optional<std::int64_t> due_seconds(const Table& table, const std::optional<Item>& item) {
  if (!item) return std::nullopt;
  const auto seconds = expiry_seconds(table, *item);
  if (!seconds || *seconds <= 0 || *seconds > kSecondsMax) return std::nullopt;
  return seconds;
}

/// Deletes the item of a due row if it is still there and still expired.
void expire(Database& db, const DueRow& due, std::int64_t now_ms) {
  std::string_view payload = due.payload;
  const auto table_row = storage::take_part(payload);
  const std::string row(payload);
  while (true) {
    TableRef ref;
    ref.row = table_row.value_or("");
    ref.table = db.catalog().find(ref.row);
    if (ref.table == nullptr) {
      db.env().store.transact({}, [&](storage::Txn& txn) { db.env().due.remove(txn, due); });
      return;
    }
    const Table& table = *ref.table;
    storage::Domains domains;
    add_item_domains(domains, table, row);
    const auto done =
        transact_on(db, ref, std::move(domains), [&](storage::Txn& txn) -> Result<void> {
          db.env().due.remove(txn, due);
          if (!row.starts_with(table.row_prefix)) return {};
          Change change = read_change(txn, row, true);
          const auto seconds = due_seconds(table, change.before);
          if (!seconds || *seconds * 1000 > now_ms || *seconds < now_ms / 1000 - kAgeMax) return {};
          write_change(db, txn, table, change, {now_ms, true});
          return {};
        });
    if (done) return;
  }
}

/// Schedules the expiry of items that were there before TTL was turned on.
void schedule_existing(Database& db, const std::string& table_row) {
  std::optional<std::string> from;
  bool more = true;
  while (more) {
    const TablePtr table = db.catalog().find(table_row);
    if (table == nullptr || table->ttl_attribute.empty()) return;
    db.env().store.transact(table_domains(*table), [&](storage::Txn& txn) {
      if (db.catalog().find(table_row) != table) return;
      storage::RangeOptions options;
      options.limit = kStepRows;
      options.bytes_max = 1024 * 1024;
      const auto page = txn.range(spaces::kDynamoDbItems, from.value_or(table->row_prefix),
                                  storage::prefix_end(table->row_prefix), options);
      for (const auto& row : page.rows) {
        const auto seconds = due_seconds(*table, decode_item(row.value));
        if (seconds) db.env().due.schedule(txn, due_row(*table, row.key, *seconds));
      }
      more = page.more;
      if (more) from = page.rows.back().key + '\0';
    });
  }
}

Result<void> check(const api::TimeToLiveSpecification& specification) {
  const std::string attribute = specification.AttributeName.value_or("");
  if (attribute.empty() || attribute.size() > kAttributeBytesMax) {
    return errors::validation(
        fmt::format("1 validation error detected: Value '{}' at "
                    "'timeToLiveSpecification.attributeName' failed to satisfy constraint: Member "
                    "must have length {} than or equal to {}",
                    attribute, attribute.empty() ? "greater" : "less",
                    attribute.empty() ? 1 : kAttributeBytesMax));
  }
  return {};
}

Result<void> update_one(Context& ctx, const api::UpdateTimeToLiveInput& in) {
  const auto& specification = *in.TimeToLiveSpecification;
  const std::string& attribute = *specification.AttributeName;
  const bool enabled = specification.Enabled.value_or(false);
  CUMULITE_ASSIGN(
      const std::string row,
      change_table(ctx, *in.TableName, [&](storage::Txn&, Table& table) -> Result<std::string> {
        if (enabled && !table.ttl_attribute.empty()) {
          return errors::validation(table.ttl_attribute == attribute
                                        ? "TimeToLive is already enabled"
                                        : "TimeToLive is active on a different AttributeName: "
                                          "current AttributeName is " +
                                              table.ttl_attribute);
        }
        if (!enabled && table.ttl_attribute.empty()) {
          return errors::validation("TimeToLive is already disabled");
        }
        if (!enabled && table.ttl_attribute != attribute) {
          return errors::validation(
              "TimeToLive is active on a different AttributeName: current AttributeName is " +
              table.ttl_attribute);
        }
        if (ctx.env.settings.dynamodb_cooldowns) {
          CUMULITE_TRY(table.changes.check(LimitedChange::kTimeToLive, table.name(), ctx.now_ms));
        }
        table.changes.note(LimitedChange::kTimeToLive, ctx.now_ms);
        table.ttl_attribute = enabled ? attribute : std::string{};
        return keys::table_row(table.account, table.region, table.name());
      }));
  if (enabled) schedule_existing(database(ctx), row);
  return {};
}

}  // namespace

Result<api::UpdateTimeToLiveOutput> update_time_to_live(Context& ctx,
                                                        const api::UpdateTimeToLiveInput& in) {
  CUMULITE_TRY(check(*in.TimeToLiveSpecification));
  CUMULITE_ASSIGN(const TableRef ref, find_table(ctx, *in.TableName));
  // Unlike other changes, this one does not see a table that is being created.
  if (ref.table->description.TableStatus == kCreating && !ref.table->replicated()) {
    return errors::table_not_found(ref.table->name());
  }
  CUMULITE_TRY(check_not_strong(*ref.table, "Time to live is"));
  CUMULITE_TRY(update_one(ctx, in));
  api::UpdateTimeToLiveInput shared = in;
  CUMULITE_ASSIGN(shared.TableName, table_name(ctx, *in.TableName));
  CUMULITE_TRY(for_other_regions(ctx, *in.TableName,
                                 [&](Context& there) { return update_one(there, shared); }));
  api::UpdateTimeToLiveOutput out;
  out.TimeToLiveSpecification = in.TimeToLiveSpecification;
  return out;
}

Result<api::DescribeTimeToLiveOutput> describe_time_to_live(
    Context& ctx, const api::DescribeTimeToLiveInput& in) {
  CUMULITE_ASSIGN(const TableRef ref, find_table(ctx, *in.TableName));
  const auto& status = *ref.table->description.TableStatus;
  if (!ref.table->serves()) {
    return errors::validation(fmt::format(
        "Cannot describe time to live while table is in {} state: Current table state is {}",
        status, status));
  }
  api::DescribeTimeToLiveOutput out;
  auto& description = out.TimeToLiveDescription.emplace();
  const bool enabled = !ref.table->ttl_attribute.empty();
  description.TimeToLiveStatus = enabled ? "ENABLED" : "DISABLED";
  if (enabled) description.AttributeName = ref.table->ttl_attribute;
  return out;
}

void schedule_expiry(Database& db, storage::Txn& txn, const Table& table, const Change& change) {
  const auto before = due_seconds(table, change.before);
  const auto after = due_seconds(table, change.after);
  if (before == after) return;
  if (before) db.env().due.remove(txn, due_row(table, change.row, *before));
  if (after) db.env().due.schedule(txn, due_row(table, change.row, *after));
}

void register_expiry(Database& db) {
  db.env().due.register_kind(std::string(kTtlKind), [&db](const DueRow& due, std::int64_t now_ms) {
    expire(db, due, now_ms);
  });
}

}  // namespace cumulite::dynamodb
