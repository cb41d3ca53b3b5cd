#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "emulator/services/dynamodb/item/value.h"
#include "emulator/services/dynamodb/table/table.h"
#include "protocol/http/response.h"

namespace cumulite::dynamodb {

/// One record of an input: an item, or why it is none.
struct SourceRecord {
  std::optional<Item> item = {};
  std::string error = {};
};

/// The records of one object of an import, in its order.
class ItemSource {
 public:
  virtual ~ItemSource() = default;
  /// Nullopt at the end. Throws MalformedInput where the rest of the object cannot be read.
  virtual std::optional<SourceRecord> next() = 0;
};

/// How the objects of an import are written.
struct SourceFormat {
  std::string name;  ///< "DYNAMODB_JSON", "ION", "CSV".
  char delimiter = ',';
  std::vector<std::string> headers = {};  ///< CSV; empty: the first line of each object.
};

/// Reads `bytes` as the format says. In CSV all attributes are strings but those that are keys of
/// the table or its indexes, which have the defined type. A value of Ion has at most 16 MiB of
/// text.
std::unique_ptr<ItemSource> make_item_source(const SourceFormat& format, const Table& table,
                                             std::unique_ptr<http::BodySource> bytes);

}  // namespace cumulite::dynamodb
