#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/lambda.h"
#include "storage/blob/blob_store.h"
#include "storage/kv/store.h"

/// How functions are kept: rows of spaces::kLambda below their account. The key layout is this
/// file's alone.
///
///     account, region, 'H', name                          a function: $LATEST, tags, ...
///     account, region, 'F', name, 'V', number             a published version
///     account, region, 'F', name, KIND, qualifier         a document about a version or alias
///     account, region, 'L', layer, number                 a layer version
///     account, region, 'Y', layer, number                 its policy
///     account, region, 'G', id                            a code signing configuration
///     account, region, 'r' and 's'                        counters: reserved concurrency, code
///     bytes
namespace cumulite::functions {

/// Whose function.
struct FunctionId {
  std::string account;
  std::string region;
  std::string name;

  /// arn:aws:lambda:REGION:ACCOUNT:function:NAME
  std::string arn() const;
  bool operator==(const FunctionId&) const = default;
};

/// A function and, if one was named, a version or alias of it.
struct QualifiedId {
  FunctionId id;
  std::string qualifier;
};

/// "arn:PARTITION:lambda:REGION:ACCOUNT:function:NAME[:QUALIFIER]"; nullopt for anything else.
std::optional<QualifiedId> parse_function_arn(std::string_view arn);

/// One version: what the API shows of it, and where its code is.
struct StoredVersion {
  api::lambda::FunctionConfiguration configuration = {};
  std::optional<storage::BlobRef> code = {};  ///< The zip archive; owned by this row.
  std::string local_code = {};                ///< Or a directory of this machine.
  std::string definition = {};                ///< Or the JSON of an "exec" or "http" function.
};

/// A version of a layer: `description` is a PublishLayerVersionResponse in binary form.
struct StoredLayer {
  std::string description;
  std::optional<storage::BlobRef> code = {};
};

struct StoredFunction {
  StoredVersion latest = {};
  std::uint64_t last_version = 0;  ///< The greatest number ever published.
  std::optional<std::int64_t> reserved_concurrency = {};
  std::vector<std::pair<std::string, std::string>> tags = {};
};

/// Documents that belong to a function and a qualifier, by the letter in their keys.
enum class DocumentKind : char {
  kAlias = 'A',
  kEventInvoke = 'E',
  kPolicy = 'P',
  kProvisioned = 'C',
  kUrl = 'U',
  kCodeSigning = 'S',
  kRecursion = 'R',
  kRuntimeManagement = 'M',
};

namespace rows {

std::string function_key(const FunctionId& id);
std::string version_key(const FunctionId& id, std::uint64_t number);
std::string document_key(const FunctionId& id, DocumentKind kind, std::string_view qualifier);
/// Prefixes.
std::string functions_of(std::string_view account, std::string_view region);
std::string versions_of(const FunctionId& id);
std::string documents_of(const FunctionId& id, DocumentKind kind);
/// All of a function but its first row.
std::string details_of(const FunctionId& id);
std::string layer_key(const FunctionId& layer, std::uint64_t number);
std::string layers_of(std::string_view account, std::string_view region);
std::string versions_of_layer(const FunctionId& layer);
std::string policies_of_layer(const FunctionId& layer);
std::string layer_policy_key(const FunctionId& layer, std::uint64_t number);
std::string code_signing_configs_of(std::string_view account, std::string_view region);
std::string code_signing_key(std::string_view account, std::string_view region,
                             std::string_view id);
/// Counters.
std::string reserved_key(std::string_view account, std::string_view region);
std::string code_bytes_key(std::string_view account, std::string_view region);

/// What a transaction on the function declares.
storage::Domains domains_of(const FunctionId& id);

std::string encode(const StoredVersion& version);
StoredVersion decode_version(std::string_view bytes);
std::string encode(const StoredFunction& function);
StoredFunction decode_function(std::string_view bytes);
/// The body that a row of kLambda owns, whatever row it is.
std::optional<storage::BlobRef> code_of(std::string_view key, std::string_view value);

std::string encode(const StoredLayer& layer);
StoredLayer decode_layer(std::string_view bytes);

std::optional<StoredFunction> find_function(const storage::Reader& reader, const FunctionId& id);
void put_function(storage::Txn& txn, const FunctionId& id, const StoredFunction& function);
/// 0 is $LATEST.
std::optional<StoredVersion> find_version(const storage::Reader& reader, const FunctionId& id,
                                          std::uint64_t number);

}  // namespace rows

/// By "arn:aws:lambda:REGION:ACCOUNT:layer:NAME:NUMBER"; nullopt if there is none.
std::optional<StoredLayer> find_layer(const storage::Reader& reader, std::string_view version_arn);

/// The number of "3"; 0 for "$LATEST" and the empty text; nullopt for an alias.
std::optional<std::uint64_t> version_number(std::string_view qualifier);

}  // namespace cumulite::functions
