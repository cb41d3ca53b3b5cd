#include "emulator/services/dynamodb/database.h"

#include <algorithm>

#include <fmt/format.h>

#include "emulator/core/admin_registry.h"
#include "emulator/core/arn.h"
#include "emulator/services/dynamodb/backup/backup_record.h"
#include "emulator/services/dynamodb/backup/change_log.h"
#include "emulator/services/dynamodb/global/replication.h"
#include "emulator/services/dynamodb/job/jobs.h"
#include "emulator/services/dynamodb/policy/access.h"
#include "emulator/services/dynamodb/policy/resource_policy.h"
#include "emulator/services/dynamodb/stream/shard_clock.h"
#include "emulator/services/dynamodb/table/index_changes.h"
#include "emulator/services/dynamodb/table/time_to_live.h"
#include "emulator/services/dynamodb/table/transition.h"
#include "emulator/services/dynamodb/throttle/admin.h"
#include "emulator/services/dynamodb/transaction/idempotency.h"
#include "storage/kv/key_codec.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::size_t kNameMin = 3;
constexpr std::size_t kNameMax = 255;

bool has_valid_characters(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  });
}

/// The model itself allows more, so that ARNs fit; this is what the service says of plain names.
Result<void> check_table_name(std::string_view name) {
  std::string_view constraint;
  if (name.size() > kNameMax) {
    constraint = "Member must have length less than or equal to 255";
  } else if (!has_valid_characters(name)) {
    constraint = "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+";
  } else if (name.size() < kNameMin) {
    constraint = "Member must have length greater than or equal to 3";
  } else {
    return {};
  }
  return errors::validation(fmt::format(
      "1 validation error detected: Value '{}' at 'tableName' failed to satisfy constraint: {}",
      name, constraint));
}

/// A table that need not be there.
struct NamedTable {
  std::string account;
  std::string name;
};

/// Reads a name, or "arn:aws:dynamodb:REGION:ACCOUNT:table/NAME[/...]" of the caller's Region.
Result<NamedTable> read_name(const Context& ctx, std::string_view name_or_arn) {
  NamedTable out{ctx.caller.account_id, std::string(name_or_arn)};
  auto arn = parse_arn(name_or_arn);
  if (!arn || arn->service != "dynamodb" || !take_prefix(arn->resource, "table/")) {
    CUMULITE_TRY(check_table_name(out.name));
    return out;
  }
  out.name = arn->resource.substr(0, arn->resource.find('/'));
  CUMULITE_TRY(check_table_name(out.name));
  if (arn->region != ctx.caller.region) {
    return errors::validation(
        fmt::format("1 validation error detected: Invalid AWS region in '{}'", name_or_arn));
  }
  out.account = arn->account;
  return out;
}

class SnapshotRows final : public SnapshotPart {
 public:
  explicit SnapshotRows(Database& database) : database_(database) {}

  std::vector<RowRange> rows_of(std::string_view account) override {
    std::string prefix;
    storage::append_part(prefix, account);
    std::vector<RowRange> ranges;
    for (const storage::Space space : {spaces::kDynamoDb, spaces::kDynamoDbItems,
                                       spaces::kDynamoDbStreams, spaces::kDynamoDbIndexes}) {
      ranges.push_back(RowRange::below(space, prefix));
    }
    return ranges;
  }

  std::vector<storage::BlobRef> bodies_of(const RowRange& range,
                                          const storage::KeyValue& row) override {
    if (range.space != spaces::kDynamoDb) return {};
    return bodies_of_row(row);
  }

  void reload(std::string_view account) override {
    (void)account;  // All of them: a handler that holds a table of before resolves it again.
    database_.catalog().reset({});
    database_.catalog().load(database_.env().store);
  }

 private:
  Database& database_;
};

Result<TableRef> look_up(Context& ctx, std::string_view name_or_arn, const Wanted& wanted,
                         bool short_message) {
  CUMULITE_ASSIGN(const NamedTable named, read_name(ctx, name_or_arn));
  TableRef out;
  out.row = keys::table_row(named.account, ctx.caller.region, named.name);
  out.table = database(ctx).catalog().find(out.row);
  if (named.account != ctx.caller.account_id) {
    std::string resource(name_or_arn);
    if (!wanted.index.empty()) resource += fmt::format("/index/{}", wanted.index);
    std::optional<std::string> policy;
    if (out.table != nullptr) policy = table_policy(ctx.env.store, *out.table);
    CUMULITE_TRY(check_access(ctx, resource, policy, wanted.action));
  }
  if (out.table == nullptr) {
    return short_message ? errors::resource_not_found() : errors::table_not_found(named.name);
  }
  // Short messages are those of requests for data, which a table being filled does not answer.
  if (short_message && !out.table->serves()) return errors::resource_not_found();
  return out;
}

}  // namespace

void Database::start() {
  catalog_.load(env_.store);
  register_token_expiry(*this);
  register_expiry(*this);
  register_transitions(*this);
  resume_backfills(*this);
  add_throttle_path(*this);
  add_transition_path(*this);
  register_log_trim(*this);
  stream::register_rolls(*this);
  register_backup_expiry(*this);
  register_replication(*this);
  register_jobs(*this);
  env_.admin.add_part(std::make_unique<SnapshotRows>(*this));
}

void Database::drop_account(std::string_view account) {
  drop_account_rows(*this, account);
}

Database& database(Context& ctx) {
  return static_cast<Database&>(ctx.service);
}

Result<std::string> table_name(Context& ctx, std::string_view name_or_arn) {
  CUMULITE_ASSIGN(NamedTable named, read_name(ctx, name_or_arn));
  if (named.account != ctx.caller.account_id) return errors::table_not_found(named.name);
  return std::move(named.name);
}

Result<TableRef> find_table(Context& ctx, std::string_view name_or_arn) {
  return look_up(ctx, name_or_arn, {}, false);
}

Result<TableRef> find_data_table(Context& ctx, std::string_view name_or_arn, const Wanted& wanted) {
  return look_up(ctx, name_or_arn, wanted, true);
}

Result<const Index*> find_readable_index(const Table& table, std::string_view name) {
  const Index* index = table.find_index(name);
  if (index == nullptr || index->being_deleted()) return errors::index_not_found(name);
  if (index->being_filled()) return errors::index_being_filled(name);
  return index;
}

}  // namespace cumulite::dynamodb
