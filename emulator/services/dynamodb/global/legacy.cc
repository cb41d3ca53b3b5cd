#include "emulator/services/dynamodb/global/legacy.h"

#include <algorithm>

#include <fmt/format.h>

#include "emulator/core/records/fields.h"
#include "emulator/services/dynamodb/global/group.h"
#include "emulator/services/dynamodb/index/index_rows.h"
#include "storage/kv/key_codec.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::size_t kGlobalTablesPageMax = 100;
// A global table is of no region: its row stands beside those of the regions.
constexpr std::string_view kScope = "global";
constexpr char kSettingKind = 'l';

std::string row_of(std::string_view account, std::string_view name) {
  return keys::setting_row(account, kScope, kSettingKind, name);
}

/// Prefix of all of the account.
std::string rows_of(std::string_view account) {
  return keys::scope(account, kScope) + kSettingKind;
}

LegacyGroup decode(std::string_view account, std::string_view name, std::string_view bytes) {
  LegacyGroup out;
  out.account = account;
  out.name = name;
  FieldReader fields(bytes);
  while (fields.next()) {
    if (fields.tag() == 1) out.created_ms = static_cast<std::int64_t>(fields.number());
    if (fields.tag() == 2) out.regions.emplace_back(fields.text());
  }
  return out;
}

bool has_region(const LegacyGroup& group, const std::string& region) {
  return std::find(group.regions.begin(), group.regions.end(), region) != group.regions.end();
}

api::GlobalTableDescription describe(const LegacyGroup& group, std::string_view status) {
  api::GlobalTableDescription out;
  out.GlobalTableName = group.name;
  out.GlobalTableArn =
      fmt::format("arn:aws:dynamodb::{}:global-table/{}", group.account, group.name);
  out.GlobalTableStatus = std::string(status);
  out.CreationDateTime = model::Timestamp{group.created_ms};
  out.ReplicationGroup.emplace();
  for (const auto& region : group.regions) {
    auto& replica = out.ReplicationGroup->emplace_back();
    replica.RegionName = region;
    replica.ReplicaStatus = "ACTIVE";
  }
  return out;
}

/// The tables of the group. Errors: TableNotFoundException for a region without one.
Result<std::vector<TablePtr>> find_tables(Database& db, const LegacyGroup& group) {
  std::vector<TablePtr> out;
  for (const auto& region : group.regions) {
    auto table = db.catalog().find(keys::table_row(group.account, region, group.name));
    if (table == nullptr) {
      return Error{"TableNotFoundException", "Table not found: " + group.name};
    }
    out.push_back(std::move(table));
  }
  return out;
}

/// A table that becomes a replica is empty, has a stream of both images, and the others' keys.
Result<void> check_new_replica(const storage::Reader& reader, const Table& table,
                               const Table& first) {
  if (!table.streams() ||
      table.description.StreamSpecification->StreamViewType != "NEW_AND_OLD_IMAGES") {
    return errors::validation(
        "All tables of a global table must have a stream with NEW_AND_OLD_IMAGES enabled");
  }
  if (table_totals(reader, table).items != 0) {
    return errors::validation("All tables of a global table must be empty when they are added");
  }
  const auto same = [](const KeyAttribute& a, const KeyAttribute& b) {
    return a.name == b.name && a.type == b.type;
  };
  if (table.key.hash_count != first.key.hash_count ||
      !std::equal(table.key.attributes.begin(), table.key.attributes.end(),
                  first.key.attributes.begin(), first.key.attributes.end(), same)) {
    return errors::validation("All tables of a global table must have the same key schema");
  }
  return {};
}

/// Makes the tables know each other, and no one else.
void tie(Database& db, storage::Txn& txn, const std::vector<TablePtr>& tables) {
  for (const auto& table : tables) {
    auto changed = std::make_shared<Table>(*table);
    changed->description.Replicas.reset();
    changed->description.GlobalTableVersion.reset();
    for (const auto& other : tables) {
      if (other == table) continue;
      api::ReplicaDescription replica;
      replica.RegionName = other->region;
      replica.ReplicaStatus = "ACTIVE";
      changed = with_replica(*changed, replica, kLegacyGlobalVersion);
    }
    save_table(db, txn, std::move(changed));
  }
}

