#pragma once

#include <memory>
#include <string_view>

#include "protocol/result.h"

namespace cumulite::logs {

/// A condition on messages that are JSON documents: `{ ($.a.b[0] = "x*") && ($.n >= 3 || $.c IS
/// NULL) }`. Operators: = != < > <= >=, IS NULL, IS TRUE, IS FALSE, NOT EXISTS, EXISTS, && and ||
/// with parentheses; `*` in a text stands for any characters. Other messages do not match.
class JsonFilter {
 public:
  virtual ~JsonFilter() = default;

  /// Error: InvalidParameterException.
  static Result<std::shared_ptr<const JsonFilter>> parse(std::string_view text);

  virtual bool matches(std::string_view message) const = 0;
};

}  // namespace cumulite::logs
