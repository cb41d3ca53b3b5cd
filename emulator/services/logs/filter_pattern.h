#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/result.h"

namespace cumulite::logs {

class JsonFilter;

/// A filter pattern of CloudWatch Logs: terms (`ERROR "out of memory" -debug`, `?warn ?error`), or
/// a condition on JSON messages (`{ $.level = "error" && $.size > 10 }`). The empty one matches
/// all. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
class FilterPattern {
 public:
  /// Errors: InvalidParameterException; NotImplemented for regular expressions (`%...%`) and for
  /// patterns of columns (`[ip, user, ...]`).
  static Result<FilterPattern> parse(std::string_view text);

  /// Terms are looked for anywhere in the message, in their own case of letters.
  bool matches(std::string_view message) const;

 private:
  Result<void> add_terms(std::string_view text);

  std::vector<std::string> required_;
  std::vector<std::string> excluded_;
  std::vector<std::string> optional_;  ///< One of them suffices; ignored beside required ones.
  std::shared_ptr<const JsonFilter> json_;
};

}  // namespace cumulite::logs
