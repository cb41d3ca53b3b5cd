#include "emulator/functions/registry.h"

#include <algorithm>
#include <utility>

#include "emulator/core/log.h"
#include "emulator/core/spaces.h"
#include "storage/kv/key_codec.h"

namespace cumulite::functions {
namespace {

// Keys: kind, account, region, name. (Event sources have kinds of their own: sources/rows.h.)
constexpr std::string_view kFunctionKind = "f";

std::string row_key(std::string_view kind, const Scope& scope, std::string_view name) {
  std::string key;
  storage::append_part(key, kind);
  storage::append_part(key, scope.account);
  storage::append_part(key, scope.region);
  storage::append_part(key, name);
  return key;
}

template <class Entry>
bool in_scope(const Entry& entry, const Scope& scope) {
  return entry.account == scope.account && entry.region == scope.region;
}

template <class Entry, class Parse>
std::vector<std::shared_ptr<const Entry>> load_kind(const storage::Store& store,
                                                    std::string_view kind, Parse parse) {
  std::vector<std::shared_ptr<const Entry>> entries;
  std::string from;
  storage::append_part(from, kind);
  const auto to = storage::prefix_end(from);
  for (bool more = true; more;) {
    auto page = store.range(spaces::kFunctions, from, to);
    for (const auto& row : page.rows) {
      auto entry = parse(row.value, Scope{});
      if (entry.ok()) {
        entries.push_back(std::make_shared<const Entry>(std::move(*entry)));
      } else {
        log::error("a stored function is unreadable: {}", entry.error().message);
      }
      from = row.key + '\0';
    }
    more = page.more;
  }
  return entries;
}

}  // namespace

FunctionRegistry::FunctionRegistry(storage::Store& store) : store_(store) {
  reload();
}

void FunctionRegistry::reload() {
  const std::lock_guard lock(mutex_);
  functions_ = load_kind<Function>(store_, kFunctionKind, parse_function);
}

std::vector<RowRange> FunctionRegistry::rows_of(std::string_view account) {
  std::string prefix;
  storage::append_part(prefix, kFunctionKind);
  storage::append_part(prefix, account);
  return {RowRange::below(spaces::kFunctions, prefix)};
}

void FunctionRegistry::put(const Function& function) {
  const Scope scope = {function.account, function.region};
  const auto key = row_key(kFunctionKind, scope, function.name);
  const auto value = to_json(function);
  const std::lock_guard lock(mutex_);
  store_.transact({storage::Domain::exclusive_on(spaces::kFunctions, key)},
                  [&](storage::Txn& txn) { txn.put(spaces::kFunctions, key, value); });
  std::erase_if(functions_, [&](const auto& known) {
    return in_scope(*known, scope) && known->name == function.name;
  });
  functions_.push_back(std::make_shared<const Function>(function));
}

FunctionPtr FunctionRegistry::find(const Scope& scope, std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(functions_.begin(), functions_.end(), [&](const auto& known) {
    return in_scope(*known, scope) && known->name == name;
  });
  return found == functions_.end() ? nullptr : *found;
}

FunctionPtr FunctionRegistry::find_arn(std::string_view arn) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(functions_.begin(), functions_.end(), [&](const auto& known) {
    const auto own = known->arn();
    return arn == own || (arn.starts_with(own) && arn[own.size()] == ':');
  });
  return found == functions_.end() ? nullptr : *found;
}

std::vector<FunctionPtr> FunctionRegistry::list(const Scope& scope) const {
  const std::lock_guard lock(mutex_);
  std::vector<FunctionPtr> found;
  std::copy_if(functions_.begin(), functions_.end(), std::back_inserter(found),
               [&](const auto& known) { return in_scope(*known, scope); });
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a->name < b->name; });
  return found;
}

bool FunctionRegistry::remove(const Scope& scope, std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto key = row_key(kFunctionKind, scope, name);
  store_.transact({storage::Domain::exclusive_on(spaces::kFunctions, key)},
                  [&](storage::Txn& txn) { txn.del(spaces::kFunctions, key); });
  return std::erase_if(functions_, [&](const auto& known) {
           return in_scope(*known, scope) && known->name == name;
         }) != 0;
}

void FunctionRegistry::drop(std::string_view account) {
  const std::lock_guard lock(mutex_);
  const auto gone = [&](const auto& known) { return account.empty() || known->account == account; };
  store_.transact({storage::Domain::exclusive_on(spaces::kFunctions, {})}, [&](storage::Txn& txn) {
    for (const auto& function : functions_) {
      if (gone(function))
        txn.del(spaces::kFunctions,
                row_key(kFunctionKind, {function->account, function->region}, function->name));
    }
  });
  std::erase_if(functions_, gone);
}

}  // namespace cumulite::functions
