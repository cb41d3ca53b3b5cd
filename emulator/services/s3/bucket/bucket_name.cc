#include "emulator/services/s3/bucket/bucket_name.h"

#include <algorithm>
#include <array>

namespace cumulite::s3 {

namespace {

constexpr std::size_t kLengthMin = 3;
constexpr std::size_t kLengthMax = 63;

bool is_edge(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool looks_like_ip_address(std::string_view name) {
  const bool digits_and_dots = std::all_of(
      name.begin(), name.end(), [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
  return digits_and_dots && std::count(name.begin(), name.end(), '.') == 3;
}

}  // namespace

bool is_valid_bucket_name(std::string_view name) {
  constexpr std::array<std::string_view, 3> kReservedPrefixes = {"xn--", "sthree-",
                                                                 "amzn-s3-demo-"};
  constexpr std::array<std::string_view, 5> kReservedSuffixes = {"-s3alias", "--ol-s3", ".mrap",
                                                                 "--x-s3", "--table-s3"};
  if (name.size() < kLengthMin || name.size() > kLengthMax) return false;
  if (!is_edge(name.front()) || !is_edge(name.back())) return false;
  const bool allowed = std::all_of(name.begin(), name.end(),
                                   [](char c) { return is_edge(c) || c == '.' || c == '-'; });
  if (!allowed || looks_like_ip_address(name)) return false;
  if (name.find("..") != std::string_view::npos) return false;
  const auto begins = [name](std::string_view prefix) { return name.starts_with(prefix); };
  const auto ends = [name](std::string_view suffix) { return name.ends_with(suffix); };
  return std::none_of(kReservedPrefixes.begin(), kReservedPrefixes.end(), begins) &&
         std::none_of(kReservedSuffixes.begin(), kReservedSuffixes.end(), ends);
}

}  // namespace cumulite::s3
