#include "emulator/services/dynamodb/request/parameters.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "emulator/services/dynamodb/errors.h"
#include "emulator/services/dynamodb/item/key_check.h"
#include "emulator/services/dynamodb/keys.h"

namespace cumulite::dynamodb {
namespace {

std::vector<std::string_view> given_names(std::initializer_list<ParameterUse> parameters) {
  std::vector<std::string_view> out;
  for (const auto& parameter : parameters) {
    if (parameter.given) out.push_back(parameter.name);
  }
  return out;
}

bool takes_values(std::string_view parameter) {
  return parameter != "ProjectionExpression";
}

Result<expression::Projection> read_attributes_to_get(const std::vector<std::string>& names) {
  if (names.empty()) {
    return errors::validation(
        "1 validation error detected: Value '[]' at 'attributesToGet' failed to satisfy "
        "constraint: Member must have length greater than or equal to 1");
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty()) return errors::invalid_parameter("Empty attribute name");
    if (names[i].size() > 65535) {
      return errors::invalid_parameter(
          "Attribute name is too large, must be less than 65536 bytes");
    }
    const auto end = names.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(names.begin(), end, names[i]) != end) {
      return errors::invalid_parameter(
          fmt::format("Duplicate value in attribute name: {}", names[i]));
    }
  }
  return expression::Projection::of_attributes(names);
}

bool is_index_key(const Table& table, std::string_view name) {
  return std::any_of(table.indexes.begin(), table.indexes.end(),
                     [&](const Index& index) { return index.key.has(name); });
}

api::Capacity capacity_of(double units) {
  api::Capacity out;
  out.CapacityUnits = units;
  return out;
}

void add_index_capacity(api::ConsumedCapacity& out, const Index& index, double units) {
  auto& map = index.global ? out.GlobalSecondaryIndexes : out.LocalSecondaryIndexes;
  if (!map) map.emplace();
  map->emplace_back(index.name, capacity_of(units));
}

void add_units(std::optional<double>& sum, const std::optional<double>& more) {
  if (more) sum = sum.value_or(0) + *more;
}

void add_units(api::Capacity& sum, const api::Capacity& more) {
  add_units(sum.CapacityUnits, more.CapacityUnits);
  add_units(sum.ReadCapacityUnits, more.ReadCapacityUnits);
  add_units(sum.WriteCapacityUnits, more.WriteCapacityUnits);
}

void add_map(std::optional<model::Map<api::Capacity>>& total,
             const std::optional<model::Map<api::Capacity>>& more) {
  if (!more) return;
  if (!total) total.emplace();
  for (const auto& [name, capacity] : *more) {
    auto same = std::find_if(total->begin(), total->end(),
                             [&](const auto& entry) { return entry.first == name; });
    if (same == total->end()) {
      total->emplace_back(name, capacity);
    } else {
      add_units(same->second, capacity);
    }
  }
}

bool wants_capacity(const std::optional<std::string>& wanted) {
  return wanted == "TOTAL" || wanted == "INDEXES";
}

}  // namespace

Result<void> check_styles(std::initializer_list<ParameterUse> expressions,
                          std::initializer_list<ParameterUse> legacy, bool names_given,
                          bool values_given) {
  const auto used = given_names(expressions);
  const auto old = given_names(legacy);
  if (!used.empty() && !old.empty()) {
    return errors::validation(
        fmt::format("Can not use both expression and non-expression parameters in the same "
                    "request: Non-expression parameters: {{{}}} Expression parameters: {{{}}}",
                    fmt::join(old, ", "), fmt::join(used, ", ")));
  }
  if (names_given && used.empty()) {
    return errors::validation(
        "ExpressionAttributeNames can only be specified when using expressions");
  }
  std::vector<std::string_view> with_values;
  bool any = false;
  for (const auto& parameter : expressions) {
    if (!takes_values(parameter.name)) continue;
    with_values.push_back(parameter.name);
    any = any || parameter.given;
  }
  if (values_given && !any && !with_values.empty()) {
    return errors::validation(
        fmt::format("ExpressionAttributeValues can only be specified when using expressions: {} {} "
                    "null",
                    fmt::join(with_values, " and "), with_values.size() > 1 ? "are" : "is"));
  }
  return {};
}

