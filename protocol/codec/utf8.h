#pragma once

#include <string_view>

namespace cumulite::codec {

/// Whether the bytes are well-formed UTF-8: no overlong forms, no surrogates, nothing beyond
/// U+10FFFF (RFC 3629).
bool is_utf8(std::string_view bytes);

}  // namespace cumulite::codec
