#include "emulator/services/s3/object/range.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "emulator/services/s3/errors.h"

namespace cumulite::s3 {

namespace {

constexpr std::string_view kUnit = "bytes=";

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

struct Ends {
  std::optional<std::uint64_t> first;
  std::optional<std::uint64_t> last;
};

/// nullopt: not of the form "bytes=a-b", "bytes=a-", "bytes=-b".
std::optional<Ends> parse_ends(std::string_view text) {
  if (!text.starts_with(kUnit)) return std::nullopt;
  text.remove_prefix(kUnit.size());
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const std::string_view left = text.substr(0, dash);
  const std::string_view right = text.substr(dash + 1);
  Ends ends{parse_number(left), parse_number(right)};
  if ((!left.empty() && !ends.first) || (!right.empty() && !ends.last)) return std::nullopt;
  if (!ends.first && !ends.last) return std::nullopt;
  return ends;
}

}  // namespace

Result<std::optional<ByteRange>> parse_range(std::string_view text, std::uint64_t size) {
  const auto ends = parse_ends(text);
  if (!ends) return std::optional<ByteRange>{};
  if (!ends->first) {
    const std::uint64_t length = std::min(*ends->last, size);
    if (length == 0) return errors::invalid_range(text, size);
    return std::optional<ByteRange>{{size - length, length}};
  }
  if (ends->last && *ends->last < *ends->first) return std::optional<ByteRange>{};
  if (*ends->first >= size) return errors::invalid_range(text, size);
  const std::uint64_t last = std::min(ends->last.value_or(size - 1), size - 1);
  return std::optional<ByteRange>{{*ends->first, last - *ends->first + 1}};
}

Result<ByteRange> parse_copy_range(std::string_view text, std::uint64_t size) {
  const auto ends = parse_ends(text);
  if (!ends || !ends->first || !ends->last || *ends->last < *ends->first) {
    return errors::invalid_argument(
        "The x-amz-copy-source-range value must be of the form bytes=first-last where first and "
        "last are the zero-based offsets of the first and last bytes to copy",
        "x-amz-copy-source-range", text);
  }
  if (*ends->first >= size) {
    return errors::invalid_request(
        "The specified copy range is invalid for the source object size");
  }
  if (*ends->last >= size) {
    return errors::invalid_argument(
        fmt::format("Range specified is not valid for source object of size: {}", size),
        "x-amz-copy-source-range", text);
  }
  return ByteRange{*ends->first, *ends->last - *ends->first + 1};
}

}  // namespace cumulite::s3
