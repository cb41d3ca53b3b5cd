#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/dynamodb.h"
#include "emulator/services/dynamodb/item/value.h"
#include "emulator/services/dynamodb/table/change_limits.h"

namespace cumulite::dynamodb {

struct KeyAttribute {
  std::string name;
  Type type = Type::kS;
};

/// Partition attributes, then sort attributes. A table or LSI has one and at most one; a GSI up to
/// four of each.
struct KeySchema {
  std::vector<KeyAttribute> attributes = {};
  std::size_t hash_count = 0;

  std::size_t range_count() const { return attributes.size() - hash_count; }

  const KeyAttribute& hash() const { return attributes.front(); }

  const KeyAttribute* range() const {
    return range_count() == 0 ? nullptr : &attributes[hash_count];
  }

  bool has(std::string_view name) const;
};

enum class ProjectionKind : std::uint8_t { kAll, kKeysOnly, kInclude };

/// kAllocated and kFilled: a new index of a table, before and while it is filled.
enum class IndexStatus : std::uint8_t {
  kActive,
  kCreating,
  kAllocated,
  kFilled,
  kUpdating,
  kDeleting
};

/// A secondary index as writes and queries need it.
struct Index {
  std::string name;
  bool global = false;
  std::uint8_t number = 0;  ///< In row keys; unique among the table's indexes.
  IndexStatus status = IndexStatus::kActive;
  KeySchema key = {};
  ProjectionKind projection = ProjectionKind::kAll;
  std::vector<std::string> included = {};  ///< kInclude.

  /// New to its table, and not to be read yet.
  bool being_filled() const {
    return status == IndexStatus::kAllocated || status == IndexStatus::kFilled;
  }

  bool being_deleted() const { return status == IndexStatus::kDeleting; }

  /// True if the attribute is in the index's rows. Key attributes of table and index always are.
  bool projects(std::string_view attribute, const KeySchema& table_key) const;
};

/// Point-in-time recovery: since when the table's changes are logged, and for how long.
struct Recovery {
  std::int64_t enabled_ms = 0;
  std::int32_t period_days = 35;
};

inline constexpr std::string_view kActive = "ACTIVE";
inline constexpr std::string_view kCreating = "CREATING";
inline constexpr std::string_view kUpdating = "UPDATING";
/// Also, in memory only, while the last backup of a table is taken.
inline constexpr std::string_view kDeleting = "DELETING";

/// One version of a table: immutable, shared by the requests that are using it. A change makes a
/// new one and swaps it in the catalog when its rows are committed.
struct Table {
  std::string account;
  std::string region;
  std::uint64_t number = 0;  ///< In row keys.
  std::uint8_t next_index_number = 1;
  std::string ttl_attribute = {};   ///< Empty: TTL is off.
  std::uint64_t stream_number = 0;  ///< 0: no stream is enabled.
  std::optional<Recovery> recovery = {};
  /// Its deletion was answered, and ends by a due row: a restart does not take it back.
  bool deletion_answered = false;
  /// The units that a table which is UPDATING is to have; it shows those of before.
  std::optional<api::ProvisionedThroughputDescription> next_units = {};
  std::string next_class = {};  ///< That it is to have; empty: it keeps its own.
  /// ARN of the key of KMS that it is to be encrypted with; empty: with the service's own.
  std::optional<std::string> next_key = {};
  ChangeTimes changes = {};
  /// Numbers of indexes by name, persisted beside the description.
  std::vector<std::pair<std::string, std::uint8_t>> index_numbers = {};
  api::TableDescription description = {};

  // Derived by `compile`.
  KeySchema key = {};
  std::vector<Index> indexes = {};
  std::string row_prefix = {};  ///< Of every item row: scope and number.

  const std::string& name() const { return *description.TableName; }

  const std::string& arn() const { return *description.TableArn; }

  const Index* find_index(std::string_view index_name) const;
  bool has_local_indexes() const;
  bool on_demand() const;

  bool streams() const { return stream_number != 0; }

  /// Whether it may be changed.
  bool active() const { return description.TableStatus == kActive; }

  /// Whether its items are read and written: not while it is created or filled (by a restore, an
  /// import, another replica), nor while it is deleted.
  bool serves() const { return active() || description.TableStatus == kUpdating; }

  /// Whether its writes go to replicas in other regions.
  bool replicated() const { return description.Replicas && !description.Replicas->empty(); }

  /// Fills the derived members from the description.
  void compile();
  std::string encode() const;
  static std::shared_ptr<Table> decode(std::string_view account, std::string_view region,
                                       std::string_view bytes);
};

using TablePtr = std::shared_ptr<const Table>;

/// Type of an attribute by the table's definitions; kNull if it is not defined.
Type defined_type(const api::TableDescription& description, std::string_view attribute);

}  // namespace cumulite::dynamodb
