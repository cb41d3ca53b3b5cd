#include "emulator/services/dynamodb/expression/ast.h"

namespace cumulite::dynamodb::expression {
namespace {

std::uint32_t slot_of(std::vector<std::string>& table, std::string_view text) {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table[i] == text) return static_cast<std::uint32_t>(i);
  }
  table.emplace_back(text);
  return static_cast<std::uint32_t>(table.size() - 1);
}

}  // namespace

std::uint32_t Vocabulary::name_slot(std::string_view name) {
  return slot_of(names, name);
}

std::uint32_t Vocabulary::value_slot(std::string_view value) {
  return slot_of(values, value);
}

std::string_view symbol(Comparator comparator) {
  switch (comparator) {
    case Comparator::kEq:
      return "=";
    case Comparator::kNe:
      return "<>";
    case Comparator::kLt:
      return "<";
    case Comparator::kLe:
      return "<=";
    case Comparator::kGt:
      return ">";
    case Comparator::kGe:
      return ">=";
  }
  return "";
}

Condition Condition::group(Kind kind, std::vector<Condition> children) {
  Condition out;
  out.kind = kind;
  out.children = std::move(children);
  return out;
}

}  // namespace cumulite::dynamodb::expression
