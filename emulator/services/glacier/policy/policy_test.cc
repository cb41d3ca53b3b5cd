#include <gtest/gtest.h>

#include "emulator/services/glacier/policy/document.h"
#include "emulator/services/glacier/policy/wildcard.h"
#include "emulator/services/glacier/test_support.h"

namespace cumulite::glacier {
namespace {

constexpr const char* kArn = "arn:aws:glacier:us-east-1:000000000000:vaults/vault";

std::string deny(const std::string& action, const std::string& condition) {
  return R"({"Version":"2012-10-17","Statement":[{"Sid":"s","Principal":"*","Effect":"Deny",)"
         R"("Action":[")" +
         action + R"("],"Resource":[")" + kArn + R"("],"Condition":)" + condition + "}]}";
}

const std::string kYearOld =
    deny("glacier:DeleteArchive", R"({"NumericLessThan":{"glacier:ArchiveAgeInDays":"365"}})");

class PolicyTest : public testing::Test, public GlacierTest {
 protected:
  Result<api::InitiateVaultLockOutput> lock(const std::string& policy) {
    api::InitiateVaultLockInput req;
    req.vaultName = "vault";
    req.policy.emplace().Policy = policy;
    return initiate_vault_lock(*call(), req);
  }

  Result<Unit> complete(const std::string& id) {
    api::CompleteVaultLockInput req;
    req.vaultName = "vault";
    req.lockId = id;
    return complete_vault_lock(*call(), req);
  }

  Result<Unit> abort() {
    api::AbortVaultLockInput req;
    req.vaultName = "vault";
    return abort_vault_lock(*call(), req);
  }

  Result<api::GetVaultLockOutput> get() {
    api::GetVaultLockInput req;
    req.vaultName = "vault";
    return get_vault_lock(*call(), req);
  }

  Result<Unit> remove(const std::string& archive) {
    api::DeleteArchiveInput req;
    req.vaultName = "vault";
    req.archiveId = archive;
    return delete_archive(*call(), req);
  }
};

// Policies name actions and ARNs with wildcards.
TEST(WildcardTest, MatchesAnyText) {
  EXPECT_TRUE(matches_wildcard("*", ""));
  EXPECT_TRUE(matches_wildcard("glacier:Delete*", "glacier:DeleteArchive"));
  EXPECT_TRUE(matches_wildcard("a*b*c", "a-b-b-c"));
  EXPECT_TRUE(matches_wildcard("a?c", "abc"));
  EXPECT_FALSE(matches_wildcard("a?c", "ac"));
  EXPECT_FALSE(matches_wildcard("glacier:Delete", "glacier:DeleteArchive"));
}

// A policy that could not be judged later must not be accepted now.
TEST(PolicyDocumentTest, RefusesWhatItCannotJudge) {
  const auto check = [](const std::string& text) { return check_policy_document(text, kArn).ok(); };
  EXPECT_TRUE(check(kYearOld));
  EXPECT_FALSE(check(""));
  EXPECT_FALSE(check("{"));
  EXPECT_FALSE(check("{}"));
  EXPECT_FALSE(check(deny("s3:GetObject", "{}")));
  EXPECT_FALSE(check(deny("glacier:*", R"({"Sometimes":{"a":"b"}})")));
  EXPECT_FALSE(check_policy_document(kYearOld, "arn:aws:glacier:us-east-1:1:vaults/other").ok());
}

