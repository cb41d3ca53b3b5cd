#include "emulator/services/ssm/sealing.h"

#include <gtest/gtest.h>

#include "emulator/core/test_environment.h"

namespace cumulite::ssm {
namespace {

// What lies in the store must neither show the value nor be equal for equal values.
TEST(Sealing, OpensWithItsKeyOnly) {
  TestEnvironment test;
  const std::string key = sealing_key(test.store(), "111111111111");
  EXPECT_EQ(key, sealing_key(test.store(), "111111111111"));
  const std::string other = sealing_key(test.store(), "222222222222");
  const std::string sealed = seal(key, "a secret");
  EXPECT_EQ(sealed.find("secret"), std::string::npos);
  EXPECT_NE(sealed, seal(key, "a secret"));
  EXPECT_EQ(unseal(key, sealed), "a secret");
  EXPECT_EQ(unseal(key, seal(key, "")), "");
  EXPECT_THROW(unseal(other, sealed), storage::StorageError);
  std::string changed = sealed;
  changed.back() = static_cast<char>(changed.back() ^ 1);
  EXPECT_THROW(unseal(key, changed), storage::StorageError);
  EXPECT_THROW(unseal(key, "short"), storage::StorageError);
}

}  // namespace
}  // namespace cumulite::ssm
