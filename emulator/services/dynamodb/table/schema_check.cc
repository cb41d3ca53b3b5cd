#include "emulator/services/dynamodb/table/schema_check.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "emulator/services/dynamodb/errors.h"

namespace cumulite::dynamodb {
namespace {

using Elements = std::vector<api::KeySchemaElement>;

constexpr std::int64_t kUnitsMax = 1'000'000'000'000;
constexpr std::size_t kGlobalKeyAttributesMax = 4;

std::vector<std::string> names_of(const Elements& elements) {
  std::vector<std::string> out;
  for (const auto& element : elements) out.push_back(*element.AttributeName);
  return out;
}

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Result<void> check_defined(const Elements& elements, const std::vector<std::string>& definitions) {
  const auto keys = names_of(elements);
  if (std::all_of(keys.begin(), keys.end(),
                  [&](const std::string& key) { return has(definitions, key); })) {
    return {};
  }
  return errors::invalid_parameter(
      fmt::format("Some index key attributes are not defined in AttributeDefinitions. Keys: [{}], "
                  "AttributeDefinitions: [{}]",
                  fmt::join(keys, ", "), fmt::join(definitions, ", ")));
}

/// One HASH, at most one RANGE, in this order, under different names.
Result<void> check_simple_key(const Elements& elements) {
  if (elements.size() > 2) {
    std::vector<std::string> shown;
    for (const auto& element : elements) {
      shown.push_back(fmt::format("KeySchemaElement(attributeName={}, keyType={})",
                                  *element.AttributeName, *element.KeyType));
    }
    return errors::validation(
        fmt::format("1 validation error detected: Value '[{}]' at 'keySchema' failed to satisfy "
                    "constraint: Member must have length less than or equal to 2",
                    fmt::join(shown, ", ")));
  }
  if (elements.size() == 2 && elements[0].AttributeName == elements[1].AttributeName) {
    return errors::validation(
        "Both the Hash Key and the Range Key element in the KeySchema have the same name");
  }
  if (elements[0].KeyType != "HASH") {
    return errors::validation(
        "Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  }
  if (elements.size() == 2 && elements[1].KeyType != "RANGE") {
    return errors::validation(
        "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
  }
  return {};
}

/// A GSI's key: one to four HASH elements, then up to four RANGE elements, all different.
Result<void> check_global_key(const Elements& elements) {
  if (elements[0].KeyType != "HASH") {
    return errors::validation(
        "Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  }
  if (elements.size() <= 2) {
    const bool two_hashes = elements.size() == 2 && elements[1].KeyType == "HASH";
    if (!two_hashes) return check_simple_key(elements);
  }
  std::set<std::string> names;
  std::size_t hashes = 0;
  bool ranges = false;
  for (const auto& element : elements) {
    if (!names.insert(*element.AttributeName).second) {
      return errors::validation(
          "The KeySchema contains multiple key attributes with the same name");
    }
    if (element.KeyType == "HASH") {
      if (ranges) {
        return errors::invalid_parameter(
            "All HASH key attributes must precede RANGE key attributes in the KeySchema");
      }
      ++hashes;
    } else {
      ranges = true;
    }
  }
  if (hashes > kGlobalKeyAttributesMax || elements.size() - hashes > kGlobalKeyAttributesMax) {
    return errors::invalid_parameter(
        fmt::format("The KeySchema exceeds the maximum allowed number of {} key attributes",
                    hashes > kGlobalKeyAttributesMax ? "HASH" : "RANGE"));
  }
  return {};
}

Result<void> check_projection(const std::optional<api::Projection>& projection) {
  if (!projection || !projection->ProjectionType) {
    return errors::invalid_parameter("Unknown ProjectionType: null");
  }
  const auto& type = *projection->ProjectionType;
  if (projection->NonKeyAttributes && type != "INCLUDE") {
    return errors::invalid_parameter(
        fmt::format("ProjectionType is {}, but NonKeyAttributes is specified", type));
  }
  if (type == "INCLUDE" &&
      (!projection->NonKeyAttributes || projection->NonKeyAttributes->empty())) {
    return errors::invalid_parameter(
        "ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
  }
  if (projection->NonKeyAttributes) {
    std::set<std::string> seen;
    for (const auto& name : *projection->NonKeyAttributes) {
      if (!seen.insert(name).second) {
        return errors::invalid_parameter(
            fmt::format("Duplicate element in NonKeyAttributes: {}", name));
      }
    }
  }
  return {};
}

std::size_t projected_count(const std::optional<api::Projection>& projection) {
  if (!projection || !projection->NonKeyAttributes) return 0;
  return projection->NonKeyAttributes->size();
}

Result<void> check_billing(const api::CreateTableInput& in) {
  if (in.BillingMode == "PAY_PER_REQUEST") {
    if (!in.ProvisionedThroughput) return {};
    return errors::invalid_parameter(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
        "PAY_PER_REQUEST");
  }
  if (!in.ProvisionedThroughput || !in.ProvisionedThroughput->ReadCapacityUnits ||
      !in.ProvisionedThroughput->WriteCapacityUnits) {
    return errors::invalid_parameter(
        "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is "
        "PROVISIONED");
  }
  return check_throughput(in.ProvisionedThroughput);
}

Result<void> check_local_index(const api::CreateTableInput& in,
                               const api::LocalSecondaryIndex& index,
                               const std::vector<std::string>& definitions) {
  CUMULITE_TRY(check_defined(*index.KeySchema, definitions));
  CUMULITE_TRY(check_simple_key(*index.KeySchema));
  if (index.KeySchema->size() != 2) {
    return errors::invalid_parameter(
        fmt::format("Index KeySchema does not have a range key for index: {}", *index.IndexName));
  }
  const auto& index_hash = *index.KeySchema->front().AttributeName;
  const auto& table_hash = *in.KeySchema->front().AttributeName;
  if (index_hash != table_hash) {
    return errors::invalid_parameter(
        fmt::format("Index KeySchema does not have the same leading hash key as table KeySchema "
                    "for index: {}. index hash key: {}, table hash key: {}",
                    *index.IndexName, index_hash, table_hash));
  }
  return check_projection(index.Projection);
}

Result<void> check_index_name(std::set<std::string>& seen, const std::string& name) {
  if (seen.insert(name).second) return {};
  return errors::invalid_parameter(fmt::format("Duplicate index name: {}", name));
}

Result<void> check_local_indexes(const api::CreateTableInput& in,
                                 const std::vector<std::string>& definitions,
                                 std::set<std::string>& seen) {
  if (!in.LocalSecondaryIndexes) return {};
  if (in.LocalSecondaryIndexes->empty()) {
    return errors::invalid_parameter("List of LocalSecondaryIndexes is empty");
  }
  if (in.KeySchema->size() != 2) {
    return errors::invalid_parameter(
        "Table KeySchema does not have a range key, which is required when specifying a "
        "LocalSecondaryIndex");
  }
  for (const auto& index : *in.LocalSecondaryIndexes) {
    CUMULITE_TRY(check_local_index(in, index, definitions));
    CUMULITE_TRY(check_index_name(seen, *index.IndexName));
  }
  if (in.LocalSecondaryIndexes->size() > kLocalIndexesMax) {
    return errors::invalid_parameter(
        "Number of LocalSecondaryIndexes exceeds per-table limit of 5");
  }
  return {};
}

Result<void> check_global_indexes(const api::CreateTableInput& in,
                                  const std::vector<std::string>& definitions,
                                  std::set<std::string>& seen) {
  if (!in.GlobalSecondaryIndexes) return {};
  if (in.GlobalSecondaryIndexes->empty()) {
    return errors::invalid_parameter("List of GlobalSecondaryIndexes is empty");
  }
  for (const auto& index : *in.GlobalSecondaryIndexes) {
    const bool on_demand = in.BillingMode == "PAY_PER_REQUEST";
    CUMULITE_TRY(check_global_index(index, definitions, on_demand));
    if (!on_demand && !index.ProvisionedThroughput) {
      return errors::invalid_parameter(
          fmt::format("ProvisionedThroughput is not specified for index: {}", *index.IndexName));
    }
    CUMULITE_TRY(check_index_name(seen, *index.IndexName));
  }
  if (in.GlobalSecondaryIndexes->size() > kGlobalIndexesMax) {
    return errors::invalid_parameter(
        "GlobalSecondaryIndex count exceeds the per-table limit of 20");
  }
  return {};
}

/// Every definition is used by some key, and no more attributes are projected than allowed.
Result<void> check_totals(const api::CreateTableInput& in,
                          const std::vector<std::string>& definitions) {
  std::set<std::string> used;
  std::size_t projected = 0;
  const auto add = [&](const Elements& elements) {
    for (auto& name : names_of(elements)) used.insert(std::move(name));
  };
  add(*in.KeySchema);
  if (in.LocalSecondaryIndexes) {
    for (const auto& index : *in.LocalSecondaryIndexes) {
      add(*index.KeySchema);
      projected += projected_count(index.Projection);
    }
  }
  if (in.GlobalSecondaryIndexes) {
    for (const auto& index : *in.GlobalSecondaryIndexes) {
      add(*index.KeySchema);
      projected += projected_count(index.Projection);
    }
  }
  if (used.size() != definitions.size()) {
    if (!in.LocalSecondaryIndexes && !in.GlobalSecondaryIndexes) {
      return errors::invalid_parameter(
          "Number of attributes in KeySchema does not exactly match number of attributes defined "
          "in AttributeDefinitions");
    }
    return errors::invalid_parameter(fmt::format(
        "Some AttributeDefinitions are not used. AttributeDefinitions: [{}], keys used: [{}]",
        fmt::join(definitions, ", "), fmt::join(used, ", ")));
  }
  if (projected > kProjectedAttributesMax) {
    return errors::invalid_parameter(
        fmt::format("Number of NonKeyAttributes projected exceeds the limit of {} per table",
                    kProjectedAttributesMax));
  }
  return {};
}

Result<std::vector<std::string>> definition_names(const api::CreateTableInput& in) {
  std::vector<std::string> out;
  for (const auto& definition : *in.AttributeDefinitions) {
    if (has(out, *definition.AttributeName)) {
      return errors::validation(
          fmt::format("Attribute Name is duplicated: {}", *definition.AttributeName));
    }
    out.push_back(*definition.AttributeName);
  }
  return out;
}

}  // namespace

Result<void> check_throughput(const std::optional<api::ProvisionedThroughput>& throughput) {
  if (!throughput) return {};
  const auto check = [](const std::optional<std::int64_t>& units,
                        std::string_view name) -> Result<void> {
    if (!units || *units <= kUnitsMax) return {};
    return errors::validation(fmt::format("Given value {} for {} is out of bounds", *units, name));
  };
  CUMULITE_TRY(check(throughput->ReadCapacityUnits, "ReadCapacityUnits"));
  return check(throughput->WriteCapacityUnits, "WriteCapacityUnits");
}

Result<void> check_global_index(const api::GlobalSecondaryIndex& index,
                                const std::vector<std::string>& definitions, bool on_demand) {
  CUMULITE_TRY(check_defined(*index.KeySchema, definitions));
  CUMULITE_TRY(check_global_key(*index.KeySchema));
  CUMULITE_TRY(check_projection(index.Projection));
  if (on_demand && index.ProvisionedThroughput) {
    return errors::invalid_parameter(
        fmt::format("ProvisionedThroughput should not be specified for index: {} when BillingMode "
                    "is PAY_PER_REQUEST",
                    *index.IndexName));
  }
  return check_throughput(index.ProvisionedThroughput);
}

Result<void> check_schema(const api::CreateTableInput& in) {
  CUMULITE_TRY(check_billing(in));
  CUMULITE_ASSIGN(const auto definitions, definition_names(in));
  if (in.KeySchema->size() > definitions.size()) {
    return errors::validation("Invalid KeySchema: Some index key attribute have no definition");
  }
  CUMULITE_TRY(check_defined(*in.KeySchema, definitions));
  CUMULITE_TRY(check_simple_key(*in.KeySchema));
  std::set<std::string> index_names;
  CUMULITE_TRY(check_local_indexes(in, definitions, index_names));
  CUMULITE_TRY(check_global_indexes(in, definitions, index_names));
  return check_totals(in, definitions);
}

}  // namespace cumulite::dynamodb
