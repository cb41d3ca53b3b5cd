#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/events/payloads.h"
#include "protocol/result.h"

/// Filter policies of subscriptions.
/// https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
namespace cumulite::sns {

/// kEvent: a pattern of an event source mapping, which has none of the limits of SNS's policies.
enum class FilterScope : std::uint8_t { kAttributes, kBody, kEvent };

struct PolicyNode;

/// A parsed policy. Immutable, thread-safe.
class FilterPolicy {
 public:
  /// Errors: a message, mostly with "FilterPolicy: " in front, worded as SNS words it.
  static Result<std::shared_ptr<const FilterPolicy>> parse(std::string_view text,
                                                           FilterScope scope);

  /// Whether a message with these attributes passes (scope kAttributes).
  bool matches_attributes(const std::vector<DeliveredAttribute>& attributes) const;
  /// Whether a message with this text passes (scopes kBody and kEvent); a text that is no JSON
  /// never does.
  bool matches_body(std::string_view text) const;

  explicit FilterPolicy(std::shared_ptr<const PolicyNode> root) : root_(std::move(root)) {}

 private:
  std::shared_ptr<const PolicyNode> root_;
};

}  // namespace cumulite::sns