/// Runs `action(txn, tables)` alone on the group's row and tables; again if one was changed.
template <class Action>
Result<void> change_group(Database& db, const LegacyGroup& all, Action&& action) {
  while (true) {
    CUMULITE_ASSIGN(const auto tables, find_tables(db, all));
    storage::Domains domains = {all.domain()};
    add_group_domains(domains, tables);
    bool changed = false;
    CUMULITE_TRY(db.env().store.transact(domains, [&](storage::Txn& txn) -> Result<void> {
      changed = !are_current(db, tables);
      if (changed) return {};
      return action(txn, tables);
    }));
    if (!changed) return {};
  }
}

Result<LegacyGroup> updated_group(const LegacyGroup& group, const api::UpdateGlobalTableInput& in) {
  LegacyGroup out = group;
  for (const auto& update : *in.ReplicaUpdates) {
    if (update.Create.has_value() == update.Delete.has_value()) {
      return errors::invalid_parameter("Exactly one action of a ReplicaUpdate must be given");
    }
    const std::string region =
        (update.Create ? update.Create->RegionName : update.Delete->RegionName).value_or("");
    if (update.Create) {
      if (has_region(out, region)) {
        return Error{"ReplicaAlreadyExistsException",
                     fmt::format("Replica already exists in the Region: {}", region)};
      }
      out.regions.push_back(region);
    } else {
      if (!has_region(out, region)) {
        return Error{"ReplicaNotFoundException",
                     fmt::format("Replica not found in the Region: {}", region)};
      }
      out.regions.erase(std::find(out.regions.begin(), out.regions.end(), region));
    }
  }
  return out;
}

}  // namespace

std::string LegacyGroup::row() const {
  return row_of(account, name);
}

storage::Domain LegacyGroup::domain() const {
  return storage::Domain::exclusive_on(spaces::kDynamoDb, row());
}

std::string LegacyGroup::encode() const {
  FieldWriter fields;
  fields.number(1, static_cast<std::uint64_t>(created_ms));
  for (const auto& region : regions) fields.text(2, region);
  return fields.take();
}

std::optional<LegacyGroup> read_legacy_group(const storage::Reader& reader,
                                             std::string_view account, std::string_view name) {
  const auto bytes = reader.get(spaces::kDynamoDb, row_of(account, name));
  if (!bytes) return std::nullopt;
  return decode(account, name, *bytes);
}

Error global_table_not_found(std::string_view name) {
  return {"GlobalTableNotFoundException",
          fmt::format("Global table with name: '{}' does not exist", name)};
}

Result<api::CreateGlobalTableOutput> create_global_table(Context& ctx,
                                                         const api::CreateGlobalTableInput& in) {
  LegacyGroup group{ctx.caller.account_id, *in.GlobalTableName, ctx.now_ms};
  for (const auto& replica : *in.ReplicationGroup) {
    const std::string region = replica.RegionName.value_or("");
    if (region.empty() || has_region(group, region)) {
      return errors::validation("ReplicationGroup must name each Region once");
    }
    group.regions.push_back(region);
  }
  if (group.regions.empty()) return errors::validation("ReplicationGroup must not be empty");
  Database& db = database(ctx);
  const Error exists = {"GlobalTableAlreadyExistsException",
                        fmt::format("Global table with name: '{}' already exists", group.name)};
  if (read_legacy_group(ctx.env.store, group.account, group.name)) return exists;
  CUMULITE_TRY(change_group(
      db, group, [&](storage::Txn& txn, const std::vector<TablePtr>& tables) -> Result<void> {
        if (txn.get(spaces::kDynamoDb, group.row())) return exists;
        for (const auto& table : tables) {
          if (table->replicated()) return exists;
          auto valid = check_new_replica(txn, *table, *tables.front());
          if (!valid.ok()) return valid;
        }
        tie(db, txn, tables);
        txn.put(spaces::kDynamoDb, group.row(), group.encode());
        return {};
      }));
  api::CreateGlobalTableOutput out;
  out.GlobalTableDescription = describe(group, "CREATING");
  return out;
}

