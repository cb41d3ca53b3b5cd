#include "emulator/services/sns/arn.h"

#include <algorithm>

#include <fmt/format.h>

#include "emulator/core/arn.h"
#include "emulator/services/sns/errors.h"

namespace cumulite::sns {
Result<Arn> parse_arn(std::string_view text, std::string_view parameter) {
  constexpr std::ptrdiff_t kElements = 6;
  const auto elements = std::count(text.begin(), text.end(), ':') + 1;
  if (elements < kElements) {
    return errors::invalid_parameter(
        parameter, fmt::format("An ARN must have at least 6 elements, not {}", elements));
  }
  const auto arn = cumulite::parse_arn(text);
  if (!arn) return errors::invalid_parameter(parameter, "An ARN must start with \"arn:\"");
  return Arn{std::string(arn->service), std::string(arn->region), std::string(arn->account),
             std::string(arn->resource)};
}

bool is_arn_of(std::string_view text, std::string_view service) {
  const auto arn = parse_arn(text, "");
  return arn.ok() && arn->service == service && !arn->resource.empty();
}

}  // namespace cumulite::sns
