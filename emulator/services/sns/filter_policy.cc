#include "emulator/services/sns/filter_policy.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "emulator/services/sns/errors.h"
#include "emulator/services/sns/filter_parser.h"
#include "protocol/codec/json_document.h"
#include "protocol/codec/text.h"

namespace cumulite::sns {
namespace {

using nlohmann::json;

constexpr std::size_t kKeysMax = 5;
constexpr std::uint64_t kCombinationsMax = 150;

/// '*' stands for any characters, "\\*" and "\\\\" for themselves. Goes back to the last star only,
/// which bounds the work by the product of the lengths.
bool matches_wildcard(std::string_view pattern, std::string_view text) {
  constexpr std::size_t kNone = std::string_view::npos;
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = kNone;
  std::size_t star_text = 0;
  while (t < text.size()) {
    const bool is_escape = p + 1 < pattern.size() && pattern[p] == '\\';
    const std::size_t literal = is_escape ? p + 1 : p;
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (literal < pattern.size() && pattern[literal] == text[t]) {
      p = literal + 1;
      ++t;
    } else if (star != kNone) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

using Address = std::array<unsigned char, sizeof(in6_addr)>;

/// Number of bits, 0 if the text is no address.
int parse_address(const std::string& text, Address& address) {
  if (inet_pton(AF_INET, text.c_str(), address.data()) == 1) return 32;
  if (inet_pton(AF_INET6, text.c_str(), address.data()) == 1) return 128;
  return 0;
}

bool is_in_cidr(const std::string& cidr, const std::string& text) {
  const std::size_t slash = cidr.find('/');
  Address network = {};
  Address address = {};
  const int bits = parse_address(cidr.substr(0, slash), network);
  if (bits == 0 || parse_address(text, address) != bits) return false;
  int mask = std::atoi(cidr.c_str() + slash + 1);
  for (std::size_t i = 0; mask > 0; ++i, mask -= 8) {
    const int unused = mask < 8 ? 8 - mask : 0;
    if ((network[i] >> unused) != (address[i] >> unused)) return false;
  }
  return true;
}

bool is_in_range(const Rule& rule, double value) {
  if (rule.low && (rule.low_included ? value < *rule.low : value <= *rule.low)) return false;
  return !rule.high || (rule.high_included ? value <= *rule.high : value < *rule.high);
}

bool matches_text(const Rule& rule, const std::string& text) {
  switch (rule.kind) {
    case Rule::Kind::kString:
      return text == rule.text;
    case Rule::Kind::kPrefix:
      return text.starts_with(rule.text);
    case Rule::Kind::kSuffix:
      return text.ends_with(rule.text);
    case Rule::Kind::kEqualsIgnoreCase:
      return codec::lower(text) == codec::lower(rule.text);
    case Rule::Kind::kWildcard:
      return matches_wildcard(rule.text, text);
    case Rule::Kind::kCidr:
      return is_in_cidr(rule.text, text);
    default:
      return false;
  }
}

/// Whether one scalar value satisfies the rule.
bool matches_value(const Rule& rule, const json& value) {
  switch (rule.kind) {
    case Rule::Kind::kExists:
      return rule.flag;
    case Rule::Kind::kAnythingBut:
      return std::none_of(rule.inner.begin(), rule.inner.end(),
                          [&](const Rule& inner) { return matches_value(inner, value); });
    case Rule::Kind::kNumber:
      return value.is_number() && value.get<double>() == rule.number;
    case Rule::Kind::kNumeric:
      return value.is_number() && is_in_range(rule, value.get<double>());
    case Rule::Kind::kBoolean:
      return value.is_boolean() && value.get<bool>() == rule.flag;
    case Rule::Kind::kNull:
      return value.is_null();
    default:
      return value.is_string() && matches_text(rule, value.get_ref<const std::string&>());
  }
}

/// Calls `visit` for the scalars of a value, those of nested arrays too; stops when it is true.
template <class Visit>
bool any_scalar(const json& value, const Visit& visit) {
  if (value.is_object()) return false;
  if (!value.is_array()) return visit(value);
  return std::any_of(value.begin(), value.end(),
                     [&](const json& element) { return any_scalar(element, visit); });
}

bool matches_rules(const std::vector<Rule>& rules, const json* value) {
  const bool is_present = value != nullptr && any_scalar(*value, [](const json&) { return true; });
  return std::any_of(rules.begin(), rules.end(), [&](const Rule& rule) {
    if (!is_present) return rule.kind == Rule::Kind::kExists && !rule.flag;
    return any_scalar(*value, [&](const json& scalar) { return matches_value(rule, scalar); });
  });
}

/// What lies at a name. To SNS a dot is a level: "a.b" names what lies at "b" in what lies at "a".
/// https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering-scope.html and golden
/// test_filter_policy_on_message_body_dot_attribute.
void find_all(const json& value, std::string_view name, std::vector<const json*>& found) {
  if (value.is_array()) {
    for (const json& element : value) find_all(element, name, found);
  }
  if (!value.is_object()) return;
  if (const auto member = value.find(name); member != value.end()) found.push_back(&*member);
  for (std::size_t dot = name.find('.'); dot != name.npos; dot = name.find('.', dot + 1)) {
    const auto member = value.find(name.substr(0, dot));
    if (member != value.end()) find_all(*member, name.substr(dot + 1), found);
  }
}

/// The members of an object whose names go on after `name` and a dot, without these.
json below(const json* value, const std::string& name) {
  json rest = json::object();
  if (value == nullptr || !value->is_object()) return rest;
  for (const auto& [key, member] : value->items()) {
    if (key.size() > name.size() && key.starts_with(name) && key[name.size()] == '.') {
      rest[key.substr(name.size() + 1)] = member;
    }
  }
  return rest;
}

bool matches(const PolicyNode& node, const json* value);

bool matches_key(const PolicyNode::Key& key, const json* value) {
  const auto passes = [&](const json* found) {
    return key.child ? matches(*key.child, found) : matches_rules(key.rules, found);
  };
  std::vector<const json*> found;
  if (value != nullptr) find_all(*value, key.name, found);
  if (!found.empty()) return std::any_of(found.begin(), found.end(), passes);
  if (key.child == nullptr) return passes(nullptr);
  const json rest = below(value, key.name);
  return passes(rest.empty() ? nullptr : &rest);
}

/// Null stands for a value that is not there. Of an array one element must satisfy all of it.
bool matches(const PolicyNode& node, const json* value) {
  if (value != nullptr && value->is_array()) {
    return std::any_of(value->begin(), value->end(),
                       [&](const json& element) { return matches(node, &element); });
  }
  const bool passes = std::all_of(node.keys.begin(), node.keys.end(),
                                  [&](const auto& key) { return matches_key(key, value); });
  if (!passes) return false;
  return std::all_of(node.alternatives.begin(), node.alternatives.end(), [&](const auto& list) {
    return std::any_of(list.begin(), list.end(),
                       [&](const PolicyNode& alternative) { return matches(alternative, value); });
  });
}

/// Number of combinations of values: each list counts once for every level that it lies deep, the
/// alternatives of "$or" add up, and all are multiplied.
std::uint64_t combinations(const PolicyNode& node, std::uint64_t depth) {
  std::uint64_t product = 1;
  for (const PolicyNode::Key& key : node.keys) {
    product *= key.child ? combinations(*key.child, depth + 1) : key.rules.size() * depth;
    if (product > kCombinationsMax) return product;
  }
  for (const auto& list : node.alternatives) {
    std::uint64_t sum = 0;
    for (const PolicyNode& alternative : list) sum += combinations(alternative, depth);
    product *= sum;
    if (product > kCombinationsMax) return product;
  }
  return product;
}

bool is_nested(const PolicyNode& node) {
  const auto has_child = [](const PolicyNode::Key& key) { return key.child != nullptr; };
  if (std::any_of(node.keys.begin(), node.keys.end(), has_child)) return true;
  return std::any_of(node.alternatives.begin(), node.alternatives.end(), [](const auto& list) {
    return std::any_of(list.begin(), list.end(), is_nested);
  });
}

json attribute_value(const DeliveredAttribute& attribute) {
  if (attribute.type.starts_with("Number")) {
    double number = 0;
    const char* end = attribute.value.data() + attribute.value.size();
    const auto read = std::from_chars(attribute.value.data(), end, number);
    if (read.ec == std::errc() && read.ptr == end) return number;
  }
  if (attribute.type == "String.Array") {
    json list = json::parse(attribute.value, nullptr, false);
    if (list.is_array()) return list;
  }
  return attribute.value;
}

}  // namespace

Result<std::shared_ptr<const FilterPolicy>> FilterPolicy::parse(std::string_view text,
                                                                FilterScope scope) {
  CUMULITE_ASSIGN(const std::shared_ptr<PolicyNode> root, parse_policy(text));
  if (scope == FilterScope::kEvent) return std::make_shared<const FilterPolicy>(root);
  if (root->keys.size() + root->alternatives.size() > kKeysMax) {
    return filter_error("Filter policy can not have more than 5 keys");
  }
  if (scope == FilterScope::kAttributes && is_nested(*root)) {
    return errors::invalid(
        "Filter policy scope MessageAttributes does not support nested filter policy");
  }
  if (combinations(*root, 1) > kCombinationsMax) {
    return filter_error("Filter policy is too complex");
  }
  return std::make_shared<const FilterPolicy>(root);
}

bool FilterPolicy::matches_attributes(const std::vector<DeliveredAttribute>& attributes) const {
  json document = json::object();
  for (const DeliveredAttribute& attribute : attributes) {
    // Binary attributes are not looked at.
    if (!attribute.type.starts_with("Binary")) {
      document[attribute.name] = attribute_value(attribute);
    }
  }
  return matches(*root_, &document);
}

bool FilterPolicy::matches_body(std::string_view text) const {
  const json document = json::parse(text, nullptr, false);
  return document.is_object() && matches(*root_, &document);
}

}  // namespace cumulite::sns
