#include "emulator/services/dynamodb/expression/update_charge.h"

#include <string>

#include "emulator/services/dynamodb/item/value.h"

namespace cumulite::dynamodb::expression {
namespace {

constexpr std::size_t kUpdateBytes = 3;
constexpr std::size_t kWriteBytes = 19;    // SET and ADD
constexpr std::size_t kTakeAwayBytes = 1;  // REMOVE and DELETE
constexpr std::size_t kPathBytes = 1;
constexpr std::size_t kReadElementBytes = 14;
constexpr std::size_t kWrittenElementBytes = 4;

/// A name's bytes, or a list index's digits.
std::size_t element_bytes(const PathStep& step, const Binding& binding) {
  return step.is_index ? std::to_string(step.number).size() : binding.name(step).size();
}

std::size_t target_bytes(const Path& path, const Binding& binding) {
  std::size_t total = element_bytes(path.front(), binding);
  for (std::size_t i = 1; i < path.size(); ++i) {
    total += kWrittenElementBytes + element_bytes(path[i], binding);
  }
  return total;
}

std::size_t function_bytes(const Operand& operand) {
  if (operand.kind == Operand::Kind::kPlus) return 34;
  if (operand.kind == Operand::Kind::kMinus) return 37;
  return operand.function == "if_not_exists" ? 39 : 37;
}

std::size_t operand_bytes(const Operand& operand, const Binding& binding) {
  if (operand.kind == Operand::Kind::kValue) return size_bytes(*binding.values[operand.value]);
  if (operand.kind == Operand::Kind::kPath) {
    std::size_t total = kPathBytes;
    for (const auto& step : operand.path) {
      total += kReadElementBytes + element_bytes(step, binding);
    }
    return total;
  }
  std::size_t total = function_bytes(operand);
  for (const auto& argument : operand.args) total += operand_bytes(argument, binding);
  return total;
}

}  // namespace

std::size_t update_charge(const BoundUpdate& update) {
  std::size_t total = kUpdateBytes;
  for (const auto& clause : update.parsed->clauses) {
    total += target_bytes(clause.path, update.binding);
    if (clause.action == Action::kRemove || clause.action == Action::kDelete) {
      total += kTakeAwayBytes;
    } else {
      total += kWriteBytes + operand_bytes(clause.value, update.binding);
    }
  }
  return total;
}

}  // namespace cumulite::dynamodb::expression
