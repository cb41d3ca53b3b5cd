#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/kv/store.h"

/// Keys of S3's rows; made and parsed only here.
///
/// Space kS3: a bucket with its configurations (`B bucket ...`), and the index of an account's
/// buckets (`A account bucket`). Space kS3Objects, each `bucket TYPE key ...`:
///   k  the current version of a key, unless that is a delete marker: what reads and listings walk
///   v  every other version, newest first, and the pointer to the null version among them
///   m  the list of parts of a version made by a multipart upload, and after the version's sequence
///      the names of its annotations
///   u  uploads in progress         p  their parts
namespace cumulite::s3::keys {

std::string bucket(std::string_view bucket);
std::string configuration(std::string_view bucket, std::uint8_t which, std::string_view id = {});
std::string account_bucket(std::string_view account, std::string_view bucket);
/// Prefix of all rows of account_bucket.
std::string account_buckets(std::string_view account);
/// Bucket name of an account_bucket key.
std::string bucket_of_account_key(std::string_view key, std::string_view prefix);

enum class Type : char {
  kCurrent = 'k',
  kVersion = 'v',
  kParts = 'm',
  kUpload = 'u',
  kUploadPart = 'p',
};

/// Prefix of all rows of that type in the bucket.
std::string rows(std::string_view bucket, Type type);
/// `rows` and the key; exact key of kCurrent, prefix of the others.
std::string object(std::string_view bucket, Type type, std::string_view key);
/// First possible row whose key begins with `prefix` (an unfinished text): where a listing starts.
std::string seek(std::string_view bucket, Type type, std::string_view prefix);

/// The object key of a row, and what follows it.
struct Parsed {
  std::string key;
  std::string_view rest;
};

std::optional<Parsed> parse(std::string_view row_key, std::string_view rows_prefix);

std::string version(std::string_view bucket, std::string_view key, std::uint64_t sequence);
/// Row that names the sequence of the null version when it is not current.
std::string null_pointer(std::string_view bucket, std::string_view key);
/// Sequence of a version row from what follows its key; nullopt: the null pointer.
std::optional<std::uint64_t> sequence_of(std::string_view rest);
std::string parts(std::string_view bucket, std::string_view key, std::uint64_t sequence);
/// Annotation of a version; without a name the prefix of all of them.
std::string annotation(std::string_view bucket, std::string_view key, std::uint64_t sequence,
                       std::string_view name = {});
/// Whether a row of type kParts is an annotation, from what follows its key.
bool is_annotation(std::string_view rest);
std::string upload(std::string_view bucket, std::string_view key, std::string_view upload_id);
/// Upload id of an upload row from what follows its key.
std::string upload_id_of(std::string_view rest);
/// Prefix of the parts of an upload.
std::string upload_parts(std::string_view bucket, std::string_view key, std::string_view upload_id);
std::string upload_part(std::string_view bucket, std::string_view key, std::string_view upload_id,
                        std::uint32_t number);

}  // namespace cumulite::s3::keys
