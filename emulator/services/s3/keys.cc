#include "emulator/services/s3/keys.h"

#include "storage/kv/key_codec.h"

namespace cumulite::s3::keys {

using storage::append_part;

namespace {

/// Between a version's sequence and the name: the prefix of the annotations is then longer than the
/// key of the list of parts.
constexpr char kAnnotationMark = 'a';

}  // namespace

std::string bucket(std::string_view name) {
  std::string key = "B";
  append_part(key, name);
  return key;
}

std::string configuration(std::string_view name, std::uint8_t which, std::string_view id) {
  std::string key = bucket(name);
  key.push_back(static_cast<char>(which));
  key.append(id);
  return key;
}

std::string account_buckets(std::string_view account) {
  std::string key = "A";
  append_part(key, account);
  return key;
}

std::string account_bucket(std::string_view account, std::string_view name) {
  return account_buckets(account).append(name);
}

std::string bucket_of_account_key(std::string_view key, std::string_view prefix) {
  return std::string(key.substr(prefix.size()));
}

std::string rows(std::string_view name, Type type) {
  std::string key;
  key.reserve(name.size() + 3);
  append_part(key, name);
  key.push_back(static_cast<char>(type));
  return key;
}

std::string object(std::string_view name, Type type, std::string_view object_key) {
  std::string key = rows(name, type);
  key.reserve(key.size() + object_key.size() + 32);
  append_part(key, object_key);
  return key;
}

std::string seek(std::string_view name, Type type, std::string_view prefix) {
  std::string key = object(name, type, prefix);
  key.resize(key.size() - 2);  // Without the end mark every text that begins so is at or after it.
  return key;
}

std::optional<Parsed> parse(std::string_view row_key, std::string_view rows_prefix) {
  if (!row_key.starts_with(rows_prefix)) return std::nullopt;
  std::string_view rest = row_key.substr(rows_prefix.size());
  auto key = storage::take_part(rest);
  if (!key) return std::nullopt;
  return Parsed{std::move(*key), rest};
}

std::string version(std::string_view name, std::string_view object_key, std::uint64_t sequence) {
  std::string key = object(name, Type::kVersion, object_key);
  storage::append_u64_descending(key, sequence);
  return key;
}

std::string null_pointer(std::string_view name, std::string_view object_key) {
  return object(name, Type::kVersion, object_key);
}

std::optional<std::uint64_t> sequence_of(std::string_view rest) {
  if (rest.empty()) return std::nullopt;
  return storage::take_u64_descending(rest);
}

std::string parts(std::string_view name, std::string_view object_key, std::uint64_t sequence) {
  std::string key = object(name, Type::kParts, object_key);
  storage::append_u64(key, sequence);
  return key;
}

std::string annotation(std::string_view name, std::string_view object_key, std::uint64_t sequence,
                       std::string_view annotation_name) {
  return parts(name, object_key, sequence).append(1, kAnnotationMark).append(annotation_name);
}

bool is_annotation(std::string_view rest) {
  return rest.size() > sizeof(std::uint64_t);
}

std::string upload(std::string_view name, std::string_view object_key, std::string_view upload_id) {
  return object(name, Type::kUpload, object_key).append(upload_id);
}

std::string upload_id_of(std::string_view rest) {
  return std::string(rest);
}

std::string upload_parts(std::string_view name, std::string_view object_key,
                         std::string_view upload_id) {
  std::string key = object(name, Type::kUploadPart, object_key);
  append_part(key, upload_id);
  return key;
}

std::string upload_part(std::string_view name, std::string_view object_key,
                        std::string_view upload_id, std::uint32_t number) {
  std::string key = upload_parts(name, object_key, upload_id);
  storage::append_u32(key, number);
  return key;
}

}  // namespace cumulite::s3::keys
