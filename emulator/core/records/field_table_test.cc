#include "emulator/core/records/field_table.h"

#include <gtest/gtest.h>

namespace cumulite {
namespace {

struct Leaf {
  std::string name;
  std::int64_t weight = 0;

  bool operator==(const Leaf&) const = default;

  static void fields(auto& self, auto&& field) {
    field(1, self.name);
    field(2, self.weight);
  }
};

struct Tree {
  bool is_old = false;
  Leaf top;
  std::vector<Leaf> leaves;
  std::vector<std::string> names;
  std::vector<std::pair<std::string, std::string>> tags;

  bool operator==(const Tree&) const = default;

  static void fields(auto& self, auto&& field) {
    field(1, self.is_old);
    field(2, self.top);
    field(3, self.leaves);
    field(4, self.names);
    field(9, self.tags);
  }
};

// Rows live longer than the program that wrote them: what goes in comes out, of each kind.
TEST(FieldTable, GivesBackWhatWasPut) {
  const Tree tree{true, {"top", -7}, {{"one", 1}, {"two", 0}}, {"a", "b"}, {{"key", ""}}};
  EXPECT_EQ(decode_fields<Tree>(encode_fields(tree)), tree);
}

// A record that gains members costs nothing where they are not used.
TEST(FieldTable, WritesNothingForWhatIsEmpty) {
  EXPECT_EQ(encode_fields(Tree{}), "");
}

// An older build reads the rows of a newer one, which has fields that it does not know.
TEST(FieldTable, PassesOverFieldsThatItDoesNotKnow) {
  const Tree tree{true, {"top", 3}, {}, {}, {{"key", "value"}}};
  FieldWriter writer;
  writer.text(200, "later");
  const auto read = decode_fields<Tree>(encode_fields(tree) + writer.take());
  EXPECT_EQ(read, tree);
}

}  // namespace
}  // namespace cumulite
