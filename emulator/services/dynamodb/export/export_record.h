#pragma once

#include <string>

#include "emulator/services/dynamodb/database.h"
#include "emulator/services/dynamodb/export/item_filter.h"
#include "storage/blob/blob_store.h"

namespace cumulite::dynamodb {

/// The row of an export: how it is described, and while it runs the body of what it exports.
struct ExportRecord {
  api::ExportDescription description = {};
  std::string request;  ///< The request as text: a repeated token must come with the same one.
  std::string table;    ///< Table::encode at its time.
  storage::BlobRef items = {};

  bool incremental() const { return description.ExportType == "INCREMENTAL_EXPORT"; }

  std::string encode() const;
  /// Throws storage::StorageError on a corrupt row.
  static ExportRecord decode(std::string_view bytes);
};

/// An item that changed, as a frame of an incremental export's body.
struct ChangeFrame {
  Item key_image = {};
  std::optional<Item> old_image = {};
  std::optional<Item> new_image = {};
  std::int64_t written_ms = 0;
};

ChangeFrame decode_change(std::string_view frame);

}  // namespace cumulite::dynamodb
