#include "storage/blob/blob_ref.h"

#include "storage/kv/key_codec.h"

namespace cumulite::storage {
namespace {

constexpr std::size_t kEncodedBytes = 17;

}  // namespace

std::string BlobRef::encode() const {
  std::string bytes;
  bytes.reserve(kEncodedBytes);
  append_u64(bytes, id);
  append_u64(bytes, size_bytes);
  bytes.push_back(in_file ? '\x01' : '\x00');
  return bytes;
}

std::optional<BlobRef> BlobRef::decode(std::string_view bytes) {
  if (bytes.size() != kEncodedBytes) return std::nullopt;
  BlobRef blob;
  blob.id = *take_u64(bytes);
  blob.size_bytes = *take_u64(bytes);
  blob.in_file = bytes.front() != '\0';
  return blob;
}

std::optional<BlobRef> take_blob_ref(std::string_view& bytes) {
  auto blob = BlobRef::decode(bytes.substr(0, kEncodedBytes));
  if (blob) bytes.remove_prefix(kEncodedBytes);
  return blob;
}

}  // namespace cumulite::storage
