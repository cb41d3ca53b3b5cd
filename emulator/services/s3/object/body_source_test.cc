#include "emulator/services/s3/object/body_source.h"

#include <gtest/gtest.h>

#include "emulator/services/s3/object/cipher.h"
#include "emulator/services/s3/test_support.h"

namespace cumulite::s3 {
namespace {

// Parts of one object may be encrypted with nonces of their own, and a range may begin in any of
// them: each is decrypted from where it begins, however small the reads are.
TEST(BodySource, DecryptsEachSegmentFromItsOwnOffset) {
  const std::string key(32, 'k');
  const std::string first(16, '1');
  const std::string second(16, '2');
  TestEnvironment environment;
  auto& env = environment.env();
  const auto stored = [&](std::string bytes, const std::string& nonce) {
    if (!nonce.empty()) BodyCipher(key, nonce).apply(bytes.data(), bytes.size());
    return env.store.transact({},
                              [&](storage::Txn& txn) { return env.blobs.put_inline(txn, bytes); });
  };
  const auto source = stream_segments(env.blobs,
                                      {{{stored("0123456789", first), {3, 5}}, first},
                                       {{stored("plain", ""), {0, 5}}, ""},
                                       {{stored("abcdefghij", second), {7, 3}}, second}},
                                      key);
  std::string read;
  char buffer[2];
  while (const std::size_t count = source->read(buffer, sizeof buffer)) read.append(buffer, count);
  EXPECT_EQ(read, "34567plainhij");
}

}  // namespace
}  // namespace cumulite::s3
