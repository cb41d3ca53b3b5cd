#include "emulator/services/sns/arn.h"

#include <vector>

#include <fmt/format.h>

#include "emulator/services/sns/errors.h"

namespace cumulite::sns {
namespace {

constexpr std::size_t kElements = 6;

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> elements;
  while (elements.size() + 1 < kElements) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) break;
    elements.push_back(text.substr(0, colon));
    text.remove_prefix(colon + 1);
  }
  elements.push_back(text);
  return elements;
}

}  // namespace

Result<Arn> parse_arn(std::string_view text, std::string_view parameter) {
  const auto elements = split(text);
  if (elements.size() < kElements) {
    return errors::invalid_parameter(
        parameter, fmt::format("An ARN must have at least 6 elements, not {}", elements.size()));
  }
  if (elements[0] != "arn") {
    return errors::invalid_parameter(parameter, "An ARN must start with \"arn:\"");
  }
  return Arn{std::string(elements[2]), std::string(elements[3]), std::string(elements[4]),
             std::string(elements[5])};
}

bool is_arn_of(std::string_view text, std::string_view service) {
  const auto arn = parse_arn(text, "");
  return arn.ok() && arn->service == service && !arn->resource.empty();
}

}  // namespace cumulite::sns
