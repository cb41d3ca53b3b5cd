#pragma once

#include <memory>

#include "storage/kv/store.h"

/// For work that reads longer than a transaction may keep others from its domains: backups and
/// exports of large tables.
namespace cumulite::storage {

/// What an engine offers beside Store: its rows as they are at one moment.
class ViewableRows {
 public:
  virtual ~ViewableRows() = default;
  virtual std::unique_ptr<Reader> view() const = 0;
};

/// The rows as they are now, for as long as the result lives; writers are not held meanwhile, but
/// the engine keeps what they replace. Opened within a transaction it shows what was committed
/// before, not what that transaction writes. It must go before the store goes or is exchanged:
/// whoever opens it holds a pass of the store's fence until then, as every handler does.
std::unique_ptr<Reader> open_view(const Store& store);

}  // namespace cumulite::storage
