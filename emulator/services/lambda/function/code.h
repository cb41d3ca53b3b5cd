#pragma once

#include <memory>
#include <optional>
#include <string>

#include "api/lambda.h"
#include "emulator/core/context.h"
#include "emulator/functions/store/function_rows.h"

namespace cumulite::lambda {

/// Where an upload says that its code is.
struct CodeSource {
  const std::optional<std::string>& zip;
  const std::optional<std::string>& bucket;
  const std::optional<std::string>& key;
  const std::optional<std::string>& object_version;
  const std::optional<std::string>& image;
};

/// Code that was read and found good, not yet stored.
struct ReceivedCode {
  std::unique_ptr<storage::Spool> archive;  ///< Null with `local_directory`.
  std::string local_directory;
  std::string sha256;  ///< Base64, as CodeSha256.
  std::int64_t size_bytes = 0;
};

/// Reads the archive from the request or from the daemon's own S3, or finds the local directory.
/// Blocks for the reading; outside of transactions.
Result<ReceivedCode> receive_code(Context& ctx, const CodeSource& source);

/// Gives the code to a version in the transaction; what it had before is released. Errors:
/// CodeStorageExceededException.
Result<void> store_code(Context& ctx, storage::Txn& txn, ReceivedCode& code,
                        functions::StoredVersion& version);
/// The version goes: its code too.
void release_code(Context& ctx, storage::Txn& txn, const functions::StoredVersion& version);
/// A second owner of the same code: a published version.
void duplicate_code(Context& ctx, storage::Txn& txn, const functions::StoredVersion& from,
                    functions::StoredVersion& to);

}  // namespace cumulite::lambda
