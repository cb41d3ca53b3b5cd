#include "emulator/services/sns/filter_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cumulite::sns {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::shared_ptr<const FilterPolicy> policy(std::string_view text, FilterScope scope) {
  auto parsed = FilterPolicy::parse(text, scope);
  EXPECT_TRUE(parsed.ok()) << text << ": " << (parsed.ok() ? "" : parsed.error().message);
  return parsed.ok() ? *parsed : nullptr;
}

std::string refusal(std::string_view text, FilterScope scope = FilterScope::kAttributes) {
  const auto parsed = FilterPolicy::parse(text, scope);
  return parsed.ok() ? "" : parsed.error().message;
}

struct BodyCase {
  const char* policy;
  const char* body;
  bool passes;
};

class BodyPolicy : public testing::TestWithParam<BodyCase> {};

// Each operator, with a value on either side of its edge.
TEST_P(BodyPolicy, Matches) {
  const auto parsed = policy(GetParam().policy, FilterScope::kBody);
  ASSERT_NE(parsed, nullptr);
  EXPECT_EQ(parsed->matches_body(GetParam().body), GetParam().passes)
      << GetParam().policy << " on " << GetParam().body;
}

constexpr BodyCase kBodyCases[] = {
    {R"({"k":["a"]})", R"({"k":"a"})", true},
    {R"({"k":["a"]})", R"({"k":"A"})", false},
    {R"({"k":["a"]})", R"({"k":["b","a"]})", true},
    {R"({"k":["a"]})", R"({"k":[]})", false},
    {R"({"k":["a"]})", "no json", false},
    {R"({"k":["a"]})", R"(["a"])", false},
    {R"({"k":[1]})", R"({"k":1.0})", true},
    {R"({"k":[1]})", R"({"k":"1"})", false},
    {R"({"k":[true]})", R"({"k":true})", true},
    {R"({"k":[null]})", R"({"k":null})", true},
    {R"({"k":[{"prefix":"au"}]})", R"({"k":"auto"})", true},
    {R"({"k":[{"prefix":"au"}]})", R"({"k":"tau"})", false},
    {R"({"k":[{"suffix":"to"}]})", R"({"k":"auto"})", true},
    // A dot is a level, in the policy and in the message.
    {R"({"a.b.c":["v"]})", R"({"a":{"b":{"c":"v"}}})", true},
    {R"({"a.b.c":["v"]})", R"({"a.b":{"c":"v"}})", true},
    {R"({"a.b.c":["v"]})", R"({"a":[{"b.c":"w"},{"b.c":"v"}]})", true},
    {R"({"a.b.c":["v"]})", R"({"a":{"b":{"c":"w"}}})", false},
    {R"({"a":{"b":["v"]}})", R"({"a.b":"v"})", true},
    {R"({"k":[{"suffix":"to"}]})", R"({"k":"tom"})", false},
    {R"({"k":[{"equals-ignore-case":"Auto"}]})", R"({"k":"aUTO"})", true},
    {R"({"k":[{"equals-ignore-case":"Auto"}]})", R"({"k":"autos"})", false},
    {R"({"k":[{"wildcard":"a*o*z"}]})", R"({"k":"auto-fizz"})", true},
    {R"({"k":[{"wildcard":"a*o*z"}]})", R"({"k":"auto-fizzy"})", false},
    {R"({"k":[{"wildcard":"a\\*"}]})", R"({"k":"a*"})", true},
    {R"({"k":[{"wildcard":"a\\*"}]})", R"({"k":"ab"})", false},
    {R"({"k":[{"cidr":"10.0.0.0/24"}]})", R"({"k":"10.0.0.255"})", true},
    {R"({"k":[{"cidr":"10.0.0.0/24"}]})", R"({"k":"10.0.1.0"})", false},
    {R"({"k":[{"cidr":"10.0.0.128/25"}]})", R"({"k":"10.0.0.127"})", false},
    {R"({"k":[{"cidr":"2001:db8::/32"}]})", R"({"k":"2001:db8:1::1"})", true},
    {R"({"k":[{"cidr":"10.0.0.0/24"}]})", R"({"k":"host"})", false},
    {R"({"k":[{"numeric":["=",5]}]})", R"({"k":5})", true},
    {R"({"k":[{"numeric":[">",0,"<=",5]}]})", R"({"k":5})", true},
    {R"({"k":[{"numeric":[">",0,"<=",5]}]})", R"({"k":0})", false},
    {R"({"k":[{"numeric":["<",5]}]})", R"({"k":4.99})", true},
    {R"({"k":[{"numeric":["<",5]}]})", R"({"k":"4"})", false},
    {R"({"k":[{"exists":true}]})", R"({"k":0})", true},
    {R"({"k":[{"exists":true}]})", R"({"k":{"child":1}})", false},
    {R"({"k":[{"exists":false}]})", R"({"other":0})", true},
    {R"({"k":{"child":[{"exists":false}]}})", R"({})", true},
    {R"({"k":[{"exists":false}]})", R"({"k":null})", false},
    {R"({"k":[{"anything-but":"a"}]})", R"({"k":"b"})", true},
    {R"({"k":[{"anything-but":["a","b"]}]})", R"({"k":"b"})", false},
    {R"({"k":[{"anything-but":["a","b"]}]})", R"({"other":"c"})", false},
    {R"({"k":[{"anything-but":[1,2]}]})", R"({"k":3})", true},
    {R"({"k":[{"anything-but":{"prefix":"a"}}]})", R"({"k":"ba"})", true},
    {R"({"k":[{"anything-but":{"prefix":"a"}}]})", R"({"k":"ab"})", false},
    {R"({"k":[{"anything-but":{"prefix":["x","y"]}}]})", R"({"k":"ya"})", false},
    {R"({"k":[{"anything-but":{"wildcard":"*x*"}}]})", R"({"k":"axa"})", false},
    {R"({"k":[{"anything-but":{"equals-ignore-case":["a","b"]}}]})", R"({"k":"B"})", false},
    {R"({"a":{"b":{"c":["x"]}}})", R"({"a":{"b":{"c":"x"}}})", true},
    {R"({"a":{"b":["x"],"c":["y"]}})", R"({"a":[{"b":"x"},{"c":"y"}]})", false},
    {R"({"a":{"b":["x"],"c":["y"]}})", R"({"a":[{"b":"z"},{"b":"x","c":"y"}]})", true},
    {R"({"a":{"b":["x"]}})", R"({"a":[[{"b":"x"}]]})", true},
    {R"({"$or":[{"a":[1]},{"b":[2]}]})", R"({"b":2})", true},
    {R"({"$or":[{"a":[1]},{"b":[2]}]})", R"({"a":2,"b":1})", false},
    {R"({"s":["x"],"$or":[{"a":[1]},{"b":{"c":[2]}}]})", R"({"s":"x","b":{"c":2}})", true},
    {R"({"d":{"$or":[{"a":[1]},{"b":[2]}]}})", R"({"d":{"a":1}})", true},
};

