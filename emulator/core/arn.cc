#include "emulator/core/arn.h"

#include <algorithm>

#include "protocol/codec/text.h"

namespace cumulite {

std::optional<std::string_view> take_until(std::string_view& text, char mark) {
  const auto at = text.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  const auto taken = text.substr(0, at);
  text.remove_prefix(at + 1);
  return taken;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::optional<Arn> parse_arn(std::string_view text) {
  if (!take_prefix(text, "arn:")) return std::nullopt;
  Arn arn;
  for (std::string_view* part : {&arn.partition, &arn.service, &arn.region, &arn.account}) {
    const auto taken = take_until(text, ':');
    if (!taken) return std::nullopt;
    *part = *taken;
  }
  arn.resource = text;
  return arn;
}

bool is_account_id(std::string_view text) {
  constexpr std::size_t kDigits = 12;
  return text.size() == kDigits && std::all_of(text.begin(), text.end(), codec::is_digit);
}

}  // namespace cumulite
