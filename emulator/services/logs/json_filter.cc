#include "emulator/services/logs/json_filter.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "emulator/core/policy/wildcards.h"
#include "emulator/services/logs/errors.h"

namespace cumulite::logs {
namespace {

using nlohmann::json;

using Step = std::variant<std::string, std::size_t>;

enum class Test {
  kEqual,
  kNotEqual,
  kLess,
  kGreater,
  kLessEqual,
  kGreaterEqual,
  kIsNull,
  kIsTrue,
  kIsFalse,
  kExists,
  kNotExists
};

/// A comparison, or children joined by && or ||.
struct Node {
  bool is_leaf = true;
  bool is_and = false;
  std::vector<Node> children;
  std::vector<Step> path;
  Test test = Test::kEqual;
  std::string text;
  std::optional<double> number;
};

bool wildcard_match(std::string_view pattern, std::string_view text) {
  return matches_stars(pattern, text, [](char p, char t) { return p == t; });
}

const json* find(const json& document, const std::vector<Step>& path) {
  const json* at = &document;
  for (const Step& step : path) {
    if (const auto* name = std::get_if<std::string>(&step)) {
      if (!at->is_object()) return nullptr;
      const auto found = at->find(*name);
      if (found == at->end()) return nullptr;
      at = &*found;
    } else {
      const std::size_t index = std::get<std::size_t>(step);
      if (!at->is_array() || index >= at->size()) return nullptr;
      at = &(*at)[index];
    }
  }
  return at;
}

bool equals(const Node& node, const json& value) {
  if (node.number && value.is_number()) return value.get<double>() == *node.number;
  if (value.is_string()) return wildcard_match(node.text, value.get_ref<const std::string&>());
  return false;
}

bool compare(const Node& node, const json& value) {
  if (!node.number || !value.is_number()) return false;
  const double number = value.get<double>();
  switch (node.test) {
    case Test::kLess:
      return number < *node.number;
    case Test::kGreater:
      return number > *node.number;
    case Test::kLessEqual:
      return number <= *node.number;
    default:
      return number >= *node.number;
  }
}

bool holds(const Node& node, const json& document) {
  if (!node.is_leaf) {
    const auto each = [&](const Node& child) { return holds(child, document); };
    return node.is_and ? std::all_of(node.children.begin(), node.children.end(), each)
                       : std::any_of(node.children.begin(), node.children.end(), each);
  }
  const json* value = find(document, node.path);
  switch (node.test) {
    case Test::kExists:
      return value != nullptr;
    case Test::kNotExists:
      return value == nullptr;
    case Test::kIsNull:
      return value != nullptr && value->is_null();
    case Test::kIsTrue:
      return value != nullptr && value->is_boolean() && value->get<bool>();
    case Test::kIsFalse:
      return value != nullptr && value->is_boolean() && !value->get<bool>();
    case Test::kEqual:
      return value != nullptr && equals(node, *value);
    case Test::kNotEqual:
      return value != nullptr && !equals(node, *value);
    default:
      return value != nullptr && compare(node, *value);
  }
}

/// Recursive descent over `{ expression }`; false from any method: the text is no pattern.
class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  bool parse(Node& root) {
    return take("{") && parse_or(root) && take("}") && (skip_spaces(), rest_.empty());
  }

 private:
  static constexpr int kDepthMax = 32;

  void skip_spaces() {
    while (!rest_.empty() && std::isspace(static_cast<unsigned char>(rest_.front())) != 0) {
      rest_.remove_prefix(1);
    }
  }

