#include "emulator/services/dynamodb/table/table.h"

#include <algorithm>

#include "emulator/services/dynamodb/keys.h"
#include "protocol/codec/json_reader.h"
#include "protocol/codec/json_writer.h"
#include "storage/kv/key_codec.h"
#include "storage/kv/store.h"

namespace cumulite::dynamodb {
namespace {

// In the word that holds the next index number: the two numbers of the recovery follow.
constexpr std::uint32_t kHasRecovery = 1U << 8;
constexpr std::uint32_t kDeletionAnswered = 1U << 9;
constexpr std::uint32_t kHasNextUnits = 1U << 10;  // Three numbers, after those of the recovery.
constexpr std::uint32_t kHasNextClass = 1U << 11;  // A text, then.
constexpr std::uint32_t kHasNextKey = 1U << 12;    // Another.
constexpr std::uint32_t kHasChanges = 1U << 13;

[[noreturn]] void corrupt() {
  throw storage::StorageError("corrupt DynamoDB table row");
}

template <class T>
T require(std::optional<T> value) {
  if (!value) corrupt();
  return std::move(*value);
}

/// The shape of DescribeTable's `Table`, by which descriptions are kept as JSON.
const model::Shape& table_description_shape() {
  static const model::Shape* shape = [] {
    for (const auto& member : api::op::DescribeTable::info().output->members) {
      if (member.name == "Table") return member.shape;
    }
    return static_cast<const model::Shape*>(nullptr);
  }();
  return *shape;
}

KeySchema compile_key(const api::TableDescription& description,
                      const std::vector<api::KeySchemaElement>& elements) {
  KeySchema out;
  for (const char* kind : {"HASH", "RANGE"}) {
    for (const auto& element : elements) {
      if (element.KeyType != kind) continue;
      out.attributes.push_back(
          {*element.AttributeName, defined_type(description, *element.AttributeName)});
      if (element.KeyType == "HASH") ++out.hash_count;
    }
  }
  return out;
}

void compile_projection(const std::optional<api::Projection>& projection, Index& index) {
  if (!projection || !projection->ProjectionType) return;
  if (*projection->ProjectionType == "KEYS_ONLY") index.projection = ProjectionKind::kKeysOnly;
  if (*projection->ProjectionType == "INCLUDE") {
    index.projection = ProjectionKind::kInclude;
    index.included = projection->NonKeyAttributes.value_or(std::vector<std::string>{});
  }
}

IndexStatus compile_status(const api::GlobalSecondaryIndexDescription& from) {
  if (from.IndexStatus == kUpdating) return IndexStatus::kUpdating;
  if (from.IndexStatus == kDeleting) return IndexStatus::kDeleting;
  if (from.IndexStatus != kCreating) return IndexStatus::kActive;
  if (!from.Backfilling) return IndexStatus::kCreating;
  return *from.Backfilling ? IndexStatus::kFilled : IndexStatus::kAllocated;
}

template <class Description>
Index compile_index(const Table& table, const Description& from, bool global) {
  Index out;
  out.name = *from.IndexName;
  out.global = global;
  for (const auto& [name, number] : table.index_numbers) {
    if (name == out.name) out.number = number;
  }
  if constexpr (std::is_same_v<Description, api::GlobalSecondaryIndexDescription>) {
    out.status = compile_status(from);
  }
  out.key = compile_key(table.description, *from.KeySchema);
  compile_projection(from.Projection, out);
  return out;
}

}  // namespace

bool KeySchema::has(std::string_view name) const {
  return std::any_of(attributes.begin(), attributes.end(),
                     [&](const KeyAttribute& attribute) { return attribute.name == name; });
}

bool Index::projects(std::string_view attribute, const KeySchema& table_key) const {
  return projection == ProjectionKind::kAll || key.has(attribute) || table_key.has(attribute) ||
         std::find(included.begin(), included.end(), attribute) != included.end();
}

const Index* Table::find_index(std::string_view index_name) const {
  for (const auto& index : indexes) {
    if (index.name == index_name) return &index;
  }
  return nullptr;
}

bool Table::has_local_indexes() const {
  return std::any_of(indexes.begin(), indexes.end(),
                     [](const Index& index) { return !index.global; });
}

bool Table::on_demand() const {
  return description.BillingModeSummary &&
         description.BillingModeSummary->BillingMode == "PAY_PER_REQUEST";
}

void Table::compile() {
  key = compile_key(description, *description.KeySchema);
  indexes.clear();
  if (description.LocalSecondaryIndexes) {
    for (const auto& local : *description.LocalSecondaryIndexes) {
      indexes.push_back(compile_index(*this, local, false));
    }
  }
  if (description.GlobalSecondaryIndexes) {
    for (const auto& global : *description.GlobalSecondaryIndexes) {
      indexes.push_back(compile_index(*this, global, true));
    }
  }
  row_prefix = keys::table_prefix(account, region, number);
}

std::string Table::encode() const {
  std::string out;
  storage::append_u64(out, number);
  storage::append_u64(out, stream_number);
  storage::append_u32(out, next_index_number | (recovery ? kHasRecovery : 0) |
                               (deletion_answered ? kDeletionAnswered : 0) |
                               (next_units ? kHasNextUnits : 0) |
                               (next_class.empty() ? 0 : kHasNextClass) |
                               (next_key ? kHasNextKey : 0) | (changes.empty() ? 0 : kHasChanges));
  if (recovery) {
    storage::append_i64(out, recovery->enabled_ms);
    storage::append_u32(out, static_cast<std::uint32_t>(recovery->period_days));
  }
  if (next_units) {
    storage::append_i64(out, *next_units->ReadCapacityUnits);
    storage::append_i64(out, *next_units->WriteCapacityUnits);
    storage::append_i64(out, *next_units->NumberOfDecreasesToday);
  }
  if (!next_class.empty()) storage::append_part(out, next_class);
  if (next_key) storage::append_part(out, *next_key);
  if (!changes.empty()) changes.encode(out);
  storage::append_part(out, ttl_attribute);
  storage::append_u32(out, static_cast<std::uint32_t>(index_numbers.size()));
  for (const auto& [index_name, index_number] : index_numbers) {
    storage::append_part(out, index_name);
    storage::append_u32(out, index_number);
  }
  codec::write_json(table_description_shape(), &description, false, out);
  return out;
}

std::shared_ptr<Table> Table::decode(std::string_view account, std::string_view region,
                                     std::string_view bytes) {
  auto table = std::make_shared<Table>();
  table->account = std::string(account);
  table->region = std::string(region);
  table->number = require(storage::take_u64(bytes));
  table->stream_number = require(storage::take_u64(bytes));
  const auto numbers = require(storage::take_u32(bytes));
  table->next_index_number = static_cast<std::uint8_t>(numbers);
  if ((numbers & kHasRecovery) != 0) {
    table->recovery.emplace();
    table->recovery->enabled_ms = require(storage::take_i64(bytes));
    table->recovery->period_days = static_cast<std::int32_t>(require(storage::take_u32(bytes)));
  }
  table->deletion_answered = (numbers & kDeletionAnswered) != 0;
  if ((numbers & kHasNextUnits) != 0) {
    auto& units = table->next_units.emplace();
    units.ReadCapacityUnits = require(storage::take_i64(bytes));
    units.WriteCapacityUnits = require(storage::take_i64(bytes));
    units.NumberOfDecreasesToday = require(storage::take_i64(bytes));
  }
  if ((numbers & kHasNextClass) != 0) table->next_class = require(storage::take_part(bytes));
  if ((numbers & kHasNextKey) != 0) table->next_key = require(storage::take_part(bytes));
  if ((numbers & kHasChanges) != 0) table->changes = require(ChangeTimes::decode(bytes));
  table->ttl_attribute = require(storage::take_part(bytes));
  const auto count = require(storage::take_u32(bytes));
  for (std::uint32_t i = 0; i < count; ++i) {
    auto index_name = require(storage::take_part(bytes));
    table->index_numbers.emplace_back(std::move(index_name),
                                      static_cast<std::uint8_t>(require(storage::take_u32(bytes))));
  }
  if (!codec::read_json(bytes, table_description_shape(), {}, &table->description).ok() ||
      !table->description.KeySchema || !table->description.TableName) {
    corrupt();
  }
  if (table->description.TableStatus == kDeleting && !table->deletion_answered) {
    table->description.TableStatus = std::string(kActive);  // It did not happen.
  }
  table->compile();
  return table;
}

Type defined_type(const api::TableDescription& description, std::string_view attribute) {
  for (const auto& definition : *description.AttributeDefinitions) {
    if (definition.AttributeName != attribute) continue;
    if (definition.AttributeType == "S") return Type::kS;
    return definition.AttributeType == "N" ? Type::kN : Type::kB;
  }
  return Type::kNull;
}

}  // namespace cumulite::dynamodb
