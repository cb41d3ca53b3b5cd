#pragma once

#include <optional>
#include <string_view>

namespace cumulite {

/// "arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE", taken apart. Views into the text; any part may
/// be empty (S3's and IAM's have no region), and the resource may hold more colons.
struct Arn {
  std::string_view partition;  ///< "aws", "aws-cn", "aws-us-gov".
  std::string_view service;
  std::string_view region;
  std::string_view account;
  std::string_view resource;

  /// Whether it is of the service, in the partition that there is here.
  bool is_of(std::string_view asked_service) const {
    return partition == "aws" && service == asked_service;
  }
};

/// Nullopt for a text that does not begin with "arn:", or has fewer than six parts.
std::optional<Arn> parse_arn(std::string_view text);

/// Takes the text before the next `mark` off the front, and the mark; nullopt if there is none.
std::optional<std::string_view> take_until(std::string_view& text, char mark);
/// Takes the prefix off the front; false, and nothing taken, if the text begins otherwise.
bool take_prefix(std::string_view& text, std::string_view prefix);

/// Whether it is written like an account id: twelve digits.
bool is_account_id(std::string_view text);

}  // namespace cumulite
