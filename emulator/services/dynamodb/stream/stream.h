#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/services/dynamodb/item/item_writer.h"
#include "emulator/services/dynamodb/table/table.h"
#include "protocol/time_units.h"
#include "storage/kv/store.h"

/// The change streams of tables: written here, by every write of an item, and read by the service
/// dynamodbstreams, which shares this header.
///
/// A stream is a row of facts, a row of state (last sequence number, open shards) and a row for
/// each record. Writers of one stream follow one another (they hold its domain), so sequence
/// numbers rise in the order of the commits and a reader never passes one that is still to come.
/// Sequence numbers are of the whole stream; a shard has those of the partition keys whose hashes
/// are in its range, so the records of one item are in order. A shard is closed after four hours
/// and continued by a child, or by two that halve its range when it took kSplitRecords records;
/// records and closed streams go 24 hours after they were written.
namespace cumulite::dynamodb::stream {

inline constexpr std::int64_t kRetentionMs = kDayMs;
inline constexpr std::int64_t kShardLifetimeMs = 4 * kHourMs;
inline constexpr std::uint64_t kSplitRecords = 10'000;
inline constexpr std::size_t kOpenShardsMax = 16;

struct KeyElement {
  std::string name;
  std::string kind;  ///< HASH, RANGE.
};

struct ShardFacts {
  std::uint32_t number = 0;
  std::string parent_id = {};  ///< Kept when the parent is gone.
  std::int64_t started_ms = 0;
  std::uint64_t first_sequence = 0;
  std::optional<std::uint64_t> last_sequence = {};  ///< Set when the shard is closed.
};

struct Facts {
  std::uint64_t number = 0;
  std::string table_name;
  std::string label;
  std::string view_type;
  std::int64_t created_ms = 0;
  std::int64_t closed_ms = 0;  ///< 0: open.
  /// Until when it is ENABLING, or DISABLING; its records do not wait for that.
  std::int64_t settled_ms = 0;
  std::vector<KeyElement> key = {};
  std::vector<ShardFacts> shards = {};  ///< In the order of their numbers.
  std::uint64_t last_sequence = 0;      ///< Of the newest record.
};

/// One change of an item, as it is kept.
struct StoredRecord {
  std::uint64_t sequence = 0;
  std::uint32_t shard = 0;
  std::int64_t written_ms = 0;
  std::string event_name;  ///< INSERT, MODIFY, REMOVE.
  bool time_to_live = false;
  Item keys = {};
  std::optional<Item> new_image = {};
  std::optional<Item> old_image = {};
  std::size_t size_bytes = 0;
};

/// A write to the table needs this domain beside those of the item.
storage::Domain domain(const Table& table);
/// ENABLING, ENABLED, DISABLING or DISABLED.
std::string_view status(const Facts& facts, std::int64_t now_ms);
/// Begins the stream that `table` names (stream_number, label, view type).
void open(Database& db, storage::Txn& txn, const Table& table, std::int64_t now_ms);
/// Continues the shards whose lifetime is over. When the next one will be; nullopt if the stream is
/// not there. The transaction holds the stream's domain.
std::optional<std::int64_t> roll_old_shards(storage::Txn& txn, const Table& table,
                                            std::int64_t now_ms);
/// Ends it; its records stay readable for 24 hours.
void close(Database& db, storage::Txn& txn, const Table& table, std::int64_t now_ms);
/// Adds the record of a change, unless it changed nothing.
void append(storage::Txn& txn, const Table& table, const Change& change, const WriteOrigin& origin);

/// Streams of the scope by table name and label; of one table if it is not empty. Those whose 24
/// hours after their end are over are left out.
std::vector<Facts> list(const storage::Reader& reader, std::string_view account,
                        std::string_view region, std::string_view table_name, std::int64_t now_ms);
std::optional<Facts> find(const storage::Reader& reader, std::string_view account,
                          std::string_view region, std::string_view table_name,
                          std::string_view label);

/// Records of one shard from a sequence number on.
struct RecordPage {
  std::vector<StoredRecord> records = {};
  std::uint64_t next_sequence = 0;
};

RecordPage read(const storage::Reader& reader, std::string_view account, std::string_view region,
                const Facts& facts, std::uint32_t shard, std::uint64_t from, std::size_t limit);
/// Sequence number of the oldest record of the shard that is not older than `since_ms`, or the one
/// after its newest.
std::uint64_t first_since(const storage::Reader& reader, std::string_view account,
                          std::string_view region, const Facts& facts, const ShardFacts& shard,
                          std::int64_t since_ms);

/// 21 digits, so that the order of the texts is that of the numbers.
std::string render_sequence(std::uint64_t sequence);
std::optional<std::uint64_t> parse_sequence(std::string_view text);
/// "shardId-00000001767225600000-3f2a9c11".
std::string shard_id(const Facts& facts, const ShardFacts& shard);

}  // namespace cumulite::dynamodb::stream
