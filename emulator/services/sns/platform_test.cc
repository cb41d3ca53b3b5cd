#include <gmock/gmock.h>

#include "emulator/services/sns/sms.h"
#include "emulator/services/sns/test_topic.h"

namespace cumulite::sns {
namespace {

class PlatformTest : public SnsTest {
 protected:
  std::string make_application() {
    const auto made =
        call(create_platform_application,
             {.Name = "app",
              .Platform = "ADM",
              .Attributes = Attributes{{"PlatformPrincipal", "p"}, {"PlatformCredential", "c"}}});
    EXPECT_TRUE(made.ok());
    return made.ok() ? *made->PlatformApplicationArn : "";
  }

  std::string make_endpoint(const std::string& application, const std::string& data) {
    return outcome_arn(
        call(create_platform_endpoint,
             {.PlatformApplicationArn = application, .Token = "token", .CustomUserData = data}));
  }

  static std::string outcome_arn(const Result<api::CreateEndpointResponse>& made) {
    return made.ok() ? *made->EndpointArn : made.error().message;
  }
};

TEST_F(PlatformTest, ApplicationsHideTheirCredentials) {
  const auto arn = make_application();
  EXPECT_EQ(arn, "arn:aws:sns:us-east-1:000000000000:app/ADM/app");
  const auto got = call(get_platform_application_attributes, {.PlatformApplicationArn = arn});
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(*got->Attributes, (Attributes{{"Enabled", "true"}}));
  EXPECT_EQ(
      outcome(set_platform_application_attributes,
              {.PlatformApplicationArn = arn, .Attributes = Attributes{{"Enabled", "false"}}}),
      "ok");
  const auto listed = call(list_platform_applications, {});
  ASSERT_TRUE(listed.ok());
  EXPECT_EQ(*listed->PlatformApplications->at(0).Attributes, (Attributes{{"Enabled", "false"}}));
  EXPECT_EQ(outcome(create_platform_application, {.Name = "a", .Platform = "AAA"}),
            "InvalidParameter: Invalid parameter: Platform Reason: AAA is not supported");
}

TEST_F(PlatformTest, EndpointsAreOneATokenAndCaptured) {
  const auto application = make_application();
  const auto arn = make_endpoint(application, "foo");
  EXPECT_EQ(make_endpoint(application, "foo"), arn);
  EXPECT_EQ(make_endpoint(application, "bar"),
            "Invalid parameter: Token Reason: Endpoint " + arn +
                " already exists with the same Token, but different attributes.");
  send({.TargetArn = arn, .Message = "m"});
  EXPECT_EQ(env_.captured().list("", "push").at(0).recipient, arn);
  EXPECT_EQ(outcome(set_endpoint_attributes,
                    {.EndpointArn = arn, .Attributes = Attributes{{"Enabled", "false"}}}),
            "ok");
  EXPECT_EQ(outcome(publish, {.TargetArn = arn, .Message = "m"}),
            "EndpointDisabled: Endpoint is disabled");
  const auto listed =
      call(list_endpoints_by_platform_application, {.PlatformApplicationArn = application});
  ASSERT_TRUE(listed.ok());
  EXPECT_EQ(listed->Endpoints->size(), 1U);
  EXPECT_EQ(outcome(delete_endpoint, {.EndpointArn = arn}), "ok");
  EXPECT_EQ(outcome(get_endpoint_attributes, {.EndpointArn = arn}),
            "NotFound: Endpoint does not exist");
  EXPECT_EQ(outcome(delete_platform_application, {.PlatformApplicationArn = application}), "ok");
  EXPECT_EQ(
      outcome(list_endpoints_by_platform_application, {.PlatformApplicationArn = application}),
      "NotFound: PlatformApplication does not exist");
}

TEST_F(PlatformTest, OptedOutNumbersGetNothing) {
  opt_out(env_.env(), "000000000000", "us-east-1", "+15551234567");
  EXPECT_EQ(outcome(publish, {.PhoneNumber = "+15551234567", .Message = "m"}),
            "OptedOut: The phone number is opted out");
  const auto asked = call(check_if_phone_number_is_opted_out, {.phoneNumber = "+15551234567"});
  ASSERT_TRUE(asked.ok());
  EXPECT_EQ(asked->isOptedOut, true);
  EXPECT_EQ(call(list_phone_numbers_opted_out, {})->phoneNumbers->size(), 1U);
  EXPECT_EQ(outcome(opt_in_phone_number, {.phoneNumber = "+15551234567"}), "ok");
  EXPECT_TRUE(call(list_phone_numbers_opted_out, {})->phoneNumbers->empty());
}

TEST_F(PlatformTest, SmsHasAttributesAndASandbox) {
  EXPECT_EQ(
      outcome(set_sms_attributes, {.attributes = Attributes{{"DefaultSMSType", "Transactional"}}}),
      "ok");
  const auto got = call(get_sms_attributes, {});
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(*got->attributes,
            (Attributes{{"DefaultSMSType", "Transactional"}, {"MonthlySpendLimit", "1"}}));
  const std::string number = "+15551234567";
  EXPECT_EQ(outcome(create_sms_sandbox_phone_number, {.PhoneNumber = number}), "ok");
  const std::string text = env_.captured().list("", "sms").at(0).body;
  const std::string password = text.substr(text.size() - 6);
  const auto sent = [&] { return env_.captured().list("", "sms").size(); };
  const auto publish_to = [&](const std::string& to) {
    return outcome(publish, {.PhoneNumber = to, .Message = "hello"});
  };
  EXPECT_EQ(publish_to(number), "ok");
  EXPECT_EQ(sent(), 1U) << "accepted, and kept in the sandbox until the number is verified";
  EXPECT_EQ(outcome(verify_sms_sandbox_phone_number,
                    {.PhoneNumber = number, .OneTimePassword = password}),
            "ok");
  EXPECT_EQ(publish_to(number), "ok");
  EXPECT_EQ(sent(), 2U);
  EXPECT_EQ(publish_to("+15557654321"), "ok");
  EXPECT_EQ(sent(), 2U) << "another number is none of the sandbox's";
  const auto numbers = call(list_sms_sandbox_phone_numbers, {});
  ASSERT_TRUE(numbers.ok());
  EXPECT_EQ(*numbers->PhoneNumbers->at(0).Status, "Verified");
  EXPECT_EQ(outcome(delete_sms_sandbox_phone_number, {.PhoneNumber = number}), "ok");
  EXPECT_EQ(call(get_sms_sandbox_account_status, {})->IsInSandbox, true);
  EXPECT_TRUE(call(list_origination_numbers, {})->PhoneNumbers->empty());
}

}  // namespace
}  // namespace cumulite::sns
