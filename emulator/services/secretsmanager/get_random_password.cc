#include <algorithm>

#include "emulator/core/ids.h"
#include "emulator/services/secretsmanager/operations.h"

namespace cumulite::secretsmanager {
namespace {

constexpr std::int64_t kLengthDefault = 32;
constexpr std::int64_t kLengthMax = 4096;

char pick(const std::string& characters) {
  return characters[ids::random_u64() % characters.size()];
}

/// The kinds of characters that are asked for, without those that are excluded.
std::vector<std::string> kinds_of(const api::GetRandomPasswordRequest& req) {
  const std::pair<bool, std::string_view> all[] = {
      {!req.ExcludeLowercase.value_or(false), "abcdefghijklmnopqrstuvwxyz"},
      {!req.ExcludeUppercase.value_or(false), "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
      {!req.ExcludeNumbers.value_or(false), "0123456789"},
      {!req.ExcludePunctuation.value_or(false), "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"},
      {req.IncludeSpace.value_or(false), " "}};
  const std::string excluded = req.ExcludeCharacters.value_or("");
  std::vector<std::string> kinds;
  for (const auto& [is_wanted, characters] : all) {
    if (!is_wanted) continue;
    std::string kind(characters);
    std::erase_if(kind, [&](char c) { return excluded.find(c) != std::string::npos; });
    if (!kind.empty()) kinds.push_back(std::move(kind));
  }
  return kinds;
}

}  // namespace

Result<api::GetRandomPasswordResponse> get_random_password(
    Context& ctx, const api::GetRandomPasswordRequest& req) {
  (void)ctx;
  const std::int64_t asked = req.PasswordLength.value_or(kLengthDefault);
  const auto kinds = kinds_of(req);
  const bool each = req.RequireEachIncludedType.value_or(true);
  if (asked < 1 || asked > kLengthMax) {
    return errors::invalid_parameter("The password length must be between 1 and 4096.");
  }
  const auto length = static_cast<std::size_t>(asked);
  if (kinds.empty()) {
    return errors::invalid_parameter("The password would have no characters to choose from.");
  }
  if (each && length < kinds.size()) {
    return errors::invalid_parameter(
        "The password length is too short for one character of each included type.");
  }
  std::string every;
  std::string password;
  for (const std::string& kind : kinds) {
    every += kind;
    if (each) password += pick(kind);
  }
  while (password.size() < length) password += pick(every);
  for (std::size_t i = password.size(); i > 1; --i) {
    std::swap(password[i - 1], password[ids::random_u64() % i]);
  }
  return api::GetRandomPasswordResponse{.RandomPassword = std::move(password)};
}

}  // namespace cumulite::secretsmanager
