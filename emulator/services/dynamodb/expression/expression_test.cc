#include <string>

#include <gtest/gtest.h>

#include "emulator/services/dynamodb/expression/binding.h"
#include "emulator/services/dynamodb/expression/evaluate.h"
#include "emulator/services/dynamodb/expression/projection.h"

namespace cumulite::dynamodb::expression {
namespace {

const Item kValues = {
    {":n", make_number("5")}, {":s", make_string("ab")}, {":one", make_number("1")}};

Item item() {
  AttributeValue::List list = {make_number("1"), make_number("2"), make_number("3")};
  return {{"n", make_number("5")},
          {"s", make_string("abc")},
          {"l", {Type::kL, list}},
          {"m", {Type::kM, Item{{"x", make_number("1")}}}}};
}

/// "true", "false", or the message.
std::string check(std::string_view text) {
  auto placeholders = Placeholders::make(std::nullopt, kValues);
  auto bound = bind_condition("ConditionExpression", text, *placeholders);
  if (!bound.ok()) return bound.error().message;
  return matches(*bound, item()) ? "true" : "false";
}

TEST(Condition, EvaluatesOperatorsAndFunctions) {
  EXPECT_EQ(check("n = :n"), "true");
  EXPECT_EQ(check("NOT n <> :n AND begins_with(s, :s)"), "true");
  EXPECT_EQ(check("size(l) > :one and contains(s, :s)"), "true");
  EXPECT_EQ(check("n IN (:one, :n)"), "true");
  EXPECT_EQ(check("n BETWEEN :one AND :n"), "true");
  EXPECT_EQ(check("absent <> :n"), "true");
  EXPECT_EQ(check("absent < :n"), "false");
  EXPECT_EQ(check("l[0] = :one AND m.x = :one"), "true");
  EXPECT_EQ(check("n = :one OR n = :n AND s = :s"), "false");
}

// Suites of clients compare these texts letter by letter.
TEST(Condition, FaultsHaveTheServicesWording) {
  EXPECT_EQ(check("a = "),
            "Invalid ConditionExpression: Syntax error; token: \"<EOF>\", near: \"=\"");
  EXPECT_EQ(check(""), "Invalid ConditionExpression: The expression can not be empty;");
  EXPECT_EQ(check("((n = :n))"),
            "Invalid ConditionExpression: The expression has redundant parentheses;");
  EXPECT_EQ(
      check("name = :n"),
      "Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: name");
  EXPECT_EQ(check("f(n)"), "Invalid ConditionExpression: Invalid function name; function: f");
  EXPECT_EQ(check("n = :zz"),
            "Invalid ConditionExpression: An expression attribute value used in expression is not "
            "defined; attribute value: :zz");
  EXPECT_EQ(check("n = n"),
            "Invalid ConditionExpression: The first operand must be distinct from the remaining "
            "operands for this operator or function; operator: =, first operand: [n]");
}

// Hostile depth must end in an error, not in an overflow of the stack.
TEST(Condition, BoundsItsRecursion) {
  EXPECT_NE(check(std::string(4000, '(')).find("Syntax error"), std::string::npos);
  std::string nots;
  for (int i = 0; i < 1000; ++i) nots += "NOT ";
  EXPECT_NE(check(nots + "n = :n").find("Invalid ConditionExpression"), std::string::npos);
}

std::string update(std::string_view text) {
  auto placeholders = Placeholders::make(std::nullopt, kValues);
  auto bound = bind_update(text, *placeholders);
  if (!bound.ok()) return bound.error().message;
  Item changed = item();
  auto applied = expression::apply(*bound, changed);
  return applied.ok() ? to_json(changed) : applied.error().message;
}

// All right sides see the item as it was, and removals keep the numbers of the elements.
TEST(Update, AppliesClausesToTheItemAsItWas) {
  const auto result = update("SET n = n + :one, l[9] = n REMOVE l[0], l[1] ADD c :n");
  EXPECT_NE(result.find(R"("n":{"N":"6"})"), std::string::npos) << result;
  EXPECT_NE(result.find(R"("l":{"L":[{"N":"3"},{"N":"5"}]})"), std::string::npos) << result;
  EXPECT_NE(result.find(R"("c":{"N":"5"})"), std::string::npos) << result;
}

TEST(Update, FaultsHaveTheServicesWording) {
  EXPECT_EQ(update("SET n = :n, n = :one"),
            "Invalid UpdateExpression: Two document paths overlap with each other; must remove or "
            "rewrite one of these paths; path one: [n], path two: [n]");
  EXPECT_EQ(update("SET n = :n SET s = :s"),
            "Invalid UpdateExpression: The \"SET\" section can only be used once in an update "
            "expression;");
  EXPECT_EQ(update("SET x.y = :n"),
            "The document path provided in the update expression is invalid for update");
  EXPECT_EQ(update("SET n = nope"),
            "The provided expression refers to an attribute that does not exist in the item");
}

TEST(Projection, ClosesListsUpAndKeepsOrder) {
  Placeholders placeholders;
  auto bound = bind_projection("l[2], l[0], m.x, m.nope", placeholders);
  ASSERT_TRUE(bound.ok());
  EXPECT_EQ(to_json(Projection(*bound).apply(item())),
            R"({"l":{"L":[{"N":"1"},{"N":"3"}]},"m":{"M":{"x":{"N":"1"}}}})");
}

}  // namespace
}  // namespace cumulite::dynamodb::expression
