#include "emulator/services/dynamodb/expression/projection.h"

#include <algorithm>

namespace cumulite::dynamodb::expression {

Projection::Projection(const BoundProjection& bound) {
  for (const auto& path : bound.parsed->paths) add(path, bound.binding);
}

Projection Projection::of_attributes(const std::vector<std::string>& names) {
  Projection out;
  for (const auto& name : names) out.add_attribute(name);
  return out;
}

Projection::Node& Projection::child(Node& parent, bool is_index, std::string_view name,
                                    std::uint32_t index) {
  for (auto& node : parent.children) {
    if (node.is_index == is_index && (is_index ? node.index == index : node.name == name)) {
      return node;
    }
  }
  auto& node = parent.children.emplace_back();
  node.is_index = is_index;
  node.name = std::string(name);
  node.index = index;
  return node;
}

void Projection::add(const Path& path, const Binding& binding) {
  Node* node = &root_;
  for (const auto& step : path) {
    node = &child(*node, step.is_index, step.is_index ? std::string_view{} : binding.name(step),
                  step.number);
  }
  node->whole = true;
}

void Projection::add_attribute(std::string_view name) {
  child(root_, false, name, 0).whole = true;
}

Item Projection::map(const Node& node, Item& from) {
  Item out;
  for (auto& [name, existing] : from) {
    for (const auto& wanted : node.children) {
      if (wanted.is_index || wanted.name != name) continue;
      AttributeValue part;
      if (value(wanted, existing, part)) out.emplace_back(name, std::move(part));
      break;
    }
  }
  return out;
}

bool Projection::value(const Node& node, AttributeValue& from, AttributeValue& out) {
  if (node.whole) {
    out = std::move(from);
    return true;
  }
  if (from.type == Type::kM) {
    Item part = map(node, std::get<AttributeValue::Map>(from.value));
    if (part.empty()) return false;
    out = {Type::kM, std::move(part)};
    return true;
  }
  if (from.type != Type::kL) return false;
  auto& elements = std::get<AttributeValue::List>(from.value);
  AttributeValue::List part;
  for (std::uint32_t i = 0; i < elements.size(); ++i) {
    for (const auto& wanted : node.children) {
      if (!wanted.is_index || wanted.index != i) continue;
      AttributeValue element;
      if (value(wanted, elements[i], element)) part.push_back(std::move(element));
      break;
    }
  }
  if (part.empty()) return false;
  out = {Type::kL, std::move(part)};
  return true;
}

Item Projection::apply(Item item) const {
  return map(root_, item);
}

std::vector<std::string_view> Projection::top_names() const {
  std::vector<std::string_view> out;
  for (const auto& node : root_.children) out.emplace_back(node.name);
  return out;
}

std::vector<std::string_view> Projection::nested_names() const {
  std::vector<std::string_view> out;
  for (const auto& node : root_.children) {
    if (!node.whole) out.emplace_back(node.name);
  }
  return out;
}

}  // namespace cumulite::dynamodb::expression
