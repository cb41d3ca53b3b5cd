#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "emulator/core/environment.h"
#include "emulator/services/glacier/due.h"
#include "emulator/services/glacier/keys.h"
#include "emulator/services/glacier/records.h"
#include "protocol/result.h"

/// Multipart uploads as rows.
namespace cumulite::glacier {

inline constexpr std::uint64_t kPartsMax = 10'000;
/// An upload without a new part for so long is gone.
inline constexpr std::int64_t kUploadIdleMs = kDayMs;

/// Error: "The upload ID was not found".
Result<UploadRecord> load_upload(const storage::Reader& reader, const VaultRef& vault,
                                 std::string_view id);
void save_upload(storage::Txn& txn, const VaultRef& vault, std::string_view id,
                 const UploadRecord& upload);

/// All parts in order; at most kPartsMax.
std::vector<std::pair<std::uint64_t, PartRecord>> load_parts(const storage::Reader& reader,
                                                             const VaultRef& vault,
                                                             std::string_view id);

/// Deletes upload and part rows, and remembers for a day what became of it: `archive` in its
/// encoded form, or empty for an aborted one. Blobs are the caller's to release or keep.
void finish_upload(storage::Txn& txn, Environment& env, const VaultRef& vault, std::string_view id,
                   std::string_view archive, std::int64_t now_ms);
/// What finish_upload remembered: absent if nothing, empty if aborted.
std::optional<std::string> find_finished(const storage::Reader& reader, const VaultRef& vault,
                                         std::string_view id);

}  // namespace cumulite::glacier
