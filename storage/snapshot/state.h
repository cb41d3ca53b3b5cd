#pragma once

#include <cstdint>
#include <string>

#include "storage/blob/blob_store.h"
#include "storage/kv/store.h"

/// The whole state of a data directory, rows and bodies, as a directory of hard links: saving and
/// restoring take time by the number of files, not of bytes.
namespace cumulite::storage {

/// Makes `directory` (new) a copy of all rows and bodies: a checkpoint and links. The caller closed
/// the store's fence. Throws StorageError; what was made then remains, for the caller to remove.
void save_state(Store& store, BlobStore& blobs, const std::string& directory);

/// Makes the names in a saved state survive power loss.
void sync_state(const std::string& directory);

/// Opens the rows of a saved state and closes them. Throws StorageError if that cannot be.
void check_state(const std::string& directory);

/// Links a saved state beside the present one in the data directory, where restore_staged finds it.
/// The store goes on meanwhile.
void stage_state(const std::string& saved, const std::string& data_directory);

/// Puts the staged state at the place of the present one, which then lies in the data directory's
/// folder of discarded files, at the path that is returned. The caller closed the store's fence. A
/// kill at any moment leaves one of the two states whole. Throws StorageError: then the present
/// state stays.
std::string restore_staged(Store& store, BlobStore& blobs, const std::string& data_directory);

/// Before a store is opened: completes a restore that a kill cut short after its decision, and
/// drops what is left of one that was not decided.
void finish_restore(const std::string& data_directory);

/// Removes what restore_staged has put aside; takes its time, also while others are restored. The
/// empty folders serve the next stage_state. One at a time.
void recycle(const std::string& data_directory, const std::string& put_aside);

}  // namespace cumulite::storage
