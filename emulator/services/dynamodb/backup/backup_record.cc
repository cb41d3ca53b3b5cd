#include "emulator/services/dynamodb/backup/backup_record.h"

#include "emulator/core/records/fields.h"
#include "emulator/core/records/shape_codec.h"
#include "emulator/services/dynamodb/shapes.h"
#include "emulator/services/dynamodb/table/table_change.h"
#include "protocol/time_units.h"
#include "storage/kv/key_codec.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::string_view kExpiryKind = "dynamodb.backup";
constexpr std::int64_t kSystemLifetimeMs = 35 * kDayMs;

const model::Shape& backup_shape() {
  return output_shape(api::op::DescribeBackup::info(), "BackupDescription");
}

const model::Shape& table_shape() {
  return output_shape(api::op::DescribeTable::info(), "Table");
}

template <class Info, class Index>
Info index_info(const Index& index) {
  Info out;
  out.IndexName = index.IndexName;
  out.KeySchema = index.KeySchema;
  out.Projection = index.Projection;
  return out;
}

api::ProvisionedThroughput throughput_info(
    const std::optional<api::ProvisionedThroughputDescription>& units) {
  api::ProvisionedThroughput out;
  out.ReadCapacityUnits = units ? units->ReadCapacityUnits : 0;
  out.WriteCapacityUnits = units ? units->WriteCapacityUnits : 0;
  return out;
}

api::SourceTableDetails source_details(const Table& table, const SnapshotTotals& totals) {
  api::SourceTableDetails out;
  const auto& description = table.description;
  out.TableName = table.name();
  out.TableId = description.TableId;
  out.TableArn = table.arn();
  out.TableSizeBytes = totals.bytes;
  out.KeySchema = description.KeySchema;
  out.TableCreationDateTime = description.CreationDateTime;
  out.ProvisionedThroughput = throughput_info(description.ProvisionedThroughput);
  out.OnDemandThroughput = description.OnDemandThroughput;
  out.ItemCount = totals.items;
  out.BillingMode = table.on_demand() ? "PAY_PER_REQUEST" : "PROVISIONED";
  return out;
}

api::SourceTableFeatureDetails feature_details(const Table& table) {
  api::SourceTableFeatureDetails out;
  const auto& description = table.description;
  if (description.LocalSecondaryIndexes) {
    out.LocalSecondaryIndexes.emplace();
    for (const auto& index : *description.LocalSecondaryIndexes) {
      out.LocalSecondaryIndexes->push_back(index_info<api::LocalSecondaryIndexInfo>(index));
    }
  }
  if (description.GlobalSecondaryIndexes) {
    out.GlobalSecondaryIndexes.emplace();
    for (const auto& index : *description.GlobalSecondaryIndexes) {
      auto info = index_info<api::GlobalSecondaryIndexInfo>(index);
      info.ProvisionedThroughput = throughput_info(index.ProvisionedThroughput);
      info.OnDemandThroughput = index.OnDemandThroughput;
      out.GlobalSecondaryIndexes->push_back(std::move(info));
    }
  }
  if (table.streams()) out.StreamDescription = description.StreamSpecification;
  auto& ttl = out.TimeToLiveDescription.emplace();
  ttl.TimeToLiveStatus = table.ttl_attribute.empty() ? "DISABLED" : "ENABLED";
  if (!table.ttl_attribute.empty()) ttl.AttributeName = table.ttl_attribute;
  out.SSEDescription = description.SSEDescription;
  return out;
}

/// Drops the rows of one space that belong to the account.
void drop_space(Database& db, storage::Space space, const std::string& prefix) {
  db.env().store.transact({storage::Domain::exclusive_on(space, prefix)}, [&](storage::Txn& txn) {
    txn.del_range(space, prefix, storage::prefix_end(prefix));
  });
}

/// Whether a row of the account is a backup, an export or a pending restore, which own a body.
bool owns_body(std::string_view key) {
  const auto account = storage::take_part(key);
  const auto region = account ? storage::take_part(key) : std::nullopt;
  return region && !key.empty() &&
         std::string_view("ber").find(key.front()) != std::string_view::npos;
}

}  // namespace

std::string BackupRecord::encode() const {
  FieldWriter fields;
  fields.text(1, encode_shape(backup_shape(), &description));
  fields.text(2, encode_shape(table_shape(), &table));
  fields.number(3, static_cast<std::uint64_t>(available_ms));
  fields.text(kBodyField, items.encode());
  return fields.take();
}

