#include "storage/blob/blob_store.h"
#include "storage/kv/key_codec.h"

namespace cumulite::storage {

std::string BlobRef::encode() const {
  std::string bytes;
  bytes.reserve(17);
  append_u64(bytes, id);
  append_u64(bytes, size_bytes);
  bytes.push_back(in_file ? '\x01' : '\x00');
  return bytes;
}

std::optional<BlobRef> BlobRef::decode(std::string_view bytes) {
  if (bytes.size() != 17) return std::nullopt;
  BlobRef blob;
  blob.id = *take_u64(bytes);
  blob.size_bytes = *take_u64(bytes);
  blob.in_file = bytes.front() != '\0';
  return blob;
}

}  // namespace cumulite::storage
