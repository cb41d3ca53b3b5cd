#include "emulator/services/dynamodb/item/value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <unordered_set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "emulator/services/dynamodb/errors.h"
#include "emulator/services/dynamodb/item/number.h"
#include "emulator/services/dynamodb/item/set_order.h"
#include "emulator/services/dynamodb/item/value_layer.h"
#include "protocol/codec/base64.h"
#include "protocol/codec/json_writer.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::array<std::string_view, 10> kTypeNames = {"S",  "N", "B", "SS",   "NS",
                                                         "BS", "M", "L", "NULL", "BOOL"};

bool has_duplicates(const std::vector<std::string>& set) {
  if (set.size() < 8) {
    for (std::size_t i = 1; i < set.size(); ++i) {
      if (std::find(set.begin(), set.begin() + static_cast<std::ptrdiff_t>(i), set[i]) !=
          set.begin() + static_cast<std::ptrdiff_t>(i)) {
        return true;
      }
    }
    return false;
  }
  std::unordered_set<std::string_view> seen;
  for (const auto& element : set) {
    if (!seen.insert(element).second) return true;
  }
  return false;
}

/// As the current layer lists a set: what came before the first member that repeats in the order of
/// its bytes, then the rest as it was sent.
std::vector<std::string> listed(std::vector<std::string> set) {
  std::unordered_set<std::string_view> seen;
  auto repeat = set.begin();
  while (repeat != set.end() && seen.insert(*repeat).second) ++repeat;
  std::sort(set.begin(), repeat);
  return set;
}

Error set_duplicates(const AttributeValue& value, Layer layer) {
  const bool current = layer == Layer::kCurrent;
  const bool binary = value.type == Type::kBS;
  if (value.type == Type::kNS) {
    return current ? errors::invalid_parameter("Input collection contains duplicates.")
                   : errors::number_set_duplicates();
  }
  std::vector<std::string> shown = current ? listed(value.set()) : value.set();
  for (auto& element : shown) {
    if (binary) element = codec::base64_encode(element);
    if (!current) continue;
    std::string quoted;
    codec::append_json_string(element, quoted);
    element = std::move(quoted);
  }
  const std::string_view separator = current && binary ? "," : ", ";
  const auto rendered = fmt::format("[{}]", fmt::join(shown, separator));
  return binary ? errors::binary_set_duplicates(rendered) : errors::duplicates(rendered);
}

/// The older layer reads a number as Java's BigDecimal does, whose scale is an integer of 32 bits:
/// an exponent that it cannot hold makes no number, and one at its edge turns round.
Result<void> check_scale(std::string_view text) {
  const auto mark = text.find_first_of("eE");
  constexpr std::size_t kHarmlessDigits = 8;
  if (mark == std::string_view::npos || text.size() - mark < kHarmlessDigits) return {};
  auto digits = text.substr(mark + 1);
  if (digits.starts_with('+')) digits.remove_prefix(1);
  std::int64_t exponent = 0;
  const auto [end, status] =
      std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
  const bool whole = status == std::errc{} && end == digits.data() + digits.size();
  if (!whole) return errors::not_a_number(text);
  const auto point = text.find('.');
  const auto fraction = point < mark ? static_cast<std::int64_t>(mark - point - 1) : 0;
  const std::int64_t scale = fraction - exponent;
  const auto fits = [](std::int64_t value) { return value >= INT32_MIN && value <= INT32_MAX; };
  if (!fits(exponent) || !fits(scale)) return errors::not_a_number(text);
  const bool turns = !fits(1 - scale);
  if (turns) return errors::number_underflow();
  return {};
}

Result<std::string> normal_number(const std::string& text, Layer layer) {
  // The current layer shows an empty text too.
  if (text.empty() && layer == Layer::kCurrent) {
    return errors::validation(errors::not_a_number({}).message + ": ");
  }
  if (layer == Layer::kOlder) CUMULITE_TRY(check_scale(text));
  return normalize_number(text);
}

Result<void> normalize_set(AttributeValue& value, Layer layer) {
  auto& elements = std::get<std::vector<std::string>>(value.value);
  if (elements.empty()) return errors::empty_set(type_name(value.type));
  if (value.type == Type::kNS) {
    for (auto& element : elements) {
      CUMULITE_ASSIGN(element, normal_number(element, layer));
    }
  }
  if (has_duplicates(elements)) return set_duplicates(value, layer);
  sort_set(value);
  return {};
}

bool equal_sets(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  if (a.size() != b.size()) return false;
  if (a == b) return true;
  std::vector<std::string_view> left(a.begin(), a.end());
  std::vector<std::string_view> right(b.begin(), b.end());
  std::sort(left.begin(), left.end());
  std::sort(right.begin(), right.end());
  return left == right;
}

}  // namespace

std::string_view type_name(Type type) {
  return kTypeNames[static_cast<std::size_t>(type)];
}

Result<void> normalize(AttributeValue& value, Layer layer, int depth) {
  if (depth > kNestingMax) return errors::nesting_too_deep();
  if (const auto* refused = std::get_if<AttributeValue::RefusedPtr>(&value.value)) {
    for (AttributeValue part : (*refused)->parts) CUMULITE_TRY(normalize(part, layer, depth));
    return errors::validation((*refused)->reason);
  }
  switch (value.type) {
    case Type::kN: {
      auto& text = std::get<std::string>(value.value);
      CUMULITE_ASSIGN(text, normal_number(text, layer));
      return {};
    }
    case Type::kSS:
    case Type::kNS:
    case Type::kBS:
      return normalize_set(value, layer);
    case Type::kL:
      for (auto& element : std::get<AttributeValue::List>(value.value)) {
        CUMULITE_TRY(normalize(element, layer, depth + 1));
      }
      return {};
    case Type::kM:
      for (auto& entry : std::get<AttributeValue::Map>(value.value)) {
        CUMULITE_TRY(normalize(entry.second, layer, depth + 1));
      }
      return {};
    default:
      return {};
  }
}

