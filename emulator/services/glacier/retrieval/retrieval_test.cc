#include <gtest/gtest.h>

#include "emulator/core/admin_registry.h"
#include "emulator/services/glacier/test_support.h"

namespace cumulite::glacier {
namespace {

class RetrievalTest : public testing::Test, public GlacierTest {
 protected:
  /// Empty, or the code of the refusal.
  std::string try_job(const std::string& archive, const std::string& tier) {
    api::JobParameters parameters;
    parameters.Type = "archive-retrieval";
    parameters.ArchiveId = archive;
    parameters.Tier = tier;
    auto made = start_job(parameters);
    return made.ok() ? "" : made.error().code;
  }

  Result<Unit> set_policy(const std::string& strategy, std::optional<std::int64_t> bytes = {}) {
    api::SetDataRetrievalPolicyInput req;
    req.Policy.emplace().Rules.emplace().push_back({strategy, bytes});
    return set_data_retrieval_policy(*call(), req);
  }

  http::Response admin(const std::string& body) {
    http::Request request;
    request.method = "POST";
    const auto* handler = environment().env().admin.find("/_cumulite/glacier/expedited-capacity");
    return (*handler)({request, body});
  }
};

// A budget per hour stops Standard retrievals, not the other tiers, and is there again next hour.
TEST_F(RetrievalTest, PolicyLimitsBytesPerHour) {
  const std::string archive = upload("0123456789");
  ASSERT_TRUE(set_policy("BytesPerHour", 25).ok());
  EXPECT_EQ(try_job(archive, "Standard"), "");
  EXPECT_EQ(try_job(archive, "Standard"), "");
  EXPECT_EQ(try_job(archive, "Standard"), "PolicyEnforcedException");
  EXPECT_EQ(try_job(archive, "Expedited"), "");
  EXPECT_EQ(try_job(archive, "Bulk"), "");
  environment().advance(kHourMs);
  EXPECT_EQ(try_job(archive, "Standard"), "");
  ASSERT_TRUE(set_policy("None").ok());
  for (int i = 0; i < 5; ++i) EXPECT_EQ(try_job(archive, "Standard"), "");
}

// What GetDataRetrievalPolicy shows is what was set, and nonsense is not set.
TEST_F(RetrievalTest, PolicyIsOneKnownRule) {
  EXPECT_FALSE(set_policy("BytesPerHour").ok());
  EXPECT_FALSE(set_policy("BytesPerHour", 0).ok());
  EXPECT_FALSE(set_policy("Sometimes").ok());
  EXPECT_FALSE(set_policy("FreeTier", 5).ok());
  const auto shown = [&] {
    return *get_data_retrieval_policy(*call(), {})->Policy->Rules->front().Strategy;
  };
  EXPECT_EQ(shown(), "None");
  ASSERT_TRUE(set_policy("FreeTier").ok());
  EXPECT_EQ(shown(), "FreeTier");
}

// The fallback from Expedited to Standard can be tested: by setting, and by the admin call.
TEST_F(RetrievalTest, ExpeditedCapacityMayBeShort) {
  const std::string archive = upload("hello");
  environment().settings().glacier_expedited_capacity = 1;
  EXPECT_EQ(try_job(archive, "Expedited"), "");
  EXPECT_EQ(try_job(archive, "Expedited"), "InsufficientCapacityException");
  EXPECT_EQ(try_job(archive, "Standard"), "");
  environment().advance(5 * kMinuteMs);
  EXPECT_EQ(try_job(archive, "Expedited"), "");
  EXPECT_EQ(admin(R"({"capacity": 2, "account": "000000000000"})").status, 200);
  EXPECT_EQ(try_job(archive, "Expedited"), "");
  EXPECT_EQ(try_job(archive, "Expedited"), "InsufficientCapacityException");
  EXPECT_EQ(admin(R"({"capacity": null, "account": "000000000000"})").status, 200);
  environment().settings().glacier_expedited_capacity = std::nullopt;
  EXPECT_EQ(try_job(archive, "Expedited"), "");
  EXPECT_EQ(admin(R"({"capacity": -1})").status, 400);
}

// Who bought capacity gets through when others do not, for a month.
TEST_F(RetrievalTest, ProvisionedCapacityLastsAMonth) {
  const std::string archive = upload("hello");
  environment().settings().glacier_expedited_capacity = 0;
  EXPECT_EQ(try_job(archive, "Expedited"), "InsufficientCapacityException");
  ASSERT_TRUE(purchase_provisioned_capacity(*call(), {}).ok());
  ASSERT_TRUE(purchase_provisioned_capacity(*call(), {}).ok());
  EXPECT_EQ(purchase_provisioned_capacity(*call(), {}).error().code, "LimitExceededException");
  for (int i = 0; i < 6; ++i) EXPECT_EQ(try_job(archive, "Expedited"), "");
  EXPECT_EQ(try_job(archive, "Expedited"), "InsufficientCapacityException");
  const auto units = *list_provisioned_capacity(*call(), {})->ProvisionedCapacityList;
  ASSERT_EQ(units.size(), 2u);
  EXPECT_EQ(units[0].StartDate, "2026-01-01T00:00:00.000Z");
  EXPECT_EQ(units[0].ExpirationDate, "2026-02-02T00:00:00.000Z");
  environment().advance(32 * kDayMs);
  EXPECT_TRUE(list_provisioned_capacity(*call(), {})->ProvisionedCapacityList->empty());
}

}  // namespace
}  // namespace cumulite::glacier
