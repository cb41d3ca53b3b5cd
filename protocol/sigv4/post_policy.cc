#include "protocol/sigv4/post_policy.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "protocol/codec/base64.h"
#include "protocol/codec/json_document.h"
#include "protocol/codec/text.h"
#include "protocol/http/request.h"
#include "protocol/sigv4/amz_date.h"
#include "protocol/sigv4/errors.h"

namespace cumulite::sigv4 {
namespace {

using Json = nlohmann::json;

Error invalid_policy(std::string_view reason) {
  return {"InvalidPolicyDocument", fmt::format("Invalid Policy: {}", reason), 400};
}

Error invalid_json() {
  return invalid_policy("Invalid JSON.");
}

Error against_policy(std::string_view reason) {
  return access_denied(fmt::format("Invalid according to Policy: {}", reason));
}

std::string quoted(std::string_view text) {
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// A condition as S3 writes it, also one that the policy gave as {"name": "value"}.
std::string condition_text(std::string_view operation, std::string_view first,
                           std::string_view second) {
  return fmt::format("[{}, {}, {}]", quoted(operation), quoted(first), quoted(second));
}

std::optional<std::uint64_t> parse_bytes(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Result<PolicyCondition> parse_simple(const Json& condition) {
  if (condition.size() != 1) {
    return invalid_policy(
        "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.");
  }
  const auto property = condition.begin();
  if (property.value().is_null()) return invalid_json();
  if (!property.value().is_string()) {
    return invalid_policy("Invalid Simple-Condition: value must be a string.");
  }
  return PolicyCondition{PolicyCondition::Kind::kEquals, "eq", "$" + property.key(),
                         property.value().get<std::string>()};
}

/// Bounds come as numbers or as their texts; another text makes a condition that nothing meets.
Result<LengthRange> parse_range(const Json& condition) {
  std::array<std::string, 2> bounds;
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    const Json& bound = condition[i + 1];
    if (bound.is_string()) {
      bounds[i] = bound.get<std::string>();
    } else if (bound.is_number_integer()) {
      if (bound.get<std::int64_t>() < 0) {
        return invalid_policy("Invalid content-length-range: a bound must not be negative.");
      }
      bounds[i] = bound.dump();
    } else {
      return invalid_json();
    }
  }
  return LengthRange{parse_bytes(bounds[0]), parse_bytes(bounds[1]),
                     condition_text("content-length-range", bounds[0], bounds[1])};
}

Result<void> add_list(const Json& condition, PostPolicy& policy) {
  if (condition.empty()) {
    return invalid_policy("Invalid Condition: missing operation identifier.");
  }
  if (!condition[0].is_string()) return invalid_json();
  const auto operation = condition[0].get<std::string>();
  const std::string known = codec::lower(operation);
  const bool is_range = known == "content-length-range";
  if (!is_range && known != "eq" && known != "starts-with") {
    return invalid_policy(fmt::format("Invalid Condition: unknown operation '{}'.", operation));
  }
  if (condition.size() != 3) {
    return invalid_policy(fmt::format("Invalid {}: wrong number of arguments.", operation));
  }
  if (is_range) {
    CUMULITE_ASSIGN(LengthRange range, parse_range(condition));
    policy.length_ranges.push_back(std::move(range));
    return {};
  }
  if (!condition[1].is_string() || !condition[2].is_string()) return invalid_json();
  const auto kind =
      known == "eq" ? PolicyCondition::Kind::kEquals : PolicyCondition::Kind::kStartsWith;
  policy.conditions.push_back(
      {kind, operation, condition[1].get<std::string>(), condition[2].get<std::string>()});
  return {};
}

Result<void> add_condition(const Json& condition, PostPolicy& policy) {
  if (condition.is_array()) return add_list(condition, policy);
  if (!condition.is_object()) {
    return invalid_policy("Invalid condition test: must be a List or Object.");
  }
  CUMULITE_ASSIGN(PolicyCondition simple, parse_simple(condition));
  policy.conditions.push_back(std::move(simple));
  return {};
}

Result<std::int64_t> parse_expiration(const Json& document) {
  const auto expiration = document.find("expiration");
  if (expiration == document.end()) return invalid_policy("Policy missing expiration.");
  const std::string text =
      expiration->is_string() ? expiration->get<std::string>() : expiration->dump();
  const auto expires_at_ms = parse_iso_date(text);
  if (!expires_at_ms) {
    return invalid_policy(fmt::format("Invalid 'expiration' value: '{}'", text));
  }
  return *expires_at_ms;
}

/// The value that a condition's name stands for; nullptr when the form has none.
const std::string* value_of(std::string_view name, const PostForm& form,
                            const std::string& bucket) {
  if (!name.starts_with('$')) return nullptr;
  name.remove_prefix(1);
  return http::header_name_equals(name, "bucket") ? &bucket : form.find(name);
}

/// A list of content types meets a prefix only if each of them does.
bool each_starts_with(std::string_view values, std::string_view prefix) {
  while (true) {
    const std::size_t comma = values.find(',');
    if (!values.substr(0, comma).starts_with(prefix)) return false;
    if (comma == std::string_view::npos) return true;
    values.remove_prefix(comma + 1);
    while (values.starts_with(' ')) values.remove_prefix(1);
  }
}

bool meets(const PolicyCondition& condition, const std::string& value) {
  if (condition.kind == PolicyCondition::Kind::kEquals) return value == condition.value;
  if (http::header_name_equals(condition.name, "$content-type")) {
    return each_starts_with(value, condition.value);
  }
  return value.starts_with(condition.value);
}

/// Fields that carry the authentication, and those that say nothing of the object. A checksum binds
/// only the client itself, and SDKs send it without a condition.
bool is_exempt(std::string_view name) {
  constexpr std::array<std::string_view, 5> kNames = {"policy", "x-amz-signature", "signature",
                                                      "awsaccesskeyid", "file"};
  const std::string known = codec::lower(name);
  return std::find(kNames.begin(), kNames.end(), known) != kNames.end() ||
         known.starts_with("x-ignore-") || known.starts_with("x-amz-checksum-");
}

bool is_covered(std::string_view name, const PostPolicy& policy) {
  const auto names_it = [&](const PolicyCondition& condition) {
    return condition.name.starts_with('$') &&
           http::header_name_equals(std::string_view(condition.name).substr(1), name);
  };
  return std::any_of(policy.conditions.begin(), policy.conditions.end(), names_it);
}

}  // namespace

const std::string* PostForm::find(std::string_view name) const {
  for (const auto& [field_name, value] : fields) {
    if (http::header_name_equals(field_name, name)) return &value;
  }
  return nullptr;
}

void expand_filename(PostForm& form, const std::optional<std::string>& filename) {
  constexpr std::string_view kVariable = "${filename}";
  if (!filename.has_value()) return;
  for (auto& [name, value] : form.fields) {
    if (!http::header_name_equals(name, "key")) continue;
    std::size_t at = value.find(kVariable);
    while (at != std::string::npos) {
      value.replace(at, kVariable.size(), *filename);
      at = value.find(kVariable, at + filename->size());
    }
  }
}

Result<PostPolicy> parse_policy(std::string_view base64) {
  const auto text = codec::base64_decode(base64);
  if (!text) return invalid_policy("invalid Base64 encoding.");
  const Json document = Json::parse(*text, nullptr, false);
  if (document.is_discarded() || !document.is_object()) return invalid_json();
  for (const auto& member : document.items()) {
    if (member.key() != "expiration" && member.key() != "conditions") {
      return invalid_policy(fmt::format("Unexpected: '{}'", codec::lower(member.key())));
    }
  }
  PostPolicy policy;
  CUMULITE_ASSIGN(policy.expires_at_ms, parse_expiration(document));
  const auto conditions = document.find("conditions");
  if (conditions == document.end()) return invalid_policy("Policy missing conditions.");
  if (!conditions->is_array()) {
    return invalid_policy("Invalid 'conditions' value: must be a List.");
  }
  for (const Json& condition : *conditions) CUMULITE_TRY(add_condition(condition, policy));
  return policy;
}

Result<void> check_policy(const PostPolicy& policy, const PostForm& form, std::string_view bucket,
                          std::int64_t now_ms) {
  if (now_ms >= policy.expires_at_ms) return against_policy("Policy expired.");
  const std::string bucket_name(bucket);
  for (const PolicyCondition& condition : policy.conditions) {
    const std::string* value = value_of(condition.name, form, bucket_name);
    if (value != nullptr && meets(condition, *value)) continue;
    return against_policy("Policy Condition failed: " +
                          condition_text(condition.operation, condition.name, condition.value));
  }
  for (const LengthRange& range : policy.length_ranges) {
    if (range.min_bytes.has_value() && range.max_bytes.has_value()) continue;
    return against_policy("Policy Condition failed: " + range.text);
  }
  for (const auto& [name, value] : form.fields) {
    if (is_exempt(name) || is_covered(name, policy)) continue;
    return against_policy("Extra input fields: " + name);
  }
  return {};
}

Result<void> check_policy_size(const PostPolicy& policy, std::uint64_t size_bytes) {
  for (const LengthRange& range : policy.length_ranges) {
    if (range.max_bytes.has_value() && size_bytes > *range.max_bytes) {
      return Error{"EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", 400}
          .with("ProposedSize", fmt::to_string(size_bytes))
          .with("MaxSizeAllowed", fmt::to_string(*range.max_bytes));
    }
    if (range.min_bytes.has_value() && size_bytes < *range.min_bytes) {
      return Error{"EntityTooSmall",
                   "Your proposed upload is smaller than the minimum allowed size", 400}
          .with("ProposedSize", fmt::to_string(size_bytes))
          .with("MinSizeAllowed", fmt::to_string(*range.min_bytes));
    }
  }
  return {};
}

}  // namespace cumulite::sigv4
