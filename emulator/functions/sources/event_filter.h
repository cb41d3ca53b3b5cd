#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/services/sns/filter_policy.h"
#include "protocol/result.h"

namespace cumulite::functions {

/// The filter criteria of an event source: patterns, of which an event must match one.
/// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
class EventFilter {
 public:
  /// Lets everything pass.
  EventFilter() = default;
  /// Errors: InvalidParameterValueException.
  static Result<EventFilter> parse(const std::vector<std::string>& patterns);

  bool is_empty() const { return patterns_.empty(); }

  /// `event_json` is a record as the function would see it, an object.
  bool passes(std::string_view event_json) const;

 private:
  std::vector<std::shared_ptr<const sns::FilterPolicy>> patterns_;
};

}  // namespace cumulite::functions
