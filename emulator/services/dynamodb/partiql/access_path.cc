#include "emulator/services/dynamodb/partiql/access_path.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "emulator/services/dynamodb/errors.h"
#include "emulator/services/dynamodb/keys.h"
#include "emulator/services/dynamodb/partiql/branches.h"
#include "emulator/services/dynamodb/request/read_page.h"
#include "storage/kv/key_codec.h"

namespace cumulite::dynamodb::partiql {
namespace {

using expression::KeyTest;

constexpr std::size_t kReadsMax = 50;

Error overlapping() {
  return errors::validation(
      "Overlapping conditions with range keys are not supported in where clause");
}

/// A branch whose partition key is known.
struct KeyedBranch {
  const AttributeValue* partition = nullptr;
  std::vector<KeyTest> sort_tests = {};
  bool negated_sort = false;  ///< A condition on the sort key that no range can hold.
  std::vector<std::string_view> filtered = {};  ///< Attributes other than the index's key.
  RowRange range = {};
};

Result<void> check_key_type(const KeyAttribute& attribute, const KeyTest& test) {
  if (test.value->type == attribute.type &&
      (test.upper == nullptr || test.upper->type == attribute.type)) {
    return {};
  }
  return errors::validation(
      fmt::format("Key attribute's data type should match its data type in table's schema: Key {}",
                  attribute.name));
}

/// Java's order of a small set of strings, in which the service lists them.
std::vector<std::string_view> set_order(std::vector<std::string_view> names) {
  const auto bucket = [](std::string_view name) {
    std::uint32_t hash = 0;
    for (const char c : name) hash = 31 * hash + static_cast<unsigned char>(c);
    return (hash ^ (hash >> 16)) & 15U;
  };
  std::stable_sort(names.begin(), names.end(),
                   [&](std::string_view a, std::string_view b) { return bucket(a) < bucket(b); });
  return names;
}

class Planner {
 public:
  Planner(const Table& table, const Index* index, const expression::BoundCondition& where)
      : table_(table),
        index_(index),
        schema_(index == nullptr ? table.key : index->key),
        where_(where) {}

  Result<AccessPath> run() {
    AccessPath out;
    auto branches = split_branches(where_, schema_);
    if (!branches) return out;
    for (const auto& branch : *branches) {
      auto keyed = read_branch(branch);
      if (!keyed) return out;
      branches_.push_back(std::move(*keyed));
    }
    CUMULITE_TRY(check_types());
    if (branches_.size() > kReadsMax) {
      return errors::validation("Too many decomposed read operations for a given query.");
    }
    for (auto& branch : branches_) CUMULITE_TRY(find_range(branch));
    CUMULITE_TRY(check_overlaps());
    CUMULITE_TRY(check_filters());
    out.keyed = true;
    collect(out);
    return out;
  }

 private:
  /// Nullopt if the branch does not name exactly one partition.
  std::optional<KeyedBranch> read_branch(const Branch& branch) const {
    KeyedBranch out;
    for (const auto& leaf : branch) {
      const auto test = key_test(leaf, where_.binding);
      const bool on_partition = test && test->attribute == schema_.hash().name;
      if (on_partition && test->kind == KeyTest::Kind::kEq) {
        if (out.partition != nullptr && !equal(*out.partition, *test->value)) return std::nullopt;
        out.partition = test->value;
        continue;
      }
      const auto* sort = schema_.range();
      if (test && sort != nullptr && test->attribute == sort->name) {
        out.sort_tests.push_back(*test);
        continue;
      }
      for (const auto& attribute : expression::top_attributes(*leaf.condition, where_.binding)) {
        if (sort != nullptr && attribute.name == sort->name) out.negated_sort = true;
        if (!schema_.has(attribute.name)) out.filtered.push_back(attribute.name);
      }
    }
    if (out.partition == nullptr) return std::nullopt;
    return out;
  }

  Result<void> check_types() const {
    for (const auto& branch : branches_) {
      KeyTest test;
      test.value = branch.partition;
      CUMULITE_TRY(check_key_type(schema_.hash(), test));
      for (const auto& sort : branch.sort_tests) {
        CUMULITE_TRY(check_key_type(*schema_.range(), sort));
      }
    }
    return {};
  }

  Result<void> find_range(KeyedBranch& branch) const {
    const std::string prefix = read_prefix(table_, index_);
    KeyTest partition;
    partition.attribute = schema_.hash().name;
    partition.value = branch.partition;
    expression::KeyTests tests;
    tests.tests.push_back(partition);
    CUMULITE_ASSIGN(auto whole, expression::resolve_key_range(tests, schema_, prefix));
    branch.range = {branch.partition, std::move(whole.from), std::move(whole.to)};
    for (const auto& sort : branch.sort_tests) {
      tests.tests = {partition, sort};
      CUMULITE_ASSIGN(auto part, expression::resolve_key_range(tests, schema_, prefix));
      branch.range.from = std::max(branch.range.from, part.from);
      branch.range.to = std::min(branch.range.to, part.to);
    }
    return {};
  }