  bool take(std::string_view token) {
    skip_spaces();
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  bool parse_joined(std::string_view token, bool is_and, bool (Parser::*child)(Node&), Node& out) {
    Node first;
    if (!(this->*child)(first)) return false;
    if (!take(token)) {
      out = std::move(first);
      return true;
    }
    out.is_leaf = false;
    out.is_and = is_and;
    out.children.push_back(std::move(first));
    do {
      Node next;
      if (!(this->*child)(next)) return false;
      out.children.push_back(std::move(next));
    } while (take(token));
    return true;
  }

  bool parse_or(Node& out) { return parse_joined("||", false, &Parser::parse_and, out); }

  bool parse_and(Node& out) { return parse_joined("&&", true, &Parser::parse_factor, out); }

  bool parse_factor(Node& out) {
    if (!take("(")) return parse_leaf(out);
    if (++depth_ > kDepthMax) return false;
    const bool parsed = parse_or(out) && take(")");
    --depth_;
    return parsed;
  }

  bool parse_leaf(Node& out) {
    if (!parse_path(out.path)) return false;
    constexpr std::pair<std::string_view, Test> kWords[] = {{"IS NULL", Test::kIsNull},
                                                            {"IS TRUE", Test::kIsTrue},
                                                            {"IS FALSE", Test::kIsFalse},
                                                            {"NOT EXISTS", Test::kNotExists},
                                                            {"EXISTS", Test::kExists}};
    for (const auto& [word, test] : kWords) {
      if (!take(word)) continue;
      out.test = test;
      return true;
    }
    constexpr std::pair<std::string_view, Test> kSigns[] = {
        {"!=", Test::kNotEqual}, {"<=", Test::kLessEqual}, {">=", Test::kGreaterEqual},
        {"=", Test::kEqual},     {"<", Test::kLess},       {">", Test::kGreater}};
    for (const auto& [sign, test] : kSigns) {
      if (!take(sign)) continue;
      out.test = test;
      return parse_value(out);
    }
    return false;
  }

  /// "$.a.b[0]", "$['a b'].c".
  bool parse_path(std::vector<Step>& path) {
    if (!take("$")) return false;
    while (!rest_.empty() && (rest_.front() == '.' || rest_.front() == '[')) {
      const bool is_dot = rest_.front() == '.';
      if (is_dot) rest_.remove_prefix(1);
      if (rest_.starts_with('[')) {
        if (!parse_bracket(path)) return false;
        continue;
      }
      const auto end = std::find_if(rest_.begin(), rest_.end(), [](char c) {
        return std::string_view(".[=!<>|&()} \t\r\n").find(c) != std::string_view::npos;
      });
      if (end == rest_.begin()) return false;
      path.emplace_back(std::string(rest_.begin(), end));
      rest_.remove_prefix(static_cast<std::size_t>(end - rest_.begin()));
    }
    return !path.empty();
  }

  bool parse_bracket(std::vector<Step>& path) {
    rest_.remove_prefix(1);
    const auto close = rest_.find(']');
    if (close == std::string_view::npos || close == 0) return false;
    std::string_view inside = rest_.substr(0, close);
    rest_.remove_prefix(close + 1);
    if (inside.size() >= 2 && (inside.front() == '\'' || inside.front() == '"') &&
        inside.back() == inside.front()) {
      path.emplace_back(std::string(inside.substr(1, inside.size() - 2)));
      return true;
    }
    std::size_t index = 0;
    const auto parsed = std::from_chars(inside.data(), inside.data() + inside.size(), index);
    if (parsed.ec != std::errc{} || parsed.ptr != inside.data() + inside.size()) return false;
    path.emplace_back(index);
    return true;
  }

  bool parse_value(Node& out) {
    skip_spaces();
    if (rest_.starts_with('"')) {
      const auto close = rest_.find('"', 1);
      if (close == std::string_view::npos) return false;
      out.text = rest_.substr(1, close - 1);
      rest_.remove_prefix(close + 1);
      return true;
    }
    const auto end = std::find_if(rest_.begin(), rest_.end(), [](char c) {
      return std::string_view("|&()} \t\r\n").find(c) != std::string_view::npos;
    });
    out.text.assign(rest_.begin(), end);
    rest_.remove_prefix(out.text.size());
    double number = 0;
    const char* last = out.text.data() + out.text.size();
    const auto parsed = std::from_chars(out.text.data(), last, number);
    if (parsed.ec == std::errc{} && parsed.ptr == last) out.number = number;
    return !out.text.empty();
  }

  std::string_view rest_;
  int depth_ = 0;
};

class ParsedFilter final : public JsonFilter {
 public:
  explicit ParsedFilter(Node root) : root_(std::move(root)) {}

  bool matches(std::string_view message) const override {
    const json document = json::parse(message, nullptr, false);
    return !document.is_discarded() && holds(root_, document);
  }

 private:
  Node root_;
};

}  // namespace

Result<std::shared_ptr<const JsonFilter>> JsonFilter::parse(std::string_view text) {
  Node root;
  if (!Parser(text).parse(root)) return errors::invalid_pattern();
  return std::shared_ptr<const JsonFilter>(std::make_shared<ParsedFilter>(std::move(root)));
}

}  // namespace cumulite::logs
