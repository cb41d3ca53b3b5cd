#include "emulator/services/dynamodb/partiql/values.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "emulator/services/dynamodb/errors.h"
#include "emulator/services/dynamodb/item/number.h"
#include "emulator/services/dynamodb/item/set_order.h"

namespace cumulite::dynamodb::partiql {
namespace {

/// A parameter's number is read as Java's BigDecimal reads it: an exponent that does not fit 32
/// bits makes no number, and the magnitude is 32-bit arithmetic that wraps.
Result<void> check_exponent(const std::string& text) {
  const auto mark = text.find_first_of("eE");
  if (mark == std::string::npos) return {};
  std::string_view written = std::string_view(text).substr(mark + 1);
  if (written.starts_with('+')) written.remove_prefix(1);
  std::int64_t exponent = 0;
  const auto [end, status] =
      std::from_chars(written.data(), written.data() + written.size(), exponent);
  if (status == std::errc::invalid_argument || end != written.data() + written.size()) return {};
  // Java negates the exponent for the scale, so the least 32-bit integer is one too many.
  if (status != std::errc{} || exponent > INT32_MAX || exponent <= INT32_MIN) {
    return errors::not_a_number(text);
  }
  const auto digits = std::count_if(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(mark),
                                    [](char c) { return c >= '0' && c <= '9'; });
  if (exponent > 0 && exponent + digits > INT32_MAX) return errors::number_underflow();
  return {};
}

/// Exponents and nesting, in the order of the document; what else is wrong is told by normalize.
Result<void> check_parameter(AttributeValue& value, int depth) {
  if (depth > kNestingMax) return errors::nesting_too_deep();
  if (value.type == Type::kN) CUMULITE_TRY(check_exponent(value.text()));
  if (value.type == Type::kNS) {
    for (const auto& element : value.set()) CUMULITE_TRY(check_exponent(element));
  }
  if (value.type == Type::kL) {
    for (auto& element : std::get<AttributeValue::List>(value.value)) {
      CUMULITE_TRY(check_parameter(element, depth + 1));
    }
    return {};
  }
  if (value.type == Type::kM) {
    for (auto& entry : std::get<AttributeValue::Map>(value.value)) {
      CUMULITE_TRY(check_parameter(entry.second, depth + 1));
    }
    return {};
  }
  return normalize(value, depth);
}

std::string_view kind_name(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kParameter:
      return "Parameter";
    case Node::Kind::kPath:
      return "VariableReference";
    case Node::Kind::kCall:
      return node.text;
    case Node::Kind::kMissing:
      return "LiteralMissing";
    default:
      return "NAry";
  }
}

/// Reads literals; `path` says where in the value the node stands.
class Constants {
 public:
  explicit Constants(const Parameters& parameters) : parameters_(parameters) {}

  Result<AttributeValue> value(const Node& node, const std::string& path, int depth) const {
    if (depth > kNestingMax) {
      return errors::validation("Nesting Levels have exceeded supported limits under " + path);
    }
    switch (node.kind) {
      case Node::Kind::kString:
        return make_string(node.text);
      case Node::Kind::kNumber:
      case Node::Kind::kSign:
        return number(node, path);
      case Node::Kind::kBoolean:
        return AttributeValue{Type::kBool, node.text == "true"};
      case Node::Kind::kNull:
        return AttributeValue{};
      case Node::Kind::kList:
        return list(node, path, depth);
      case Node::Kind::kMap:
        return map(node, path, depth);
      case Node::Kind::kBag:
        return bag(node, path);
      case Node::Kind::kParameter:
        if (path == "root") return parameters_[node.parameter];
        return unsupported(node, path);
      default:
        return unsupported(node, path);
    }
  }

  Result<Item> members(const Node& node, const std::string& path, int depth) const {
    Item out;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      const std::string at = path.empty() ? "root" : path + "." + node.keys[i];
      CUMULITE_ASSIGN(AttributeValue member, value(node.children[i], at, depth + 1));
      set(out, node.keys[i], std::move(member));
    }
    return out;
  }

