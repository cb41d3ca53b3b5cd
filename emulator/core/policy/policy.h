#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Resource policies (of buckets, queues, topics): documents that allow and deny, and their
/// conditions. What a service demands of a document's form is the service's own business.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
namespace cumulite {

/// What a policy is held against.
struct PolicyQuestion {
  std::string action;    ///< "s3:GetObject"; case does not matter.
  std::string resource;  ///< ARN.
  std::string account;   ///< Empty: anonymous, or a service.
  std::string canonical_user_id;
  /// Values of a condition key ("aws:SourceIp", "s3:prefix"); empty if the request has none.
  std::function<std::vector<std::string>(std::string_view key)> values;
  std::string service = {};  ///< "sns.amazonaws.com" when a service asks.
};

enum class PolicyAnswer { kNothing, kAllow, kDeny };

/// Explicit deny wins over allow. A text that is no policy says nothing. A statement without a
/// resource is about every resource.
PolicyAnswer ask_policy(const std::string& text, const PolicyQuestion& question);

/// Whether the policy grants to everybody without a condition that narrows it.
bool is_public_policy(const std::string& text);

/// `pattern` with * and ? against the whole text.
bool matches_wildcards(std::string_view pattern, std::string_view text);

/// One condition block: `operation` as written ("ForAnyValue:StringLikeIfExists").
bool condition_holds(const std::string& operation, const std::vector<std::string>& expected,
                     const std::vector<std::string>& actual);
/// Whether the operator exists.
bool is_condition_operator(std::string_view operation);

}  // namespace cumulite
