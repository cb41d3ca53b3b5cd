#include <gtest/gtest.h>

#include "emulator/services/glacier/test_support.h"
#include "emulator/services/glacier/vault/vaults.h"

namespace cumulite::glacier {
namespace {

class VaultTest : public testing::Test, public GlacierTest {
 protected:
  api::DescribeVaultOutput vault() {
    api::DescribeVaultInput req;
    req.vaultName = "vault";
    return *describe_vault(*call(), req);
  }

  /// Empty, or the message of the refusal.
  std::string remove_vault() {
    api::DeleteVaultInput req;
    req.vaultName = "vault";
    auto done = delete_vault(*call(), req);
    return done.ok() ? "" : done.error().message;
  }

  void remove_archive(const std::string& id) {
    api::DeleteArchiveInput req;
    req.vaultName = "vault";
    req.archiveId = id;
    ASSERT_TRUE(delete_archive(*call(), req).ok());
  }
};

constexpr const char* kNotEmpty =
    "Vault not empty or recently written to: arn:aws:glacier:us-east-1:000000000000:vaults/vault";

// Names become parts of ARNs and paths.
TEST(VaultNameTest, FollowsTheRules) {
  EXPECT_TRUE(is_valid_vault_name("a"));
  EXPECT_TRUE(is_valid_vault_name("My_vault-1.2"));
  EXPECT_TRUE(is_valid_vault_name(std::string(255, 'x')));
  EXPECT_FALSE(is_valid_vault_name(""));
  EXPECT_FALSE(is_valid_vault_name("a b"));
  EXPECT_FALSE(is_valid_vault_name("a/b"));
  EXPECT_FALSE(is_valid_vault_name(std::string(256, 'x')));
}

// Scripts create their vault at every start.
TEST_F(VaultTest, CreatingAgainChangesNothing) {
  upload("hello");
  environment().advance(1);
  make_vault("vault");
  EXPECT_EQ(vault().CreationDate, "2026-01-01T00:00:00.000Z");
  EXPECT_EQ(vault().NumberOfArchives, 1);
  EXPECT_EQ(vault().SizeInBytes, 5);
}

// Another account's id in the path is refused, one's own is what "-" means.
TEST_F(VaultTest, KnowsTheAccountOfTheCaller) {
  api::DescribeVaultInput req;
  req.vaultName = "vault";
  req.accountId = "000000000000";
  EXPECT_TRUE(describe_vault(*call(), req).ok());
  req.accountId = "111122223333";
  EXPECT_EQ(describe_vault(*call(), req).error().code, "AccessDeniedException");
}

// A vault can go when an inventory has seen that it is empty.
TEST_F(VaultTest, GoesOnlyWhenAnInventorySawItEmpty) {
  const std::string archive = upload("hello");
  EXPECT_FALSE(vault().LastInventoryDate.has_value());
  EXPECT_EQ(remove_vault(), kNotEmpty);
  environment().advance(kDayMs);
  EXPECT_EQ(vault().LastInventoryDate, "2026-01-02T00:00:00.000Z");
  EXPECT_EQ(remove_vault(), kNotEmpty);
  remove_archive(archive);
  EXPECT_EQ(remove_vault(), kNotEmpty);
  environment().advance(kDayMs);
  EXPECT_EQ(remove_vault(), "");
  EXPECT_EQ(remove_vault(),
            "Vault not found for ARN: arn:aws:glacier:us-east-1:000000000000:vaults/vault");
}

// Inventories are made of vaults that changed, so a year of idle vaults is not a year of work.
TEST_F(VaultTest, InventoriesFollowWrites) {
  upload("hello");
  environment().advance(kHourMs);
  upload("again");
  EXPECT_EQ(environment().advance(365 * kDayMs), 1u);
  EXPECT_EQ(vault().LastInventoryDate, "2026-01-02T00:00:00.000Z");
}

// A hundred vaults come in pages of ten, each begun by the marker of the one before.
TEST_F(VaultTest, ListsInPages) {
  for (int i = 10; i < 35; ++i) make_vault("v" + std::to_string(i));
  std::size_t count = 0;
  api::ListVaultsInput req;
  do {
    const auto page = list_vaults(*call(), req);
    ASSERT_TRUE(page.ok());
    EXPECT_LE(page->VaultList->size(), 10u);
    count += page->VaultList->size();
    req.marker = page->Marker;
  } while (req.marker);
  EXPECT_EQ(count, 26u);
  req.limit = "0";
  EXPECT_EQ(list_vaults(*call(), req).error().code, "InvalidParameterValueException");
}

// The eleventh tag is one too many; a known key only changes its value.
TEST_F(VaultTest, KeepsTenTags) {
  api::AddTagsToVaultInput req;
  req.vaultName = "vault";
  req.Tags.emplace();
  for (int i = 0; i < 10; ++i) req.Tags->emplace_back("k" + std::to_string(i), "v");
  ASSERT_TRUE(add_tags_to_vault(*call(), req).ok());
  req.Tags = model::Map<std::string>{{"k3", "new"}};
  EXPECT_TRUE(add_tags_to_vault(*call(), req).ok());
  req.Tags = model::Map<std::string>{{"k10", "v"}};
  EXPECT_EQ(add_tags_to_vault(*call(), req).error().code, "LimitExceededException");
  api::RemoveTagsFromVaultInput remove;
  remove.vaultName = "vault";
  remove.TagKeys = std::vector<std::string>{"k0", "unknown"};
  ASSERT_TRUE(remove_tags_from_vault(*call(), remove).ok());
  api::ListTagsForVaultInput list;
  list.vaultName = "vault";
  const auto tags = *list_tags_for_vault(*call(), list)->Tags;
  EXPECT_EQ(tags.size(), 9u);
  EXPECT_EQ(*model::find(tags, "k3"), "new");
}

// A reset of an account leaves no row and no body of it, and nothing of another's is touched.
TEST_F(VaultTest, DropsAnAccountWhole) {
  upload(std::string(100'000, 'x'));
  retrieve(upload("small"), "Expedited");
  environment().advance(5 * kMinuteMs);
  service().drop_account("00000000000");
  EXPECT_EQ(vault().NumberOfArchives, 2);
  service().drop_account("000000000000");
  api::DescribeVaultInput req;
  req.vaultName = "vault";
  EXPECT_FALSE(describe_vault(*call(), req).ok());
  EXPECT_EQ(environment().env().blobs.bytes_on_disk(), 0u);
}

}  // namespace
}  // namespace cumulite::glacier
