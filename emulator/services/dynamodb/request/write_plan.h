#pragma once

#include <optional>
#include <string>

#include "emulator/services/dynamodb/database.h"
#include "emulator/services/dynamodb/expression/binding.h"
#include "emulator/services/dynamodb/item/item_writer.h"

namespace cumulite::dynamodb {

/// One write (or check) of one item, validated and bound, ready to run in a transaction. Its
/// expressions may refer to the request and its Placeholders, which must outlive it.
struct WritePlan {
  enum class Kind : std::uint8_t { kPut, kUpdate, kDelete, kCheck };
  /// Whether the item may be there before: PartiQL's INSERT makes only new items, its UPDATE
  /// changes only items that are there.
  enum class Existence : std::uint8_t { kAny, kNew, kThere };

  Kind kind = Kind::kPut;
  Existence existence = Existence::kAny;
  Item item = {};  ///< kPut: the item; else: the key.
  std::optional<expression::BoundCondition> condition = {};
  std::optional<expression::BoundUpdate> update = {};
  bool item_on_failure = false;  ///< ReturnValuesOnConditionCheckFailure is ALL_OLD.
};

/// Checks against the table: keys, key updates, paths below keys.
Result<void> check_plan(const Table& table, const WritePlan& plan);

/// Decides what becomes of the item, from `change.before` (which must have been decoded if the plan
/// has a condition or an update). Errors: ConditionalCheckFailedException, or what the update's
/// evaluation refuses.
Result<void> decide(const Table& table, const WritePlan& plan, Change& change);

/// True if the plan has to see the item that is there.
bool plan_needs_before(const Table& table, const WritePlan& plan);

/// What a single-item operation did.
struct WriteOutcome {
  Change change;
  WriteUnits units;
  TablePtr table;

  bool ok() const { return true; }
};

/// Runs the plan alone in its transaction, on the newest version of the table.
/// `returns_old`: the caller wants the item that was there. Errors: those of `check_plan` and
/// `decide`, and TransactionConflictException while a client's transaction is under way on the
/// item.
Result<WriteOutcome> run_plan(Context& ctx, std::string_view table_name, const WritePlan& plan,
                              bool returns_old);

/// The parts of old or new item that the update touched (UPDATED_OLD, UPDATED_NEW).
Item updated_parts(const expression::BoundUpdate& update, const Item& item);

}  // namespace cumulite::dynamodb
