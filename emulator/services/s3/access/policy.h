#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/result.h"

/// Bucket policies: documents that allow and deny.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
namespace cumulite::s3 {

/// What a policy is held against.
struct PolicyQuestion {
  std::string action;    ///< "s3:GetObject".
  std::string resource;  ///< ARN.
  std::string account;   ///< Empty: anonymous.
  std::string canonical_user_id;
  /// Values of a condition key ("aws:SourceIp", "s3:prefix"); empty if the request has none.
  std::function<std::vector<std::string>(std::string_view key)> values;
};

enum class PolicyAnswer { kNothing, kAllow, kDeny };

/// Errors: MalformedPolicy in its several wordings.
Result<void> check_policy_document(const std::string& text, std::string_view bucket);

/// Explicit deny wins over allow. A text that is no policy says nothing.
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

}  // namespace cumulite::s3
