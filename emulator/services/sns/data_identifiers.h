#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

/// Managed data identifiers: how sensitive data is found in a text.
/// https://docs.aws.amazon.com/sns/latest/dg/sns-message-data-protection-managed-data-identifiers.html
namespace cumulite::sns {

/// Bytes [begin, end) of a text.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;

  bool operator==(const Span&) const = default;
};

/// Whether it is one of AWS's managed identifiers: "Address", "Ssn-US".
bool is_managed_identifier(std::string_view identifier);
/// Whether `find_data` knows the identifier; AWS has many more names than it.
bool is_found_here(std::string_view identifier);

/// Where data of that kind stands in the text, in order and apart from each other: "EmailAddress",
/// "CreditCardNumber" (13 to 19 digits of a known issuer that pass the Luhn check; blanks and
/// hyphens may part them), "IpAddress" (versions 4 and 6). Of other names nothing is found.
std::vector<Span> find_data(std::string_view identifier, std::string_view text);

}  // namespace cumulite::sns
