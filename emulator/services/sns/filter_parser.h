#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/result.h"

/// The parsed form of a filter policy, and its parser.
namespace cumulite::sns {

/// One condition in the list of a key.
struct Rule {
  enum class Kind : std::uint8_t {
    kString,
    kNumber,
    kBoolean,
    kNull,
    kPrefix,
    kSuffix,
    kEqualsIgnoreCase,
    kWildcard,
    kCidr,
    kNumeric,
    kExists,
    kAnythingBut,  ///< `inner`: matches when none of them does.
  };

  Kind kind = Kind::kString;
  std::string text = {};
  double number = 0;
  bool flag = false;               ///< kBoolean, kExists.
  std::optional<double> low = {};  ///< kNumeric.
  std::optional<double> high = {};
  bool low_included = false;
  bool high_included = false;
  std::vector<Rule> inner = {};
};

/// An object of the policy: every key must match, and of each `alternatives` at least one.
struct PolicyNode {
  struct Key {
    std::string name;
    std::vector<Rule> rules;            ///< Any of them; or
    std::shared_ptr<PolicyNode> child;  ///< a nested object.
  };

  std::vector<Key> keys;
  std::vector<std::vector<PolicyNode>> alternatives;  ///< "$or".
};

/// Errors: "FilterPolicy: ..." as SNS words it, with the place where its parser stood.
Result<std::shared_ptr<PolicyNode>> parse_policy(std::string_view text);

/// "FilterPolicy: MESSAGE", for refusals that have no place.
Error filter_error(std::string_view message);

}  // namespace cumulite::sns
