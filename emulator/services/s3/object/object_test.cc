#include <gtest/gtest.h>

#include "emulator/services/s3/bucket/bucket_name.h"
#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/keys.h"
#include "emulator/services/s3/object/conditions.h"
#include "emulator/services/s3/object/range.h"
#include "emulator/services/s3/object/versions.h"
#include "emulator/services/s3/test_support.h"

namespace cumulite::s3 {
namespace {

// Users may write any of these; the wrong ones must be refused before they become rows.
TEST(BucketNameTest, FollowsTheNamingRules) {
  for (const char* good : {"abc", "my.bucket-1", "1ab", "a-b.c"}) {
    EXPECT_TRUE(is_valid_bucket_name(good)) << good;
  }
  for (const char* bad :
       {"ab", "Abc", "a_b", "-ab", "ab-", "a..b", "192.168.5.4", "xn--a", "a b"}) {
    EXPECT_FALSE(is_valid_bucket_name(bad)) << bad;
  }
}

// The first and the last byte decide; S3 ignores what it does not understand.
TEST(RangeTest, CutsAtTheEndAndRefusesBeyondIt) {
  const auto range = [](std::string_view text) {
    auto parsed = parse_range(text, 10);
    if (!parsed.ok()) return parsed.error().code;
    if (!*parsed) return std::string("whole");
    return std::to_string((*parsed)->offset) + "+" + std::to_string((*parsed)->length);
  };
  EXPECT_EQ(range("bytes=0-4"), "0+5");
  EXPECT_EQ(range("bytes=4-"), "4+6");
  EXPECT_EQ(range("bytes=-3"), "7+3");
  EXPECT_EQ(range("bytes=-30"), "0+10");
  EXPECT_EQ(range("bytes=5-100"), "5+5");
  EXPECT_EQ(range("bytes=10-"), "InvalidRange");
  EXPECT_EQ(range("bytes=-0"), "InvalidRange");
  EXPECT_EQ(range("bytes=5-2"), "whole");
  EXPECT_EQ(range("bytes=0-1,3-4"), "whole");
  EXPECT_EQ(range("lines=1-2"), "whole");
}

// Clients quote, do not quote, list and wildcard entity tags.
TEST(ConditionsTest, FindsTagsInLists) {
  EXPECT_TRUE(etag_listed("\"a\", W/\"b\"", "b"));
  EXPECT_TRUE(etag_listed("a", "a"));
  EXPECT_TRUE(etag_listed("*", "anything"));
  EXPECT_FALSE(etag_listed("\"ab\"", "a"));
}

// A version id must survive the round trip, and a made-up one must not name a version.
TEST(VersionIdTest, NamesItsVersionOnly) {
  ObjectRecord record;
  record.null_version = false;
  record.sequence = 0x0123456789ABCDEF;
  const std::string id = version_id_of(record);
  EXPECT_EQ(id.size(), 32u);
  EXPECT_EQ(parse_version_id(id)->sequence, record.sequence);
  EXPECT_FALSE(parse_version_id("A" + id.substr(1)).ok());
  EXPECT_TRUE(parse_version_id("null")->null_version);
}

class ObjectTest : public testing::Test, public S3Test {
 protected:
  void set_versioning(const std::string& name, Versioning state) {
    auto& store = environment().store();
    store.transact({storage::Domain::exclusive_on(16, keys::bucket(name))}, [&](storage::Txn& txn) {
      auto bucket = *find_bucket(txn, name);
      bucket.versioning = state;
      store_bucket(txn, bucket);
    });
  }

