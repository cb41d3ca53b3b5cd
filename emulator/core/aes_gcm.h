#pragma once

#include <optional>
#include <string>
#include <string_view>

/// AES-256-GCM under a key of 32 bytes, for what services keep sealed. A failure of the library
/// throws storage::StorageError.
namespace cumulite::aes_gcm {

inline constexpr std::size_t kKeyBytes = 32;

/// From the library's generator for secrets.
std::string random_bytes(std::size_t size);

/// A new nonce of 12 bytes, the sealed text, and a tag of 16 bytes. `context` is bound to it, and
/// not part of it.
std::string seal(std::string_view key, std::string_view text, std::string_view context = {});
/// Nullopt if it was not sealed with that key and context.
std::optional<std::string> open(std::string_view key, std::string_view sealed,
                                std::string_view context = {});

/// Overwrites a secret that is no longer needed, and empties it.
void wipe(std::string& secret);

}  // namespace cumulite::aes_gcm
