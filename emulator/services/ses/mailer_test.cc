#include "emulator/services/ses/mailer.h"

#include <gtest/gtest.h>

namespace cumulite::ses {
namespace {

constexpr Wording kWording = {"InvalidParameterValue"};

// Raw messages name their people in their headers, folded or not.
TEST(Mailer, ReadsHeadersOfRawMessages) {
  constexpr std::string_view kRaw =
      "From: A <a@x>\r\nTo: b@y,\r\n \"C, d\" <c@z>\r\nSubject: Hi\r\n\r\nTo: not@this\r\n";
  EXPECT_EQ(raw_header(kRaw, "from"), "A <a@x>");
  EXPECT_EQ(raw_header(kRaw, "Subject"), "Hi");
  EXPECT_EQ(raw_header(kRaw, "Cc"), "");
  const auto to = addresses_of(raw_header(kRaw, "To"));
  ASSERT_EQ(to.size(), 2u);
  EXPECT_EQ(to[1], "\"C, d\" <c@z>");
  EXPECT_TRUE(addresses_of("").empty());
}

TEST(Mailer, FillsTemplates) {
  const Template source{"t", "Hi {{name}}", "{{ a.b }} {{n}} {{open", "", 0, {}};
  Mail mail;
  mail.template_data = R"({"name":"Ann","a":{"b":"deep"},"n":3})";
  const auto rendered = render_template(source, kWording, mail);
  ASSERT_TRUE(rendered.ok());
  EXPECT_TRUE(*rendered);
  EXPECT_EQ(mail.subject, "Hi Ann");
  EXPECT_EQ(mail.text, "deep 3 {{open");
  Mail lacking;
  lacking.template_data = "{}";
  EXPECT_FALSE(*render_template(source, kWording, lacking));
  lacking.template_data = "no JSON";
  EXPECT_FALSE(render_template(source, kWording, lacking).ok());
}

}  // namespace
}  // namespace cumulite::ses