INSTANTIATE_TEST_SUITE_P(Operators, BodyPolicy, testing::ValuesIn(kBodyCases));

// Attributes have types, which decide what a value is compared as.
TEST(FilterPolicy, AttributesAreComparedByType) {
  const std::vector<DeliveredAttribute> attributes = {
      {"text", "String", "100"},
      {"number", "Number", "100.5"},
      {"list", "String.Array", R"(["x", 3, true, null])"},
      {"bytes", "Binary", "x"},
      {"custom", "String.kind", "y"},
  };
  const auto passes = [&](std::string_view text) {
    return policy(text, FilterScope::kAttributes)->matches_attributes(attributes);
  };
  EXPECT_TRUE(passes(R"({"text":["100"]})"));
  EXPECT_FALSE(passes(R"({"text":[100]})"));
  EXPECT_TRUE(passes(R"({"number":[100.5]})"));
  EXPECT_TRUE(passes(R"({"number":[{"numeric":[">",100]}]})"));
  EXPECT_TRUE(passes(R"({"list":["x"]})"));
  EXPECT_TRUE(passes(R"({"list":[3]})"));
  EXPECT_TRUE(passes(R"({"list":[{"exists":true}]})"));
  EXPECT_FALSE(passes(R"({"bytes":[{"exists":true}]})"));
  EXPECT_TRUE(passes(R"({"custom":["y"],"absent":[{"exists":false}]})"));
}

struct Refusal {
  const char* policy;
  const char* message;
};

class PolicyRefusal : public testing::TestWithParam<Refusal> {};

