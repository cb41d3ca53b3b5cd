#include "protocol/codec/query_reader.h"

#include <algorithm>
#include <charconv>

#include "protocol/codec/scalar.h"

namespace cumulite::codec {
namespace {

using model::Kind;
using model::Member;
using model::Shape;
using model::TimestampFormat;

using Parameter = std::pair<std::string_view, std::string_view>;

/// Bounds the recursion over models whose shapes contain themselves.
constexpr int kDepthMax = 64;

Error malformed(std::string_view name, const Shape& shape) {
  std::string_view type = "String";
  if (shape.kind == Kind::kBoolean) type = "Boolean";
  if (shape.kind == Kind::kInteger) type = "Integer";
  if (shape.kind == Kind::kLong) type = "Long";
  if (shape.kind == Kind::kFloat || shape.kind == Kind::kDouble) type = "Double";
  if (shape.kind == Kind::kTimestamp) type = "Date";
  if (shape.kind == Kind::kBlob) type = "Blob";
  return {"MalformedInput",
          "The value of parameter " + std::string(name) + " can not be converted to a " +
              std::string(type),
          400};
}

class QueryReader {
 public:
  explicit QueryReader(const Form& form) {
    parameters_.reserve(form.size());
    for (const auto& [name, value] : form) parameters_.emplace_back(name, value);
    std::stable_sort(parameters_.begin(), parameters_.end(),
                     [](const Parameter& a, const Parameter& b) { return a.first < b.first; });
  }

  Result<void> structure(const std::string& prefix, const Shape& shape, int depth, void* value) {
    if (depth > kDepthMax) return {};
    for (const Member& member : shape.members) {
      const Shape& inner = *member.shape;
      std::string name = prefix.empty() ? "" : prefix + ".";
      const bool is_flat_list = inner.kind == Kind::kList && is_flattened(member);
      name += query_name(member);
      if (!present(name)) continue;
      void* storage = static_cast<char*>(value) + member.offset;
      if (inner.kind == Kind::kList && !is_flat_list) {
        CUMULITE_TRY(list(name, element_level(inner), inner, depth, member.ops->emplace(storage)));
      } else if (inner.kind == Kind::kMap && !is_flattened(member)) {
        CUMULITE_TRY(map(name, name + ".entry", inner, depth, member.ops->emplace(storage)));
      } else {
        CUMULITE_TRY(read(name, inner, member.timestamp_format, depth, member, storage));
      }
    }
    return {};
  }

 private:
  static std::string_view element_level(const Shape& list) {
    return list.element_name.empty() ? std::string_view("member") : list.element_name;
  }

  Result<void> read(const std::string& name, const Shape& shape, TimestampFormat format, int depth,
                    const Member& member, void* storage) {
    void* value = member.ops->emplace(storage);
    if (shape.kind == Kind::kList) return elements(name, shape, depth, value);
    if (shape.kind == Kind::kMap) return map(name, name, shape, depth, value);
    return element(name, shape, format, depth, value);
  }

  Result<void> element(const std::string& name, const Shape& shape, TimestampFormat format,
                       int depth, void* value) {
    if (shape.kind == Kind::kStructure) return structure(name, shape, depth + 1, value);
    if (shape.kind == Kind::kList) return list(name, element_level(shape), shape, depth + 1, value);
    if (shape.kind == Kind::kMap) return map(name, name + ".entry", shape, depth + 1, value);
    const Parameter* parameter = find(name);
    if (parameter == nullptr) return {};
    const auto used = timestamp_format(format, shape, TimestampFormat::kIso8601);
    if (!parse_scalar(shape, used, parameter->second, value)) return malformed(name, shape);
    return {};
  }

  /// A list with a level of its own. Clients that flatten it are understood too.
  Result<void> list(const std::string& name, std::string_view level, const Shape& shape, int depth,
                    void* value) {
    if (depth > kDepthMax) return {};
    const std::string nested = name + "." + std::string(level);
    if (present(nested)) return elements(nested, shape, depth, value);
    if (level != "member" && present(name + ".member")) {
      return elements(name + ".member", shape, depth, value);
    }
    return elements(name, shape, depth, value);
  }

  Result<void> elements(const std::string& prefix, const Shape& shape, int depth, void* value) {
    for (const std::string_view index : indexes(prefix)) {
      CUMULITE_TRY(element(prefix + "." + std::string(index), *shape.element,
                           TimestampFormat::kDefault, depth, shape.list->append(value)));
    }
    return {};
  }

  Result<void> map(const std::string& name, const std::string& entries, const Shape& shape,
                   int depth, void* value) {
    if (depth > kDepthMax) return {};
    const std::string& prefix = present(entries) ? entries : name;
    const std::string key_name(shape.key_name.empty() ? "key" : shape.key_name);
    const std::string value_name(shape.value_name.empty() ? "value" : shape.value_name);
    for (const std::string_view index : indexes(prefix)) {
      const std::string entry = prefix + "." + std::string(index) + ".";
      const Parameter* key = find(entry + key_name);
      if (key == nullptr) continue;
      CUMULITE_TRY(element(entry + value_name, *shape.element, TimestampFormat::kDefault, depth,
                           shape.map->append(value, std::string(key->second))));
    }
    return {};
  }

  std::vector<Parameter>::const_iterator lower(std::string_view name) const {
    return std::lower_bound(parameters_.begin(), parameters_.end(), name,
                            [](const Parameter& parameter, std::string_view wanted) {
                              return parameter.first < wanted;
                            });
  }

  const Parameter* find(std::string_view name) const {
    const auto at = lower(name);
    return at != parameters_.end() && at->first == name ? &*at : nullptr;
  }

  /// Whether there is the parameter itself or one below it.
  bool present(const std::string& name) const {
    if (find(name) != nullptr) return true;
    const std::string below = name + ".";
    const auto at = lower(below);
    return at != parameters_.end() && at->first.starts_with(below);
  }

  /// The numbers that follow "prefix.", each once, in numeric order.
  std::vector<std::string_view> indexes(const std::string& prefix) const {
    const std::string below = prefix + ".";
    std::vector<std::pair<std::uint32_t, std::string_view>> found;
    for (auto at = lower(below); at != parameters_.end() && at->first.starts_with(below); ++at) {
      const std::string_view rest = at->first.substr(below.size());
      const std::string_view text = rest.substr(0, rest.find('.'));
      if (!found.empty() && found.back().second == text) continue;
      std::uint32_t number = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (error == std::errc() && end == text.data() + text.size())
        found.emplace_back(number, text);
    }
    std::sort(found.begin(), found.end());
    std::vector<std::string_view> texts;
    for (const auto& [number, text] : found) {
      if (texts.empty() || texts.back() != text) texts.push_back(text);
    }
    return texts;
  }

  std::vector<Parameter> parameters_;
};

}  // namespace

std::string_view query_name(const Member& member) {
  return member.shape->query_name.empty() ? member.wire_name : member.shape->query_name;
}

bool is_flattened(const Member& member) {
  return member.flattened || member.shape->flattened || !member.shape->query_name.empty();
}

Result<void> read_query(const Form& form, const Shape& shape, void* value) {
  if (form.size() > kFormParametersMax) {
    return Error{"MalformedQueryString", "The query string has too many parameters.", 400};
  }
  return QueryReader(form).structure("", shape, 0, value);
}

}  // namespace cumulite::codec
