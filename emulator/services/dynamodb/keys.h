#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/core/spaces.h"
#include "emulator/services/dynamodb/item/value.h"

/// Every row key of the service is made and parsed here.
///
///   kDynamoDb         scope 't' part(table)                      -> the table
///   kDynamoDb         scope kind part(...)                       -> settings beside the table
///   kDynamoDb         scope kind part(table) part(id)            -> backups, exports, imports
///   kDynamoDb         scope 'x' part(table) kind part(id)        -> companions of the table
///   kDynamoDbItems    scope u64(table) hash16 [part(sort)]       -> the item
///   kDynamoDbIndexes  scope u64(table) u8(index) hash16 parts(sort) hash16(primary key) -> its
///   copy
///   kDynamoDbIndexes  scope u64(table) 0 <rest of item row> i64(ms) -> what the item was until
///   then kDynamoDbIndexes  scope u64(table) 255 <rest of item row>    -> stamp of its last write
///
/// scope = part(account) part(region). hash16 is a hash of the partition key: rows of a partition
/// stand together in the order of the sort key, partitions in no order, as in DynamoDB, and a
/// segment of a parallel scan is a range of hashes.
namespace cumulite::dynamodb {

struct Table;
struct Index;
struct KeySchema;

namespace keys {

inline constexpr std::size_t kHashBytes = 16;

std::string scope(std::string_view account, std::string_view region);
std::string table_row(std::string_view account, std::string_view region, std::string_view name);
/// Prefix of all table rows in the scope.
std::string table_rows(std::string_view account, std::string_view region);
/// A row of settings: `kind` is one letter other than 't'.
std::string setting_row(std::string_view account, std::string_view region, char kind,
                        std::string_view id);

/// A row of something made from a table, which outlives it: kind 'b' backups, 'e' exports, 'm'
/// imports, 'u' bulk puts, 'r' restores to do. In the order of tables, then ids.
std::string part_row(std::string_view account, std::string_view region, char kind,
                     std::string_view table, std::string_view id);
/// Prefix of all of that kind, of one table if it is not empty.
std::string part_rows(std::string_view account, std::string_view region, char kind,
                      std::string_view table);

/// Prefix of the table's companions (companions.h).
std::string companion_rows(std::string_view account, std::string_view region,
                           std::string_view table);

/// Account, region and table name of a table row; nullopt for another row of the space.
struct TableRowName {
  std::string account;
  std::string region;
  std::string name;
};

std::optional<TableRowName> parse_table_row(std::string_view key);

std::string table_prefix(std::string_view account, std::string_view region, std::uint64_t number);
std::string index_prefix(const Table& table, const Index& index);
/// Prefix of the table's change log: pseudo index 0.
std::string log_prefix(const Table& table);
/// Row of the write stamp of an item of a replicated table: pseudo index 255.
std::string stamp_row(const Table& table, std::string_view item_row);
std::string stamp_prefix(const Table& table);

/// The item's row. `key` holds at least the key attributes, of the right types.
std::string item_row(const Table& table, const Item& key);
/// The item's row in the index; nullopt if it lacks a key attribute (sparse index).
std::optional<std::string> index_row(const Table& table, const Index& index, const Item& item);

/// Prefix of the rows of one partition: `item` holds the partition attributes.
std::string partition_prefix(std::string_view rows_prefix, const KeySchema& key, const Item& item);
/// Appends the ordered form of a sort attribute's value.
void append_sort(std::string& key, const AttributeValue& value);
/// The same without its end: the prefix of all values that start with this string or binary.
void append_sort_prefix(std::string& key, const AttributeValue& value);

/// First and past-the-last row of a segment of a parallel scan over the rows.
struct Range {
  std::string from;
  std::string to;
};

Range segment(std::string_view rows_prefix, std::uint32_t segment, std::uint32_t total);

}  // namespace keys
}  // namespace cumulite::dynamodb