// The operators that lock policies are made of.
TEST(PolicyDocumentTest, JudgesConditions) {
  PolicyCall call;
  call.action = "glacier:DeleteArchive";
  call.resource = kArn;
  call.account = "000000000000";
  call.archive_age_days = 100;
  call.tag = [](std::string_view name) -> std::optional<std::string> {
    if (name != "hold") return std::nullopt;
    return "true";
  };
  const auto denied = [&](const std::string& condition) {
    return denies(deny("glacier:Delete*", condition), call);
  };
  EXPECT_TRUE(denied("{}"));
  EXPECT_TRUE(denied(R"({"NumericLessThan":{"glacier:ArchiveAgeInDays":"101"}})"));
  EXPECT_FALSE(denied(R"({"NumericLessThan":{"glacier:ArchiveAgeInDays":"100"}})"));
  EXPECT_TRUE(denied(R"({"NumericLessThanEquals":{"glacier:ArchiveAgeInDays":100}})"));
  EXPECT_TRUE(denied(R"({"StringLike":{"glacier:ResourceTag/hold":["", "tr*"]}})"));
  EXPECT_FALSE(denied(R"({"StringEquals":{"glacier:ResourceTag/other":"x"}})"));
  EXPECT_TRUE(denied(R"({"StringNotEquals":{"glacier:ResourceTag/other":"x"}})"));
  EXPECT_TRUE(denied(R"({"Bool":{"aws:SecureTransport":"false"}})"));
  EXPECT_TRUE(denied(R"({"Null":{"glacier:ResourceTag/other":"true"}})"));
  call.action = "glacier:UploadArchive";
  EXPECT_FALSE(denied("{}"));
}

// The point of a lock: an archive cannot be deleted before its time, whoever asks.
TEST_F(PolicyTest, LockKeepsArchivesForAYear) {
  const std::string archive = upload("evidence");
  const std::string id = *lock(kYearOld)->lockId;
  EXPECT_EQ(remove(archive).error().code, "AccessDeniedException");
  EXPECT_EQ(get()->State, "InProgress");
  EXPECT_EQ(get()->ExpirationDate, "2026-01-02T00:00:00.000Z");
  EXPECT_EQ(complete("wrong").error().code, "InvalidParameterValueException");
  ASSERT_TRUE(complete(id).ok());
  EXPECT_TRUE(complete(id).ok());
  EXPECT_EQ(complete("wrong").error().code, "AccessDeniedException");
  EXPECT_EQ(abort().error().code, "AccessDeniedException");
  EXPECT_EQ(lock(kYearOld).error().code, "AccessDeniedException");
  environment().advance(364 * kDayMs);
  EXPECT_EQ(remove(archive).error().code, "AccessDeniedException");
  environment().advance(kDayMs);
  EXPECT_EQ(get()->State, "Locked");
  EXPECT_TRUE(remove(archive).ok());
}

// A day to try a policy out, after which it is as if there had been none.
TEST_F(PolicyTest, LockInProgressExpires) {
  const std::string archive = upload("evidence");
  ASSERT_TRUE(lock(kYearOld).ok());
  EXPECT_EQ(lock(kYearOld).error().code, "AccessDeniedException");
  environment().advance(kDayMs);
  EXPECT_EQ(get().error().code, "ResourceNotFoundException");
  EXPECT_TRUE(remove(archive).ok());
  ASSERT_TRUE(lock(kYearOld).ok());
  EXPECT_TRUE(abort().ok());
  EXPECT_TRUE(abort().ok());
  EXPECT_FALSE(get().ok());
}

// Access policies are kept as they were sent; they deny only where signatures are enforced.
TEST_F(PolicyTest, AccessPolicyDeniesWhenEnforced) {
  const std::string archive = upload("hello");
  api::SetVaultAccessPolicyInput set;
  set.vaultName = "vault";
  set.policy.emplace().Policy = deny("glacier:DeleteArchive", "{}");
  ASSERT_TRUE(set_vault_access_policy(*call(), set).ok());
  api::GetVaultAccessPolicyInput get_policy;
  get_policy.vaultName = "vault";
  EXPECT_EQ(get_vault_access_policy(*call(), get_policy)->policy->Policy, set.policy->Policy);
  environment().settings().auth = AuthMode::kEnforce;
  EXPECT_EQ(remove(archive).error().code, "AccessDeniedException");
  environment().settings().auth = AuthMode::kOff;
  EXPECT_TRUE(remove(archive).ok());
  api::DeleteVaultAccessPolicyInput drop;
  drop.vaultName = "vault";
  EXPECT_TRUE(delete_vault_access_policy(*call(), drop).ok());
  EXPECT_FALSE(get_vault_access_policy(*call(), get_policy).ok());
}

}  // namespace
}  // namespace cumulite::glacier
