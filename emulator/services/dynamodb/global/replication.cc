#include "emulator/services/dynamodb/global/replication.h"

#include <algorithm>

#include "emulator/core/records/fields.h"
#include "emulator/services/dynamodb/global/strong.h"
#include "emulator/services/dynamodb/item/item_codec.h"
#include "emulator/services/dynamodb/item/key_check.h"
#include "storage/kv/key_codec.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::string_view kReplicaEvent = "dynamodb.replica";
// A larger item is not copied into its event: the replica reads it where it was written. A
// transaction of a hundred large items would not hold them all again for each region.
constexpr std::size_t kInlineBytesMax = 16 * 1024;
constexpr unsigned kStampShift = 16;

std::string encode_stamp(const WriteStamp& stamp) {
  std::string out;
  storage::append_u64(out, stamp.time);
  out += stamp.region;
  return out;
}

WriteStamp decode_stamp(std::string_view bytes) {
  WriteStamp out;
  out.time = storage::take_u64(bytes).value_or(0);
  out.region = bytes;
  return out;
}

/// A write on its way to a replica.
struct ReplicaWrite {
  std::string table;
  Item key;
  WriteStamp stamp;
  std::optional<Item> item;  ///< Absent: deleted.
  bool by_reference = false;
};

std::string encode(const ReplicaWrite& write) {
  FieldWriter fields;
  fields.text(1, write.table);
  fields.text(2, encode_item(write.key, size_bytes(write.key)));
  fields.text(3, encode_stamp(write.stamp));
  if (write.item) fields.text(4, encode_item(*write.item, size_bytes(*write.item)));
  fields.number(5, write.by_reference ? 1 : 0);
  return fields.take();
}

ReplicaWrite decode(std::string_view bytes) {
  ReplicaWrite out;
  FieldReader fields(bytes);
  while (fields.next()) {
    if (fields.tag() == 1) out.table = fields.text();
    if (fields.tag() == 2) out.key = decode_item(fields.text());
    if (fields.tag() == 3) out.stamp = decode_stamp(fields.text());
    if (fields.tag() == 4) out.item = decode_item(fields.text());
    if (fields.tag() == 5) out.by_reference = fields.number() != 0;
  }
  return out;
}

/// Fills in what a write by reference refers to; the item may be newer by now, and so is its stamp.
void resolve(Database& db, const Event& event, ReplicaWrite& write) {
  const auto source = db.catalog().find(keys::table_row(event.account, event.region, write.table));
  if (source == nullptr) return;
  const auto row = keys::item_row(*source, write.key);
  if (const auto bytes = db.env().store.get(spaces::kDynamoDbItems, row)) {
    write.item = decode_item(*bytes);
  }
}

/// Applies the write if it is newer than what is there.
void apply(Database& db, storage::Txn& txn, const Table& replica, const ReplicaWrite& write,
           const std::string& row) {
  const auto known = read_stamp(txn, replica, row);
  if (known && write.stamp < *known) return;
  Change change = read_change(txn, row, true);
  change.after = write.item;
  WriteOrigin origin{db.env().clock.now_ms(replica.account)};
  origin.replicated = true;
  write_change(db, txn, replica, change, origin);
  txn.put(spaces::kDynamoDbIndexes, keys::stamp_row(replica, row), encode_stamp(write.stamp));
}

Delivery deliver(Database& db, const Event& event) {
  ReplicaWrite write = decode(event.payload);
  if (write.by_reference) resolve(db, event, write);
  const Delivery removed{Delivery::Outcome::kRemoved};
  TableRef ref;
  ref.row = keys::table_row(event.account, event.target, write.table);
  while (true) {
    ref.table = db.catalog().find(ref.row);
    // The replica left the group since.
    if (ref.table == nullptr || !ref.table->replicated()) {
      db.env().store.transact({}, [&](storage::Txn& txn) { db.env().outbox.remove(txn, event); });
      return removed;
    }
    const std::string row = keys::item_row(*ref.table, write.key);
    storage::Domains domains;
    add_item_domains(domains, *ref.table, row);
    const auto done =
        transact_on(db, ref, std::move(domains), [&](storage::Txn& txn) -> Result<void> {
          apply(db, txn, *ref.table, write, row);
          db.env().outbox.remove(txn, event);
          return {};
        });
    if (done) return removed;
  }
}

}  // namespace

std::optional<WriteStamp> read_stamp(const storage::Reader& reader, const Table& table,
                                     std::string_view item_row) {
  const auto value = reader.get(spaces::kDynamoDbIndexes, keys::stamp_row(table, item_row));
  if (!value) return std::nullopt;
  return decode_stamp(*value);
}

void replicate(Database& db, storage::Txn& txn, const Table& table, const Change& change,
               std::int64_t now_ms) {
  if (is_strong(table)) {
    write_to_peers(db, txn, table, change, now_ms);
    return;
  }
  if (change.before && change.after && equal(*change.before, *change.after)) return;
  const auto known = read_stamp(txn, table, change.row);
  ReplicaWrite write;
  write.table = table.name();
  write.key = key_of(table, change.after ? *change.after : *change.before);
  write.stamp.time = std::max(static_cast<std::uint64_t>(now_ms) << kStampShift,
                              known ? known->time + 1 : std::uint64_t{0});
  write.stamp.region = table.region;
  if (change.after) {
    write.by_reference = size_bytes(*change.after) > kInlineBytesMax;
    if (!write.by_reference) write.item = change.after;
  }
  txn.put(spaces::kDynamoDbIndexes, keys::stamp_row(table, change.row), encode_stamp(write.stamp));
  Event event;
  event.account = table.account;
  event.region = table.region;
  event.kind = std::string(kReplicaEvent);
  event.payload = encode(write);
  for (const auto& replica : *table.description.Replicas) {
    event.target = *replica.RegionName;
    db.env().outbox.append(txn, event);
  }
}

void register_replication(Database& db) {
  db.env().outbox.register_target(std::string(kReplicaEvent), 0,
                                  [&db](const Event& event) { return deliver(db, event); });
}

}  // namespace cumulite::dynamodb
