#pragma once

#include <span>

#include "api/kms.h"
#include "emulator/core/service.h"
#include "emulator/services/kms/errors.h"
#include "emulator/services/kms/lookup.h"

/// Rows of the operations, and what their files share.
namespace cumulite::kms {

/// Each of the file of its name.
std::span<const OperationRow> key_rows();
std::span<const OperationRow> state_rows();
std::span<const OperationRow> alias_rows();
std::span<const OperationRow> policy_rows();
std::span<const OperationRow> rotation_rows();
std::span<const OperationRow> tag_rows();
std::span<const OperationRow> grant_rows();
std::span<const OperationRow> encryption_rows();
std::span<const OperationRow> data_key_rows();
std::span<const OperationRow> signature_rows();

/// Due rows.
void register_deletions(Environment& env);
void register_rotations(Environment& env);

/// Whether the key is for encrypting. Errors: InvalidKeyUsageException.
Result<void> check_cipher_usage(const Found& found, std::string_view operation);

/// A document of statements. Errors: MalformedPolicyDocumentException.
Result<void> check_policy(const std::string& text);

/// Adds the tags or replaces their values. Errors: TagException.
Result<void> merge_tags(const std::vector<api::Tag>& added, Key& key);

/// A page of a list that is at hand, in the order of `name`; the marker names the last one shown.
/// Errors: InvalidMarkerException.
struct Slice {
  std::size_t from = 0;
  std::size_t to = 0;
  std::optional<std::string> next_marker;
};

Result<Slice> slice_of(const std::vector<std::string>& names,
                       const std::optional<std::string>& marker, std::size_t limit);

}  // namespace cumulite::kms