Result<api::UpdateGlobalTableOutput> update_global_table(Context& ctx,
                                                         const api::UpdateGlobalTableInput& in) {
  const auto group = read_legacy_group(ctx.env.store, ctx.caller.account_id, *in.GlobalTableName);
  if (!group) return global_table_not_found(*in.GlobalTableName);
  CUMULITE_ASSIGN(const LegacyGroup updated, updated_group(*group, in));
  // Those that leave change too.
  LegacyGroup all = updated;
  Database& db = database(ctx);
  for (const auto& region : group->regions) {
    const auto row = keys::table_row(group->account, region, group->name);
    if (!has_region(all, region) && db.catalog().find(row) != nullptr)
      all.regions.push_back(region);
  }
  CUMULITE_TRY(change_group(
      db, all, [&](storage::Txn& txn, const std::vector<TablePtr>& tables) -> Result<void> {
        std::vector<TablePtr> members;
        for (const auto& table : tables) {
          if (!has_region(updated, table->region)) {
            tie(db, txn, {table});
            continue;
          }
          if (!has_region(*group, table->region)) {
            auto valid = check_new_replica(txn, *table, *tables.front());
            if (!valid.ok()) return valid;
          }
          members.push_back(table);
        }
        tie(db, txn, members);
        txn.put(spaces::kDynamoDb, updated.row(), updated.encode());
        return {};
      }));
  api::UpdateGlobalTableOutput out;
  out.GlobalTableDescription = describe(updated, "UPDATING");
  return out;
}

Result<api::DescribeGlobalTableOutput> describe_global_table(
    Context& ctx, const api::DescribeGlobalTableInput& in) {
  const auto group = read_legacy_group(ctx.env.store, ctx.caller.account_id, *in.GlobalTableName);
  if (!group) return global_table_not_found(*in.GlobalTableName);
  api::DescribeGlobalTableOutput out;
  out.GlobalTableDescription = describe(*group, "ACTIVE");
  return out;
}

Result<api::ListGlobalTablesOutput> list_global_tables(Context& ctx,
                                                       const api::ListGlobalTablesInput& in) {
  const auto limit = in.Limit ? static_cast<std::size_t>(*in.Limit) : kGlobalTablesPageMax;
  const std::string prefix = rows_of(ctx.caller.account_id);
  std::string from = prefix;
  if (in.ExclusiveStartGlobalTableName) {
    from = row_of(ctx.caller.account_id, *in.ExclusiveStartGlobalTableName) + '\0';
  }
  api::ListGlobalTablesOutput out;
  out.GlobalTables.emplace();
  for (bool more = true; more;) {
    const auto page = ctx.env.store.range(spaces::kDynamoDb, from, storage::prefix_end(prefix));
    for (const auto& row : page.rows) {
      std::string_view rest = std::string_view(row.key).substr(prefix.size());
      const auto group =
          decode(ctx.caller.account_id, storage::take_part(rest).value_or(""), row.value);
      if (in.RegionName && !has_region(group, *in.RegionName)) continue;
      if (out.GlobalTables->size() == limit) {
        out.LastEvaluatedGlobalTableName = out.GlobalTables->back().GlobalTableName;
        return out;
      }
      auto& entry = out.GlobalTables->emplace_back();
      entry.GlobalTableName = group.name;
      entry.ReplicationGroup.emplace();
      for (const auto& region : group.regions) {
        entry.ReplicationGroup->emplace_back().RegionName = region;
      }
    }
    more = page.more;
    if (more) from = page.rows.back().key + '\0';
  }
  return out;
}

}  // namespace cumulite::dynamodb