Result<std::optional<expression::Projection>> bind_projection_parameters(
    const std::optional<std::string>& projection_expression,
    const std::optional<std::vector<std::string>>& attributes_to_get,
    expression::Placeholders& placeholders) {
  std::optional<expression::Projection> out;
  if (projection_expression) {
    CUMULITE_ASSIGN(const auto bound,
                    expression::bind_projection(*projection_expression, placeholders));
    out.emplace(bound);
  } else if (attributes_to_get) {
    CUMULITE_ASSIGN(out, read_attributes_to_get(*attributes_to_get));
  }
  return out;
}

Result<void> check_nested_path(const Table& table, std::string_view name) {
  if (table.key.has(name)) return errors::nested_key_path(name, false);
  if (is_index_key(table, name)) return errors::nested_key_path(name, true);
  return {};
}

Result<void> check_projection_keys(const Table& table, const expression::Projection& projection) {
  for (const auto name : projection.nested_names()) CUMULITE_TRY(check_nested_path(table, name));
  return {};
}

Result<void> check_condition_keys(const Table& table, const expression::BoundCondition& condition) {
  for (const auto& attribute :
       expression::top_attributes(condition.parsed->root, condition.binding)) {
    if (attribute.nested) CUMULITE_TRY(check_nested_path(table, attribute.name));
  }
  return {};
}

std::optional<api::ConsumedCapacity> write_capacity(const std::optional<std::string>& wanted,
                                                    const Table& table, const WriteUnits& units) {
  if (!wants_capacity(wanted)) return std::nullopt;
  api::ConsumedCapacity out;
  out.TableName = table.name();
  out.CapacityUnits = units.total();
  if (wanted == "INDEXES") {
    out.Table = capacity_of(units.table);
    for (const auto& [index, used] : units.indexes) add_index_capacity(out, *index, used);
  }
  return out;
}

double read_units(std::size_t bytes, bool consistent) {
  const auto blocks = std::max<std::size_t>((bytes + 4095) / 4096, 1);
  return static_cast<double>(blocks) * (consistent ? 1.0 : 0.5);
}

std::optional<api::ConsumedCapacity> read_capacity(const std::optional<std::string>& wanted,
                                                   const Table& table, const Index* index,
                                                   double table_units, double index_units) {
  if (!wants_capacity(wanted)) return std::nullopt;
  api::ConsumedCapacity out;
  out.TableName = table.name();
  out.CapacityUnits = table_units + index_units;
  if (wanted == "INDEXES") {
    out.Table = capacity_of(table_units);
    if (index != nullptr) add_index_capacity(out, *index, index_units);
  }
  return out;
}

void add_capacity(api::ConsumedCapacity& total, const api::ConsumedCapacity& more) {
  add_units(total.CapacityUnits, more.CapacityUnits);
  add_units(total.ReadCapacityUnits, more.ReadCapacityUnits);
  add_units(total.WriteCapacityUnits, more.WriteCapacityUnits);
  if (more.Table) {
    if (!total.Table) total.Table.emplace();
    add_units(*total.Table, *more.Table);
  }
  add_map(total.GlobalSecondaryIndexes, more.GlobalSecondaryIndexes);
  add_map(total.LocalSecondaryIndexes, more.LocalSecondaryIndexes);
}

std::optional<api::ItemCollectionMetrics> collection_metrics(
    const storage::Reader& reader, const std::optional<std::string>& wanted, const Table& table,
    const Item& key) {
  if (wanted != "SIZE" || !table.has_local_indexes()) return std::nullopt;
  api::ItemCollectionMetrics out;
  out.ItemCollectionKey.emplace();
  out.ItemCollectionKey->emplace_back(table.key.hash().name, *find(key, table.key.hash().name));
  // DynamoDB estimates in whole gigabytes.
  const auto bytes = collection_bytes(reader, table, keys::item_row(table, key));
  const auto gigabytes = static_cast<double>(bytes >> 30);
  out.SizeEstimateRangeGB = std::vector<double>{gigabytes, gigabytes + 1};
  return out;
}

}  // namespace cumulite::dynamodb
