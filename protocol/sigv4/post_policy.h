#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/result.h"

/// The policy document of S3's browser uploads: what the form may hold.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
namespace cumulite::sigv4 {

/// The fields of a form before its file, in order, values as sent. Names are found in any case.
struct PostForm {
  std::vector<std::pair<std::string, std::string>> fields;

  /// The first field of that name, or nullptr.
  const std::string* find(std::string_view name) const;
};

/// Replaces "${filename}" in the key; to be done before the policy is checked. Without a file name
/// the key stays as it is.
void expand_filename(PostForm& form, const std::optional<std::string>& filename);

/// One condition: {"name": "value"}, or ["eq" or "starts-with", "$name", "value"].
struct PolicyCondition {
  enum class Kind { kEquals, kStartsWith };

  Kind kind = Kind::kEquals;
  std::string operation;  ///< As written, for the message: "eq", "starts-with".
  std::string name;       ///< With its dollar sign: "$key".
  std::string value;
};

/// ["content-length-range", min, max]; `text` is the condition as S3 shows it.
struct LengthRange {
  std::optional<std::uint64_t> min_bytes;
  std::optional<std::uint64_t> max_bytes;
  std::string text;
};

/// A policy document, taken apart but not judged.
struct PostPolicy {
  std::int64_t expires_at_ms = 0;
  std::vector<PolicyCondition> conditions = {};
  std::vector<LengthRange> length_ranges = {};
};

/// Reads the base64 text of the field `policy`. Error: `InvalidPolicyDocument`.
Result<PostPolicy> parse_policy(std::string_view base64);

/// Checks expiration, conditions and that each field is covered by a condition; all but the size.
/// Error: `AccessDenied` "Invalid according to Policy: ...".
Result<void> check_policy(const PostPolicy& policy, const PostForm& form, std::string_view bucket,
                          std::int64_t now_ms);

/// Checks the file's size. Errors: `EntityTooLarge`, `EntityTooSmall`.
Result<void> check_policy_size(const PostPolicy& policy, std::uint64_t size_bytes);

}  // namespace cumulite::sigv4
