#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cumulite::codec {

/// RFC 4648 with padding.
std::string base64_encode(std::string_view bytes);
/// Strict: wrong characters, wrong padding or stray bits give nullopt.
std::optional<std::string> base64_decode(std::string_view text);
/// With '-' and '_', without padding: for tokens in URLs.
std::string base64url_encode(std::string_view bytes);
std::optional<std::string> base64url_decode(std::string_view text);

}  // namespace cumulite::codec
