#include <string>

#include <gtest/gtest.h>

#include "storage/blob/blob_store.h"

namespace cumulite::storage {
namespace {

// References live inside services' rows for good, so the layout must not drift.
TEST(BlobRef, ComesBackFromItsBytes) {
  const BlobRef blob{0x0123456789ABCDEF, 5'000'000'000'000, true};
  const std::string bytes = blob.encode();
  EXPECT_EQ(bytes.size(), 17u);
  EXPECT_EQ(bytes.substr(0, 2), "\x01\x23");
  const auto decoded = BlobRef::decode(bytes);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->id, blob.id);
  EXPECT_EQ(decoded->size_bytes, blob.size_bytes);
  EXPECT_TRUE(decoded->in_file);
  EXPECT_FALSE(BlobRef::decode(BlobRef().encode())->in_file);
}

// A cut row must be noticed.
TEST(BlobRef, OtherLengthsAreRefused) {
  EXPECT_FALSE(BlobRef::decode(""));
  EXPECT_FALSE(BlobRef::decode(std::string(16, 'x')));
  EXPECT_FALSE(BlobRef::decode(std::string(18, 'x')));
}

}  // namespace
}  // namespace cumulite::storage
