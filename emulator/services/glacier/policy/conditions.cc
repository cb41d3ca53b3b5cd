#include "emulator/services/glacier/policy/conditions.h"

#include <cstdlib>
#include <vector>

#include <fmt/format.h>

#include "emulator/services/glacier/errors.h"
#include "emulator/services/glacier/policy/wildcard.h"
#include "protocol/codec/json_document.h"
#include "protocol/codec/timestamp.h"

namespace cumulite::glacier {

namespace {

using nlohmann::json;

bool same_ignoring_case(const std::string& value, const std::string& wanted) {
  if (value.size() != wanted.size()) return false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (std::tolower(static_cast<unsigned char>(value[i])) !=
        std::tolower(static_cast<unsigned char>(wanted[i]))) {
      return false;
    }
  }
  return true;
}

double number(const std::string& text) {
  return std::strtod(text.c_str(), nullptr);
}

std::int64_t date(const std::string& text) {
  const auto time = codec::parse_iso8601(text);
  return time ? time->ms : 0;
}

/// How one operator compares the call's value with one that the policy names. A negated operator
/// holds where none of the named values is met.
struct Operator {
  std::string_view name;
  bool (*compare)(const std::string& value, const std::string& wanted);
  bool negated = false;
};

constexpr Operator kOperators[] = {
    {"StringEquals", [](const std::string& a, const std::string& b) { return a == b; }},
    {"StringNotEquals", [](const std::string& a, const std::string& b) { return a == b; }, true},
    {"StringEqualsIgnoreCase", &same_ignoring_case},
    {"StringNotEqualsIgnoreCase", &same_ignoring_case, true},
    {"StringLike",
     [](const std::string& a, const std::string& b) { return matches_wildcard(b, a); }},
    {"StringNotLike",
     [](const std::string& a, const std::string& b) { return matches_wildcard(b, a); }, true},
    {"NumericEquals",
     [](const std::string& a, const std::string& b) { return number(a) == number(b); }},
    {"NumericNotEquals",
     [](const std::string& a, const std::string& b) { return number(a) == number(b); }, true},
    {"NumericLessThan",
     [](const std::string& a, const std::string& b) { return number(a) < number(b); }},
    {"NumericLessThanEquals",
     [](const std::string& a, const std::string& b) { return number(a) <= number(b); }},
    {"NumericGreaterThan",
     [](const std::string& a, const std::string& b) { return number(a) > number(b); }},
    {"NumericGreaterThanEquals",
     [](const std::string& a, const std::string& b) { return number(a) >= number(b); }},
    {"DateLessThan", [](const std::string& a, const std::string& b) { return date(a) < date(b); }},
    {"DateLessThanEquals",
     [](const std::string& a, const std::string& b) { return date(a) <= date(b); }},
    {"DateGreaterThan",
     [](const std::string& a, const std::string& b) { return date(a) > date(b); }},
    {"DateGreaterThanEquals",
     [](const std::string& a, const std::string& b) { return date(a) >= date(b); }},
    {"Bool", &same_ignoring_case},
    {"ArnLike", [](const std::string& a, const std::string& b) { return matches_wildcard(b, a); }},
    {"ArnEquals",
     [](const std::string& a, const std::string& b) { return matches_wildcard(b, a); }},
};

constexpr std::string_view kIfExists = "IfExists";
constexpr std::string_view kTagKeys[] = {"glacier:ResourceTag/", "aws:ResourceTag/"};

const Operator* find_operator(std::string_view name) {
  if (name.ends_with(kIfExists)) name.remove_suffix(kIfExists.size());
  for (const Operator& each : kOperators) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

/// The call's value of a condition key; nullopt where the call has none.
std::optional<std::string> value_of(const std::string& key, const PolicyCall& call) {
  for (const std::string_view prefix : kTagKeys) {
    if (key.starts_with(prefix))
      return call.tag ? call.tag(key.substr(prefix.size())) : std::nullopt;
  }
  if (same_ignoring_case(key, "glacier:ArchiveAgeInDays")) {
    if (!call.archive_age_days) return std::nullopt;
    return fmt::to_string(*call.archive_age_days);
  }
  if (same_ignoring_case(key, "aws:SecureTransport")) return call.secure ? "true" : "false";
  if (same_ignoring_case(key, "aws:SourceIp")) return call.source_ip;
  if (same_ignoring_case(key, "aws:CurrentTime")) return call.time;
  if (same_ignoring_case(key, "aws:PrincipalAccount")) return call.account;
  if (same_ignoring_case(key, "aws:MultiFactorAuthPresent")) return "false";
  return std::nullopt;
}

std::string text_of(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

bool holds(const std::string& operator_name, const std::string& value, const json& wanted) {
  const Operator& compare = *find_operator(operator_name);
  const std::vector<json> list =
      wanted.is_array() ? wanted.get<std::vector<json>>() : std::vector<json>{wanted};
  for (const json& each : list) {
    if (compare.compare(value, text_of(each))) return !compare.negated;
  }
  return compare.negated;
}

}  // namespace

Result<void> check_conditions(std::string_view text) {
  const json conditions = json::parse(text, nullptr, false);
  if (!conditions.is_object()) return errors::invalid("Invalid policy: Condition is no object.");
  for (const auto& [name, keys] : conditions.items()) {
    if (name != "Null" && find_operator(name) == nullptr) {
      return errors::invalid("Invalid policy: unknown condition operator " + name + ".");
    }
    if (!keys.is_object()) {
      return errors::invalid("Invalid policy: a condition operator has no keys.");
    }
  }
  return {};
}

bool meets_conditions(std::string_view text, const PolicyCall& call) {
  const json conditions = json::parse(text, nullptr, false);
  for (const auto& [name, keys] : conditions.items()) {
    for (const auto& [key, wanted] : keys.items()) {
      const auto value = value_of(key, call);
      if (name == "Null") {
        if (value.has_value() == (text_of(wanted) == "true")) return false;
        continue;
      }
      // A key that the call does not have meets only negated and "IfExists" operators.
      if (!value) {
        if (std::string_view(name).ends_with(kIfExists) || find_operator(name)->negated) continue;
        return false;
      }
      if (!holds(name, *value, wanted)) return false;
    }
  }
  return true;
}

}  // namespace cumulite::glacier
