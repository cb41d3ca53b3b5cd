#include "emulator/services/lambda/url/url_rows.h"

#include <charconv>

#include "emulator/core/helper_spaces.h"
#include "emulator/core/ids.h"
#include "emulator/core/row_service.h"
#include "storage/kv/key_codec.h"

namespace cumulite::lambda {
namespace {

constexpr char kUrls = 'u';
constexpr std::size_t kRandomCharacters = 24;
constexpr std::size_t kAccountCharacters = 8;  // Twelve decimal digits in base 36.
constexpr int kBase = 36;

std::string account_of(std::string_view url_id) {
  constexpr std::size_t kDigits = 12;
  if (url_id.size() != kRandomCharacters + kAccountCharacters) return {};
  const auto text = url_id.substr(kRandomCharacters);
  std::uint64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number, kBase);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return {};
  auto digits = std::to_string(number);
  if (digits.size() < kDigits) digits.insert(0, kDigits - digits.size(), '0');
  return digits;
}

}  // namespace

std::string make_url_id(std::string_view account) {
  std::uint64_t number = 0;
  std::from_chars(account.data(), account.data() + account.size(), number);
  std::string text(kAccountCharacters, '0');
  for (auto place = text.rbegin(); number > 0 && place != text.rend(); ++place, number /= kBase)
    *place = "0123456789abcdefghijklmnopqrstuvwxyz"[number % kBase];
  return ids::random_hex(kRandomCharacters) + text;
}

std::string url_id_of(const UrlConfig& config) {
  const auto url = config.FunctionUrl.value_or("");
  const auto begin = url.find("//") + 2;
  return url.substr(begin, url.find('.') - begin);
}

std::string url_key(std::string_view url_id, std::string_view region) {
  const auto account = account_of(url_id);
  if (account.empty()) return {};
  auto key = scope_key(account, region, kUrls);
  storage::append_part(key, url_id);
  return key;
}

std::string encode_url_target(const functions::QualifiedId& target) {
  std::string value;
  storage::append_part(value, target.id.name);
  storage::append_part(value, target.qualifier);
  return value;
}

std::optional<functions::QualifiedId> find_url_target(const storage::Reader& reader,
                                                      std::string_view url_id,
                                                      std::string_view region) {
  const auto key = url_key(url_id, region);
  const auto row = key.empty() ? std::nullopt : reader.get(spaces::kLambda, key);
  if (!row) return std::nullopt;
  std::string_view rest = *row;
  functions::QualifiedId target;
  target.id = {account_of(url_id), std::string(region), storage::take_part(rest).value_or("")};
  target.qualifier = storage::take_part(rest).value_or("");
  return target;
}

}  // namespace cumulite::lambda
