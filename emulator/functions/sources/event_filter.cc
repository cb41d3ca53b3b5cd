#include "emulator/functions/sources/event_filter.h"

#include <algorithm>

namespace cumulite::functions {

Result<EventFilter> EventFilter::parse(const std::vector<std::string>& patterns) {
  EventFilter filter;
  for (const std::string& text : patterns) {
    auto pattern = sns::FilterPolicy::parse(text, sns::FilterScope::kEvent);
    if (!pattern.ok()) {
      return Error{"InvalidParameterValueException", "Invalid filter pattern definition.", 400};
    }
    filter.patterns_.push_back(std::move(*pattern));
  }
  return filter;
}

bool EventFilter::passes(std::string_view event_json) const {
  return patterns_.empty() ||
         std::any_of(patterns_.begin(), patterns_.end(),
                     [&](const auto& pattern) { return pattern->matches_body(event_json); });
}

}  // namespace cumulite::functions