Result<void> normalize(AttributeValue& value, int depth) {
  return normalize(value, Layer::kOlder, depth);
}

Result<void> normalize(Item& item) {
  for (auto& entry : item) CUMULITE_TRY(normalize(entry.second, 1));
  return {};
}

namespace {

Result<void> check_nesting(const AttributeValue& value, int depth) {
  if (depth > kNestingMax) return errors::nesting_too_deep();
  if (value.type == Type::kM) return cumulite::dynamodb::check_nesting(value.map(), depth + 1);
  if (value.type != Type::kL) return {};
  for (const auto& element : value.list()) CUMULITE_TRY(check_nesting(element, depth + 1));
  return {};
}

}  // namespace

Result<void> check_nesting(const Item& item, int depth) {
  for (const auto& entry : item) CUMULITE_TRY(check_nesting(entry.second, depth));
  return {};
}

Result<Item> normalized(const Item& item, Layer layer) {
  Item copy = item;
  for (auto& entry : copy) CUMULITE_TRY(normalize(entry.second, layer));
  return copy;
}

Result<Item> normalized(const Item& item) {
  return normalized(item, Layer::kOlder);
}

AttributeValue make_string(std::string text) {
  return {Type::kS, std::move(text)};
}

AttributeValue make_number(std::string normal) {
  return {Type::kN, std::move(normal)};
}

bool equal(const AttributeValue& a, const AttributeValue& b) {
  if (a.type != b.type) return false;
  switch (a.type) {
    case Type::kSS:
    case Type::kNS:
    case Type::kBS:
      return equal_sets(a.set(), b.set());
    case Type::kM:
      return equal(a.map(), b.map());
    case Type::kL:
      return std::equal(a.list().begin(), a.list().end(), b.list().begin(), b.list().end(),
                        [](const auto& x, const auto& y) { return equal(x, y); });
    default:
      return a.value == b.value;
  }
}

bool equal(const Item& a, const Item& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const AttributeValue* other = a[i].first == b[i].first ? &b[i].second : find(b, a[i].first);
    if (other == nullptr || !equal(a[i].second, *other)) return false;
  }
  return true;
}

int compare_scalars(const AttributeValue& a, const AttributeValue& b) {
  if (a.type == Type::kN) return compare_numbers(a.text(), b.text());
  return a.text().compare(b.text());
}

bool is_scalar_key_type(Type type) {
  return type == Type::kS || type == Type::kN || type == Type::kB;
}

std::size_t size_bytes(const AttributeValue& value) {
  std::size_t total = 0;
  switch (value.type) {
    case Type::kS:
    case Type::kB:
      return value.text().size();
    case Type::kN:
      return number_size_bytes(value.text());
    case Type::kSS:
    case Type::kBS:
      for (const auto& element : value.set()) total += element.size();
      return total;
    case Type::kNS:
      for (const auto& element : value.set()) total += number_size_bytes(element);
      return total;
    case Type::kL:
      for (const auto& element : value.list()) total += 1 + size_bytes(element);
      return total + 3;
    case Type::kM:
      for (const auto& [name, element] : value.map()) {
        total += 1 + name.size() + size_bytes(element);
      }
      return total + 3;
    case Type::kNull:
    case Type::kBool:
      return 1;
  }
  return total;
}

std::size_t size_bytes(const Item& item) {
  std::size_t total = 0;
  for (const auto& [name, value] : item) total += name.size() + size_bytes(value);
  return total;
}

const AttributeValue* find(const Item& item, std::string_view name) {
  return model::find(item, name);
}

AttributeValue* find(Item& item, std::string_view name) {
  for (auto& [key, value] : item) {
    if (key == name) return &value;
  }
  return nullptr;
}

void set(Item& item, std::string_view name, AttributeValue value) {
  if (auto* existing = find(item, name)) {
    *existing = std::move(value);
  } else {
    item.emplace_back(std::string(name), std::move(value));
  }
}

bool erase(Item& item, std::string_view name) {
  for (auto it = item.begin(); it != item.end(); ++it) {
    if (it->first == name) {
      item.erase(it);
      return true;
    }
  }
  return false;
}

std::string render(const AttributeValue& value) {
  switch (value.type) {
    case Type::kS:
    case Type::kN:
      return fmt::format("{{{}:{}}}", type_name(value.type), value.text());
    case Type::kB:
      return fmt::format("{{B:{}}}", codec::base64_encode(value.text()));
    case Type::kBool:
      return fmt::format("{{BOOL:{}}}", value.boolean());
    case Type::kNull:
      return "{NULL:true}";
    case Type::kSS:
    case Type::kNS:
    case Type::kBS:
      return fmt::format("{{{}:[{}]}}", type_name(value.type), fmt::join(value.set(), ", "));
    default: {
      std::string out;
      ::cumulite::api::kAttributeValueCodec.write_json(&value, out);
      return out;
    }
  }
}

std::string to_json(const Item& item) {
  std::string out = "{";
  for (const auto& [name, value] : item) {
    if (out.size() > 1) out += ',';
    codec::append_json_string(name, out);
    out += ':';
    ::cumulite::api::kAttributeValueCodec.write_json(&value, out);
  }
  out += '}';
  return out;
}

}  // namespace cumulite::dynamodb