  static bool overlap(const RowRange& a, const RowRange& b) {
    return std::max(a.from, b.from) < std::min(a.to, b.to);
  }

  Result<void> check_overlaps() const {
    for (std::size_t i = 1; i < branches_.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (branches_[i].negated_sort || branches_[j].negated_sort) continue;
        if (overlap(branches_[i].range, branches_[j].range)) return overlapping();
      }
    }
    return {};
  }

  std::vector<std::string_view> unprojected(const KeyedBranch& branch) const {
    std::vector<std::string_view> out;
    for (const auto name : branch.filtered) {
      if (index_->projects(name, table_.key)) continue;
      if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
    }
    return set_order(std::move(out));
  }

  /// A keyed read of an index may only filter on what the index holds. Recorded answers: a read of
  /// several partitions passes if one of them does.
  Result<void> check_filters() const {
    if (index_ == nullptr) return {};
    const KeyedBranch* last = nullptr;
    for (const auto& branch : branches_) {
      if (unprojected(branch).empty()) return {};
      if (last == nullptr || compare_scalars(*last->partition, *branch.partition) < 0) {
        last = &branch;
      }
    }
    return errors::invalid_parameter(
        fmt::format("Secondary index {} does not project one or more filter attributes: [{}]",
                    index_->name, fmt::join(unprojected(*last), ", ")));
  }

  void collect(AccessPath& out) const {
    std::vector<const AttributeValue*> partitions;
    for (const auto& branch : branches_) {
      const bool known = std::any_of(partitions.begin(), partitions.end(), [&](const auto* other) {
        return equal(*other, *branch.partition);
      });
      if (!known) partitions.push_back(branch.partition);
      if (branch.range.from >= branch.range.to) continue;
      auto same = std::find_if(out.ranges.begin(), out.ranges.end(),
                               [&](const RowRange& other) { return overlap(other, branch.range); });
      if (same == out.ranges.end()) {
        out.ranges.push_back(branch.range);
      } else {
        same->from = std::min(same->from, branch.range.from);
        same->to = std::max(same->to, branch.range.to);
      }
    }
    // Within a partition the rows come in the order of their keys.
    std::stable_sort(out.ranges.begin(), out.ranges.end(),
                     [](const RowRange& a, const RowRange& b) {
                       return equal(*a.partition, *b.partition) && a.from < b.from;
                     });
    out.partitions = partitions.size();
  }

  const Table& table_;
  const Index* index_;
  const KeySchema& schema_;
  const expression::BoundCondition& where_;
  std::vector<KeyedBranch> branches_;
};

}  // namespace

Result<AccessPath> find_access_path(const Table& table, const Index* index,
                                    const expression::BoundCondition* where) {
  AccessPath out;
  if (where != nullptr) {
    CUMULITE_ASSIGN(out, Planner(table, index, *where).run());
    if (out.keyed) return out;
  }
  auto all = keys::segment(read_prefix(table, index), 0, 1);
  out.ranges.push_back({nullptr, std::move(all.from), std::move(all.to)});
  return out;
}

KeyedCondition split_key(const KeySchema& schema, const expression::BoundCondition* where,
                         bool lists) {
  KeyedCondition out;
  if (where == nullptr) return out;
  std::vector<expression::Condition> rest;
  for (const auto& leaf : flatten(where->parsed->root)) {
    const auto test = key_test(leaf, where->binding);
    const bool list = leaf.condition->kind == expression::Condition::Kind::kIn;
    const bool names_key =
        test && test->kind == KeyTest::Kind::kEq && schema.has(test->attribute) && (lists || !list);
    if (names_key) {
      const auto* known = find(std::as_const(out.key), test->attribute);
      if (known == nullptr) {
        out.key.emplace_back(test->attribute, *test->value);
        continue;
      }
      if (equal(*known, *test->value)) continue;
      if (!out.conflict) out.conflict = std::string(test->attribute);
    }
    rest.push_back(*leaf.condition);
  }
  out.complete = out.key.size() == schema.attributes.size();
  if (rest.empty()) return out;
  auto parsed = std::make_shared<expression::ParsedCondition>();
  parsed->vocabulary = where->parsed->vocabulary;
  parsed->root.kind = expression::Condition::Kind::kAnd;
  parsed->root.children = std::move(rest);
  expression::Binding binding;
  for (const auto& name : parsed->vocabulary.names) binding.names.emplace_back(name);
  binding.values = where->binding.values;
  out.rest = expression::BoundCondition{std::move(parsed), std::move(binding), where->owned};
  return out;
}

}  // namespace cumulite::dynamodb::partiql