// SNS tells where its parser stood: after what was read last, or behind the opening quote of a
// text that it did not need to read.
TEST_P(PolicyRefusal, NamesThePlace) {
  EXPECT_THAT(refusal(GetParam().policy, FilterScope::kBody),
              StartsWith("FilterPolicy: " + std::string(GetParam().message)));
}

constexpr Refusal kRefusals[] = {
    {R"({"k":[]})",
     "Empty arrays are not allowed\n at [Source: (String)\"{\"k\":[]}\"; line: 1, "
     "column: 8]"},
    {R"({"k":"v"})",
     "\"k\" must be an object or an array\n at [Source: (String)\"{\"k\":\"v\"}\"; "
     "line: 1, column: 7]"},
    {R"({"k":[{"anything-but":{"suffix":"a"}}]})", "Unsupported anything-but pattern: suffix"},
    {R"({"k":[{"suffix":7}]})", "suffix match pattern must be a string"},
    {R"({"k":[{"other":7}]})", "Unrecognized match type other"},
    {R"({"k":[{"exists":"yes"}]})", "exists match pattern must be either true or false."},
    {R"({"k":[{"prefix":"a","suffix":"b"}]})", "Only one key allowed in match expression"},
    {R"({"k":[{"numeric":["<",1,2]}]})", "Too many elements in numeric expression"},
    {R"({"k":[{"numeric":[">",1,2]}]})", "Bad value in numeric range: 2"},
    {R"({"k":[{"numeric":[">",2,"<",1]}]})", "Bottom must be less than top"},
    {R"({"k":[{"numeric":["~"]}]})", "Unrecognized numeric range operator: ~"},
    {R"({"k":[{"cidr":"10.0.0.0"}]})", "Malformed CIDR, one '/' required"},
    {R"({"k":[{"cidr":"10.0.0.0/x"}]})", "Malformed CIDR, mask bits must be an integer"},
    {R"({"k":[{"cidr":"10.0.0/8"}]})", "Nonstandard IP address: 10.0.0"},
    {R"({"k":[{"anything-but":["a",1]}]})", "Inside anything but list, either all values"},
    {R"({"k":[{"anything-but":{"exists":true}}]})", "Unsupported anything-but pattern: exists"},
    {R"(["k"])", "Filter is not an object"},
    {"invalid", "failed to parse JSON. Unrecognized token 'invalid'"},
    {R"({"a":[1],"b":[1],"c":[1],"d":[1],"e":[1],"f":[1]})",
     "Filter policy can not have more than 5 keys"},
};

INSTANTIATE_TEST_SUITE_P(Messages, PolicyRefusal, testing::ValuesIn(kRefusals));

// A list counts once for each level that it lies deep; alternatives add up.
TEST(FilterPolicy, ComplexityIsLimited) {
  const auto list = [](int count) {
    std::string text = "[";
    for (int i = 0; i < count; ++i) text += (i == 0 ? "" : ",") + std::to_string(i);
    return text + "]";
  };
  constexpr std::string_view kTooComplex = "FilterPolicy: Filter policy is too complex";
  EXPECT_EQ(refusal("{\"a\":" + list(150) + "}"), "");
  EXPECT_EQ(refusal("{\"a\":" + list(151) + "}"), kTooComplex);
  EXPECT_EQ(refusal("{\"a\":" + list(15) + ",\"b\":" + list(11) + "}"), kTooComplex);
  EXPECT_EQ(refusal("{\"a\":{\"b\":" + list(75) + "}}", FilterScope::kBody), "");
  EXPECT_EQ(refusal("{\"a\":{\"b\":" + list(76) + "}}", FilterScope::kBody), kTooComplex);
  EXPECT_EQ(refusal("{\"$or\":[{\"a\":" + list(80) + "},{\"b\":" + list(71) + "}]}"), kTooComplex);
}

TEST(FilterPolicy, AttributesAreNotNested) {
  EXPECT_THAT(refusal(R"({"a":{"b":["c"]}})"), HasSubstr("does not support nested filter policy"));
}

// A hostile pattern must not cost more than its length times the text's.
TEST(FilterPolicy, WildcardsStayCheap) {
  const std::string pattern = R"({"k":[{"wildcard":"*a*a*a*a*a*a*a*a*a*a*a*b"}]})";
  const std::string body = R"({"k":")" + std::string(5'000, 'a') + R"("})";
  EXPECT_FALSE(policy(pattern, FilterScope::kBody)->matches_body(body));
}

}  // namespace
}  // namespace cumulite::sns
