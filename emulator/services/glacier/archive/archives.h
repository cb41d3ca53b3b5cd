#pragma once

#include <string>
#include <string_view>

#include "emulator/core/body_segments.h"
#include "emulator/core/environment.h"
#include "emulator/services/glacier/keys.h"
#include "emulator/services/glacier/records.h"
#include "protocol/result.h"

/// Archives and their bodies as rows.
namespace cumulite::glacier {

inline constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20;

/// Error: "The archive ID was not found".
Result<ArchiveRecord> load_archive(const storage::Reader& reader, const VaultRef& vault,
                                   std::string_view id);
/// The blobs of which the archive is made, in order.
Blobs load_body(const storage::Reader& reader, const VaultRef& vault, std::string_view id,
                const ArchiveRecord& archive);

/// Adds the archive with its row of pieces (for more than one blob), counts it in `record`, saves
/// that, and has the next inventory scheduled.
void add_archive(storage::Txn& txn, Environment& env, const VaultRef& vault, VaultRecord& record,
                 std::string_view id, ArchiveRecord archive, const Blobs& blobs);

/// Notes a write to the vault: an inventory follows within a day. Does not save the record.
void note_write(storage::Txn& txn, Environment& env, const VaultRef& vault, VaultRecord& record,
                std::int64_t now_ms);

/// At most 1,024 printable ASCII characters. Error: InvalidParameterValueException by that name.
Result<void> check_description(std::string_view name, std::string_view description);

/// Whether a part of an archive of that size is a node of its hash tree, so that it has a checksum.
/// https://docs.aws.amazon.com/amazonglacier/latest/dev/checksum-calculations-range.html
bool is_tree_aligned(const ByteRange& range, std::uint64_t archive_size);

/// Tree hash, in hexadecimal, of a range of a body; reads it in constant memory.
std::string hash_range(Environment& env, const Blobs& blobs, const ByteRange& range);

}  // namespace cumulite::glacier