 private:
  static Error unsupported(const Node& node, const std::string& path) {
    return errors::validation(fmt::format("Unsupported data type: {} under key {} at {}",
                                          kind_name(node), path, node.position.text()));
  }

  static Result<std::string> literal(const Node& node, const std::string& path) {
    if (node.kind == Node::Kind::kNumber) return node.text;
    if (node.kind != Node::Kind::kSign) return unsupported(node, path);
    CUMULITE_ASSIGN(std::string text, literal(node.children.front(), path));
    if (node.text == "+") return text;
    return text.starts_with('-') ? text.substr(1) : "-" + text;
  }

  static Result<AttributeValue> number(const Node& node, const std::string& path) {
    CUMULITE_ASSIGN(const std::string text, literal(node, path));
    auto normal = normalize_number(text);
    if (!normal.ok()) {
      return errors::validation(fmt::format("{} under {}", normal.error().message, path));
    }
    return make_number(std::move(*normal));
  }

  Result<AttributeValue> list(const Node& node, const std::string& path, int depth) const {
    AttributeValue::List out;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      CUMULITE_ASSIGN(AttributeValue element,
                      value(node.children[i], fmt::format("{}[{}]", path, i), depth + 1));
      out.push_back(std::move(element));
    }
    return AttributeValue{Type::kL, std::move(out)};
  }

  Result<AttributeValue> map(const Node& node, const std::string& path, int depth) const {
    CUMULITE_ASSIGN(Item out, members(node, path, depth));
    return AttributeValue{Type::kM, std::move(out)};
  }

  Result<AttributeValue> bag(const Node& node, const std::string& path) const {
    if (node.children.empty()) return errors::validation("Empty bags are not supported");
    std::vector<std::string> elements;
    std::vector<std::string> written;
    std::optional<Type> type;
    for (const auto& child : node.children) {
      CUMULITE_ASSIGN(AttributeValue element, value(child, path, 1));
      if ((element.type != Type::kS && element.type != Type::kN) ||
          (type && *type != element.type)) {
        return errors::validation(
            "Unsupported data type in Bag. DynamoDB only supports either numbers or strings in "
            "bags");
      }
      type = element.type;
      written.push_back(child.text);
      elements.push_back(element.text());
    }
    for (std::size_t i = 1; i < elements.size(); ++i) {
      const auto end = elements.begin() + static_cast<std::ptrdiff_t>(i);
      if (std::find(elements.begin(), end, elements[i]) == end) continue;
      return errors::invalid_parameter(
          *type == Type::kS
              ? fmt::format("Input collection [{}] contains duplicates.", fmt::join(written, ", "))
              : fmt::format("Input collection [{}] contains duplicates! under {}",
                            fmt::join(written, ", "), path));
    }
    AttributeValue set{*type == Type::kS ? Type::kSS : Type::kNS, std::move(elements)};
    sort_set(set);
    return set;
  }

  const Parameters& parameters_;
};

}  // namespace

Result<Parameters> read_parameters(const std::optional<std::vector<AttributeValue>>& given) {
  Parameters out = given.value_or(Parameters{});
  for (auto& value : out) CUMULITE_TRY(check_parameter(value, 1));
  return out;
}

bool is_constant(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kString:
    case Node::Kind::kNumber:
    case Node::Kind::kBoolean:
    case Node::Kind::kNull:
    case Node::Kind::kParameter:
    case Node::Kind::kList:
    case Node::Kind::kBag:
    case Node::Kind::kMap:
    case Node::Kind::kSign:
    case Node::Kind::kMissing:
      return true;
    default:
      return false;
  }
}

Result<AttributeValue> constant(const Node& node, const Parameters& parameters) {
  return Constants(parameters).value(node, "root", 1);
}

Result<Item> constant_item(const Node& node, const Parameters& parameters) {
  if (node.kind == Node::Kind::kParameter) {
    const auto& value = parameters[node.parameter];
    if (value.type == Type::kM) return value.map();
  }
  if (node.kind != Node::Kind::kMap) {
    return errors::validation("Unsupported data type: item of an INSERT must be a map");
  }
  return Constants(parameters).members(node, "", 0);
}

}  // namespace cumulite::dynamodb::partiql