  Result<api::DeleteObjectOutput> remove(const std::string& key,
                                         const std::optional<std::string>& version = {}) {
    api::DeleteObjectRequest req;
    req.Bucket = "bucket";
    req.Key = key;
    req.VersionId = version;
    return delete_object(*call(), req);
  }
};

// What was put is what is got, small (inline) and large (a file).
TEST_F(ObjectTest, RemembersABucketUntilItChanges) {
  // What writes rely on within their transactions must never be older than the row.
  make_bucket("bucket");
  const storage::Store& store = environment().store();
  const auto first = current_bucket(store, "bucket");
  EXPECT_EQ(current_bucket(store, "bucket"), first);
  set_versioning("bucket", Versioning::kEnabled);
  EXPECT_EQ(current_bucket(store, "bucket")->versioning, Versioning::kEnabled);
  api::DeleteBucketRequest req;
  req.Bucket = "bucket";
  ASSERT_TRUE(delete_bucket(*call(), req).ok());
  EXPECT_EQ(current_bucket(store, "bucket"), nullptr);
}

TEST_F(ObjectTest, ReturnsWhatWasPut) {
  make_bucket("bucket");
  const std::string large(200'000, 'x');
  EXPECT_EQ(put("bucket", "a", "hello")->ETag, "\"5d41402abc4b2a76b9719d911017c592\"");
  ASSERT_TRUE(put("bucket", "b//../c d", large).ok());
  ASSERT_TRUE(put("bucket", "empty", "").ok());
  EXPECT_EQ(read("bucket", "a"), "hello");
  EXPECT_EQ(read("bucket", "b//../c d"), large);
  EXPECT_EQ(read("bucket", "empty"), "");
  EXPECT_EQ(read("bucket", "missing"), "NoSuchKey");
  EXPECT_EQ(read("other", "a"), "NoSuchBucket");
}

// Without versioning an overwrite replaces, a delete removes, and both leave nothing behind.
TEST_F(ObjectTest, UnversionedBucketKeepsOneVersion) {
  make_bucket("bucket");
  ASSERT_TRUE(put("bucket", "a", "one").ok());
  ASSERT_TRUE(put("bucket", "a", "two").ok());
  EXPECT_EQ(read("bucket", "a"), "two");
  EXPECT_FALSE(remove("a")->DeleteMarker);
  EXPECT_EQ(read("bucket", "a"), "NoSuchKey");
  api::DeleteBucketRequest req;
  req.Bucket = "bucket";
  EXPECT_TRUE(delete_bucket(*call(), req).ok());
}

// Versions stack up; removing the newest uncovers the one below, markers included.
TEST_F(ObjectTest, EnabledBucketKeepsEveryVersion) {
  make_bucket("bucket");
  ASSERT_TRUE(put("bucket", "a", "null").ok());
  set_versioning("bucket", Versioning::kEnabled);
  const auto first = put("bucket", "a", "one")->VersionId;
  const auto second = put("bucket", "a", "two")->VersionId;
  const auto marker = remove("a");
  EXPECT_EQ(marker->DeleteMarker, true);
  EXPECT_EQ(read("bucket", "a"), "NoSuchKey");
  EXPECT_EQ(read("bucket", "a", first), "one");
  EXPECT_EQ(read("bucket", "a", "null"), "null");
  EXPECT_EQ(read("bucket", "a", marker->VersionId), "MethodNotAllowed");
  EXPECT_EQ(remove("a", marker->VersionId)->DeleteMarker, true);
  EXPECT_EQ(read("bucket", "a"), "two");
  ASSERT_TRUE(remove("a", second).ok());
  EXPECT_EQ(read("bucket", "a"), "one");
  ASSERT_TRUE(remove("a", first).ok());
  EXPECT_EQ(read("bucket", "a"), "null");
  ASSERT_TRUE(remove("a", "null").ok());
  EXPECT_EQ(read("bucket", "a"), "NoSuchKey");
}

// In a suspended bucket there is one null version, whatever else is kept.
TEST_F(ObjectTest, SuspendedBucketReplacesTheNullVersion) {
  make_bucket("bucket");
  set_versioning("bucket", Versioning::kEnabled);
  const auto kept = put("bucket", "a", "kept")->VersionId;
  set_versioning("bucket", Versioning::kSuspended);
  ASSERT_TRUE(put("bucket", "a", "null one").ok());
  ASSERT_TRUE(put("bucket", "a", "null two").ok());
  EXPECT_EQ(read("bucket", "a", "null"), "null two");
  EXPECT_EQ(remove("a")->VersionId, "null");
  EXPECT_EQ(read("bucket", "a", "null"), "MethodNotAllowed");
  ASSERT_TRUE(remove("a", "null").ok());
  EXPECT_EQ(read("bucket", "a"), "kept");
  EXPECT_EQ(read("bucket", "a", kept), "kept");
}

// Listings page exactly, and a common prefix counts as one entry wherever the page ends.
TEST_F(ObjectTest, ListsPagesWithDelimiter) {
  make_bucket("bucket");
  for (const char* key : {"a/1", "a/2", "b", "c/1", "c/2", "d"}) {
    ASSERT_TRUE(put("bucket", key, "x").ok());
  }
  api::ListObjectsV2Request req;
  req.Bucket = "bucket";
  req.Delimiter = "/";
  req.MaxKeys = 1;
  std::vector<std::string> seen;
  for (;;) {
    const auto page = list_objects_v2(*call(), req);
    ASSERT_TRUE(page.ok());
    EXPECT_EQ(page->KeyCount, 1);
    if (page->Contents) seen.push_back(*page->Contents->front().Key);
    if (page->CommonPrefixes) seen.push_back(*page->CommonPrefixes->front().Prefix);
    if (!*page->IsTruncated) break;
    req.ContinuationToken = page->NextContinuationToken;
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"a/", "b", "c/", "d"}));
}

// One of the two must lose, and say so; otherwise clients build locks that do not lock.
TEST_F(ObjectTest, ConditionalWritesHold) {
  make_bucket("bucket");
  api::PutObjectRequest req;
  req.Bucket = "bucket";
  req.Key = "a";
  req.IfNoneMatch = "*";
  EXPECT_TRUE(put_object(*upload("one"), req).ok());
  EXPECT_EQ(put_object(*upload("two"), req).error().code, "PreconditionFailed");
  req.IfNoneMatch.reset();
  req.IfMatch = "\"nonsense\"";
  EXPECT_EQ(put_object(*upload("two"), req).error().code, "PreconditionFailed");
  req.Key = "missing";
  EXPECT_EQ(put_object(*upload("two"), req).error().code, "NoSuchKey");
  EXPECT_EQ(read("bucket", "a"), "one");
}

}  // namespace
}  // namespace cumulite::s3
