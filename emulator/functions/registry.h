#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/core/snapshot_part.h"
#include "emulator/functions/function.h"
#include "storage/kv/store.h"

namespace cumulite::functions {

using FunctionPtr = std::shared_ptr<const Function>;

/// The functions of the daemon: rows of spaces::kFunctions, all of them kept in
/// memory too (there are few). Thread-safe; what it hands out does not change under its user.
class FunctionRegistry {
 public:
  explicit FunctionRegistry(storage::Store& store);

  /// Makes or replaces it.
  void put(const Function& function);
  FunctionPtr find(const Scope& scope, std::string_view name) const;
  /// By ARN (any qualifier is ignored), or null.
  FunctionPtr find_arn(std::string_view arn) const;
  std::vector<FunctionPtr> list(const Scope& scope) const;
  /// False if there was none.
  bool remove(const Scope& scope, std::string_view name);

  /// Drops the functions of the account (empty: all).
  void drop(std::string_view account);

  /// Where the account's rows lie.
  static std::vector<RowRange> rows_of(std::string_view account);
  /// The rows were exchanged for those of a snapshot.
  void reload();

 private:
  storage::Store& store_;
  mutable std::mutex mutex_;
  std::vector<FunctionPtr> functions_;
};

}  // namespace cumulite::functions
