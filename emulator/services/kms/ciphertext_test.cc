#include "emulator/services/kms/ciphertext.h"

#include <gtest/gtest.h>

#include "emulator/services/kms/specs.h"

namespace cumulite::kms {
namespace {

Found symmetric_key(const std::string& id) {
  Found found{{"111111111111", "eu-west-1"}, {}};
  found.key.id = id;
  found.key.spec = kSymmetricDefault;
  found.key.materials.push_back(new_material(found.key.spec, 1));
  return found;
}

// Decrypt is called without a key's id: the bytes say whose they are.
TEST(Ciphertext, NamesItsKeyAndMaterial) {
  const Found found = symmetric_key("key-1");
  const auto parsed = parse_ciphertext(encrypt_symmetric(found, "text", {}));
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->place, found.place);
  EXPECT_EQ(parsed->key_id, "key-1");
  EXPECT_EQ(parsed->material_id, found.key.materials.back().id);
  EXPECT_FALSE(parse_ciphertext("").has_value());
  EXPECT_FALSE(parse_ciphertext("\x01noise").has_value());
  EXPECT_FALSE(parse_ciphertext("noise").has_value());
}

// The context is what an application relies on to tell one use of a ciphertext from another.
TEST(Ciphertext, OpensWithItsContextInAnyOrderAndNoOther) {
  const Found found = symmetric_key("key-1");
  const auto parsed = parse_ciphertext(encrypt_symmetric(found, "text", {{"a", "1"}, {"b", "2"}}));
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(decrypt_symmetric(found, *parsed, {{"b", "2"}, {"a", "1"}}), "text");
  EXPECT_FALSE(decrypt_symmetric(found, *parsed, {}).has_value());
  EXPECT_FALSE(decrypt_symmetric(found, *parsed, {{"a", "1"}, {"b", "3"}}).has_value());
  EXPECT_FALSE(decrypt_symmetric(found, *parsed, {{"a", "1b"}, {"", "2"}}).has_value());
}

// Who rewrites the key's name in the bytes must not get at another key's text by it.
TEST(Ciphertext, IsBoundToTheNamedKey) {
  const Found found = symmetric_key("key-1");
  auto parsed = parse_ciphertext(encrypt_symmetric(found, "text", {}));
  ASSERT_TRUE(parsed.has_value());
  parsed->head[2] = '9';
  EXPECT_FALSE(decrypt_symmetric(found, *parsed, {}).has_value());
}

// After a rotation the older material still opens what it sealed.
TEST(Ciphertext, OutlivesARotation) {
  Found found = symmetric_key("key-1");
  const auto before = parse_ciphertext(encrypt_symmetric(found, "before", {}));
  found.key.materials.push_back(new_material(found.key.spec, 2, "ON_DEMAND"));
  const auto after = parse_ciphertext(encrypt_symmetric(found, "after", {}));
  ASSERT_TRUE(before && after);
  EXPECT_NE(before->material_id, after->material_id);
  EXPECT_EQ(decrypt_symmetric(found, *before, {}), "before");
  EXPECT_EQ(decrypt_symmetric(found, *after, {}), "after");
}

}  // namespace
}  // namespace cumulite::kms
