#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "emulator/services/dynamodb/expression/binding.h"
#include "emulator/services/dynamodb/item/value.h"

namespace cumulite::dynamodb::expression {

/// Which parts of an item are wanted, as a tree over the paths, so that an item is walked once.
class Projection {
 public:
  Projection() = default;
  explicit Projection(const BoundProjection& bound);
  /// Whole top-level attributes (AttributesToGet, key schemas).
  static Projection of_attributes(const std::vector<std::string>& names);

  void add(const Path& path, const Binding& binding);
  void add_attribute(std::string_view name);

  /// The wanted parts of the item; moves values that are wanted whole. Lists keep the order of
  /// their elements and close up.
  Item apply(Item item) const;

  bool empty() const { return root_.children.empty(); }

  /// Every top-level attribute is among the names.
  std::vector<std::string_view> top_names() const;
  /// Top-level attributes of which only a part is wanted.
  std::vector<std::string_view> nested_names() const;

 private:
  struct Node {
    bool is_index = false;
    std::string name;
    std::uint32_t index = 0;
    bool whole = false;
    std::vector<Node> children;
  };

  static Node& child(Node& parent, bool is_index, std::string_view name, std::uint32_t index);
  static Item map(const Node& node, Item& from);
  static bool value(const Node& node, AttributeValue& from, AttributeValue& out);

  Node root_;
};

}  // namespace cumulite::dynamodb::expression