BackupRecord BackupRecord::decode(std::string_view bytes) {
  BackupRecord out;
  FieldReader fields(bytes);
  while (fields.next()) {
    if (fields.tag() == 1) decode_shape(backup_shape(), fields.text(), &out.description);
    if (fields.tag() == 2) decode_shape(table_shape(), fields.text(), &out.table);
    if (fields.tag() == 3) out.available_ms = static_cast<std::int64_t>(fields.number());
  }
  out.items = body_of(bytes);
  return out;
}

api::BackupDescription BackupRecord::described(std::int64_t now_ms) const {
  auto out = description;
  if (now_ms < available_ms) out.BackupDetails->BackupStatus = std::string(kCreating);
  return out;
}

storage::Domain NewBackup::domain() const {
  return storage::Domain::exclusive_on(spaces::kDynamoDb, arn.row('b'));
}

NewBackup prepare_backup(Database& db, const Table& table, std::string name, std::int64_t now_ms) {
  NewBackup out;
  out.arn = new_part_arn(table, "backup", now_ms);
  out.spool = db.env().blobs.make_spool();
  out.name = std::move(name);
  return out;
}

NewBackup prepare_system_backup(Database& db, const Table& table, std::int64_t now_ms) {
  NewBackup out = prepare_backup(db, table, table.name() + "$DeletedTableBackup", now_ms);
  out.system = true;
  return out;
}

void take_items(const storage::Reader& reader, const Table& table, NewBackup& backup) {
  backup.totals = write_snapshot(reader, table, std::nullopt, *backup.spool);
}

api::BackupDetails write_backup(Database& db, storage::Txn& txn, const Table& table,
                                NewBackup& backup, std::int64_t now_ms) {
  BackupRecord record;
  record.table = table.description;
  record.items = db.env().blobs.adopt(txn, *backup.spool);
  if (!backup.system) record.available_ms = now_ms + db.transition_time().ms(table.account);
  auto& details = record.description.BackupDetails.emplace();
  details.BackupArn = backup.arn.text();
  details.BackupName = backup.name;
  details.BackupSizeBytes = backup.totals.bytes;
  details.BackupStatus = "AVAILABLE";
  details.BackupType = backup.system ? "SYSTEM" : "USER";
  details.BackupCreationDateTime = model::Timestamp{now_ms};
  if (backup.system) {
    const std::int64_t expiry_ms = now_ms + kSystemLifetimeMs;
    details.BackupExpiryDateTime = model::Timestamp{expiry_ms};
    const std::string row = backup.arn.row('b');
    db.env().due.schedule(txn, {table.account, expiry_ms, std::string(kExpiryKind), row, {}});
  }
  record.description.SourceTableDetails = source_details(table, backup.totals);
  record.description.SourceTableFeatureDetails = feature_details(table);
  txn.put(spaces::kDynamoDb, backup.arn.row('b'), record.encode());
  return details;
}

void register_backup_expiry(Database& db) {
  db.env().due.register_kind(std::string(kExpiryKind), [&db](const DueRow& due, std::int64_t) {
    const auto domain = storage::Domain::exclusive_on(spaces::kDynamoDb, due.id);
    db.env().store.transact({domain}, [&](storage::Txn& txn) {
      db.env().due.remove(txn, due);
      const auto row = txn.get(spaces::kDynamoDb, due.id);
      if (!row) return;
      db.env().blobs.release(txn, body_of(*row));
      txn.del(spaces::kDynamoDb, due.id);
    });
  });
}

std::vector<storage::BlobRef> bodies_of_row(const storage::KeyValue& row) {
  if (!owns_body(row.key)) return {};
  return {body_of(row.value)};
}

void drop_account_rows(Database& db, std::string_view account) {
  std::string prefix;
  storage::append_part(prefix, account);
  std::string from = prefix;
  for (bool more = true; more;) {
    const auto page = db.env().store.range(spaces::kDynamoDb, from, storage::prefix_end(prefix));
    for (const auto& row : page.rows) {
      if (!owns_body(row.key)) continue;
      const auto blob = body_of(row.value);
      if (blob.id == 0) continue;
      db.env().store.transact({}, [&](storage::Txn& txn) { db.env().blobs.release(txn, blob); });
    }
    more = page.more;
    if (more) from = page.rows.back().key + '\0';
  }
  for (const auto space : {spaces::kDynamoDb, spaces::kDynamoDbItems, spaces::kDynamoDbStreams,
                           spaces::kDynamoDbIndexes}) {
    drop_space(db, space, prefix);
  }
}

}  // namespace cumulite::dynamodb
