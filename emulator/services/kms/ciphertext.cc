#include "emulator/services/kms/ciphertext.h"

#include <algorithm>

#include "emulator/core/aes_gcm.h"
#include "protocol/checksum/checksum.h"
#include "storage/kv/key_codec.h"

namespace cumulite::kms {
namespace {

/// The form of these bytes; another one would have another number.
constexpr char kForm = 1;

/// The pairs in one order, whatever order they came in.
std::string bound_context(std::string head, EncryptionContext context) {
  std::sort(context.begin(), context.end());
  for (const auto& [name, value] : context) {
    storage::append_part(head, name);
    storage::append_part(head, value);
  }
  return head;
}

}  // namespace

std::string encrypt_symmetric(const Found& found, std::string_view text,
                              const EncryptionContext& context) {
  const Material& material = found.key.materials.back();
  std::string head(1, kForm);
  storage::append_part(head, found.place.account);
  storage::append_part(head, found.place.region);
  storage::append_part(head, found.key.id);
  storage::append_part(head, checksum::from_hex(material.id).value_or(""));
  return head + aes_gcm::seal(material.bytes, text, bound_context(head, context));
}

std::optional<Ciphertext> parse_ciphertext(std::string_view bytes) {
  if (bytes.empty() || bytes.front() != kForm) return std::nullopt;
  std::string_view rest = bytes.substr(1);
  auto account = storage::take_part(rest);
  auto region = account ? storage::take_part(rest) : std::nullopt;
  auto key_id = region ? storage::take_part(rest) : std::nullopt;
  const auto material_id = key_id ? storage::take_part(rest) : std::nullopt;
  if (!material_id) return std::nullopt;
  return Ciphertext{{std::move(*account), std::move(*region)},
                    std::move(*key_id),
                    checksum::hex(*material_id),
                    std::string(bytes.substr(0, bytes.size() - rest.size())),
                    std::string(rest)};
}

std::optional<std::string> decrypt_symmetric(const Found& found, const Ciphertext& ciphertext,
                                             const EncryptionContext& context) {
  const Material* material = found.key.find_material(ciphertext.material_id);
  if (material == nullptr) return std::nullopt;
  return aes_gcm::open(material->bytes, ciphertext.sealed, bound_context(ciphertext.head, context));
}

}  // namespace cumulite::kms
