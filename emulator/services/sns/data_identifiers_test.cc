#include "emulator/services/sns/data_identifiers.h"

#include <string>

#include <gtest/gtest.h>

namespace cumulite::sns {
namespace {

std::vector<std::string> found(std::string_view identifier, std::string_view text) {
  std::vector<std::string> texts;
  for (const Span& span : find_data(identifier, text)) {
    texts.emplace_back(text.substr(span.begin, span.end - span.begin));
  }
  return texts;
}

using Texts = std::vector<std::string>;

// Addresses stand in sentences, lists and JSON; what only looks like one must stay.
TEST(DataIdentifiersTest, FindAddressesOfMail) {
  EXPECT_EQ(found("EmailAddress", "write to a.b+c@mail.example.com."),
            Texts{"a.b+c@mail.example.com"});
  EXPECT_EQ(found("EmailAddress", R"({"to":"x@y.org","cc":"z@y.org"})"),
            (Texts{"x@y.org", "z@y.org"}));
  EXPECT_EQ(found("EmailAddress", "a@localhost, @b.com, c@, d@e.f, a@b.1x, @@, x@-y.com"), Texts{});
}

// Issuers' test numbers; the last digit changed is no number of theirs.
TEST(DataIdentifiersTest, FindCards) {
  for (const char* number :
       {"4111111111111111", "4222222222222", "378282246310005", "30569309025904",
        "6011111111111117", "3530111333300000", "5555555555554444", "2223003122003222",
        "6200000000000005", "5019717010103742", "4111-1111-1111-1111", "3782 822463 10005"}) {
    EXPECT_EQ(found("CreditCardNumber", std::string("no. ") + number + ", thanks"), Texts{number});
  }
  EXPECT_EQ(found("CreditCardNumber", "4111111111111112"), Texts{});
  EXPECT_EQ(found("CreditCardNumber", "x4111111111111111"), Texts{});
  EXPECT_EQ(found("CreditCardNumber", "9999999999999995"), Texts{}) << "nobody issues those";
}

TEST(DataIdentifiersTest, FindAddressesOfHosts) {
  EXPECT_EQ(found("IpAddress", "from 10.0.0.1. To 2001:db8::1: ok"),
            (Texts{"10.0.0.1", "2001:db8::1"}));
  EXPECT_EQ(found("IpAddress", "256.1.1.1, 1.2.3, v1.2.3.4, 12:30, a::, ::"), Texts{"a::"});
}

TEST(DataIdentifiersTest, KnowWhatTheyKnow) {
  EXPECT_TRUE(is_found_here("IpAddress"));
  EXPECT_FALSE(is_found_here("Name"));
  EXPECT_EQ(found("Name", "John"), Texts{});
}

// A policy with a name that AWS does not have is a mistake that would protect nothing.
TEST(DataIdentifiersTest, AreThoseOfAws) {
  for (const char* name :
       {"EmailAddress", "Ssn-US", "DriversLicense-GR", "HealthInsuranceCardNumber-EU"})
    EXPECT_TRUE(is_managed_identifier(name)) << name;
  for (const char* name :
       {"", "Email", "Ssn", "Ssn-", "Ssn-GR", "Ssn-U", "Ssn-ES US", "EmailAddress-US"})
    EXPECT_FALSE(is_managed_identifier(name)) << name;
}

}  // namespace
}  // namespace cumulite::sns
