#include <zlib.h>

#include <string>

#include <gtest/gtest.h>

#include "emulator/core/cors.h"
#include "emulator/core/credentials.h"
#include "emulator/core/duration.h"
#include "emulator/core/gzip.h"
#include "emulator/core/ids.h"
#include "emulator/core/settle.h"
#include "emulator/core/test_environment.h"
#include "emulator/events/captured.h"
#include "emulator/events/payloads.h"

namespace cumulite {
namespace {

TEST(Duration, ReadsUnitsSumsAndBareMilliseconds) {
  EXPECT_EQ(parse_duration("5h"), 5 * 3'600'000);
  EXPECT_EQ(parse_duration("1d12h"), 36 * 3'600'000);
  EXPECT_EQ(parse_duration("1.5s"), 1'500);
  EXPECT_EQ(parse_duration("250ms"), 250);
  EXPECT_EQ(parse_duration("250"), 250);
  for (const char* wrong : {"", "h", "5x", "-1s", "5h3", "nan", "inf", "99999w"}) {
    EXPECT_FALSE(parse_duration(wrong).has_value()) << wrong;
  }
}

TEST(Cors, OnlyPagesOfThisMachineMayCallUnlessListed) {
  EXPECT_TRUE(cors::allows("http://localhost:3000", {}));
  EXPECT_TRUE(cors::allows("https://app.localhost", {}));
  EXPECT_FALSE(cors::allows("https://example.com", {}));
  EXPECT_FALSE(cors::allows("https://localhost.example.com", {}));
  EXPECT_FALSE(cors::allows("https://127.0.0.1.example.com", {}));
  EXPECT_FALSE(cors::allows("null", {}));
  EXPECT_TRUE(cors::allows("https://example.com", {"https://example.com"}));
  EXPECT_TRUE(cors::allows("https://example.com", {"*"}));
}

TEST(Credentials, LoadsTheFileAndKnowsTest) {
  CredentialStore store("000000000000");
  ASSERT_TRUE(store
                  .load(R"([{"access_key_id": "AK", "secret_access_key": "s",
                             "account_id": "123456789012", "canonical_user_id": "cid"}])")
                  .ok());
  EXPECT_EQ(store.account_of("AK"), "123456789012");
  EXPECT_EQ(store.find("AK")->canonical_user_id, "cid");
  EXPECT_EQ(store.account_of("test"), "000000000000");
  EXPECT_EQ(store.account_of("222222222222"), "222222222222");
  EXPECT_EQ(store.account_of("AKIAUNKNOWN"), "000000000000");
  EXPECT_FALSE(store.load("{}").ok());
  EXPECT_FALSE(store.load(R"([{"access_key_id": "x"}])").ok());
  EXPECT_FALSE(
      store.load(R"([{"access_key_id": "x", "secret_access_key": "y", "account_id": "1"}])").ok());
}

TEST(Gunzip, RefusesGarbageTruncationAndBombs) {
  const std::string text(100'000, 'a');
  std::string packed(1'000, '\0');
  auto size = static_cast<uLongf>(packed.size());
  ::compress(reinterpret_cast<Bytef*>(packed.data()), &size,
             reinterpret_cast<const Bytef*>(text.data()), text.size());
  packed.resize(size);
  EXPECT_EQ(*gunzip(packed, 100'000), text);
  EXPECT_FALSE(gunzip(packed, 99'999).ok()) << "a small body must not grow without bound";
  EXPECT_FALSE(gunzip(packed.substr(0, size / 2), 100'000).ok());
  EXPECT_FALSE(gunzip("no gzip", 100'000).ok());
  EXPECT_FALSE(gunzip("", 100'000).ok());
}

// RFC 1952: members that follow each other are one stream. Clients that append do that.
TEST(Gunzip, ReadsSeveralMembers) {
  const std::string two = compress("first ", Encoding::kGzip) + compress("second", Encoding::kGzip);
  EXPECT_EQ(*gunzip(two, 100), "first second");
  EXPECT_EQ(*gunzip(compress("zlib", Encoding::kDeflate), 100), "zlib");
}

// What recorded answers of DynamoDB show, odd headers included.
TEST(PreferredEncoding, IsTheServicesChoice) {
  EXPECT_EQ(preferred_encoding(""), Encoding::kIdentity);
  EXPECT_EQ(preferred_encoding("identity"), Encoding::kIdentity);
  EXPECT_EQ(preferred_encoding("gzip, deflate"), Encoding::kGzip);
  EXPECT_EQ(preferred_encoding("br, identity, deflate, gzip"), Encoding::kDeflate);
  EXPECT_EQ(preferred_encoding("dog, GZIP ,, cat"), Encoding::kGzip);
  EXPECT_EQ(preferred_encoding("br, gzip;q=0, deflate; q = 0.5"), Encoding::kDeflate);
  EXPECT_EQ(preferred_encoding("*"), Encoding::kGzip);
  EXPECT_EQ(preferred_encoding("*, gzip;q=0.5"), Encoding::kDeflate);
  EXPECT_EQ(preferred_encoding("gzip ;q=0"), Encoding::kIdentity);
  EXPECT_EQ(preferred_encoding("deflate;q=0.5, gzip;q=31"), Encoding::kGzip);
  EXPECT_EQ(preferred_encoding("gzip;q=0, gzip;q=1, gzip;q=0"), Encoding::kGzip);
}

TEST(Ids, HaveTheirForms) {
  EXPECT_EQ(ids::uuid().size(), 36U);
  EXPECT_EQ(ids::uuid()[14], '4');
  EXPECT_NE(ids::uuid(), ids::uuid());
  EXPECT_EQ(ids::random_alphanumeric_upper(52).size(), 52U);
  EXPECT_EQ(ids::random_hex(16).find_first_not_of("0123456789abcdef"), std::string::npos);
}

TEST(Payloads, RoundTripWithBinaryAttributes) {
  SqsDelivery delivery;
  delivery.body = "b\"\n";
  delivery.attributes = {{"n", "String", "v"}, {"b", "Binary.png", std::string("\0\xFF", 2)}};
  delivery.group_id = "g";
  const auto copy = decode_sqs_delivery(encode(delivery));
  ASSERT_TRUE(copy.ok());
  EXPECT_EQ(copy->body, delivery.body);
  EXPECT_EQ(copy->attributes[1].value, delivery.attributes[1].value);
  EXPECT_EQ(copy->group_id, "g");
  EXPECT_FALSE(decode_sqs_delivery("no json").ok());
}

TEST(Captured, KeepsMessagesByAccountAndChannelWithinItsBound) {
  TestEnvironment env;
  const auto add = [&](std::string account, std::string channel, std::string body) {
    CapturedMessage message;
    message.account = std::move(account);
    message.channel = std::move(channel);
    message.body = std::move(body);
    env.store().transact({}, [&](storage::Txn& txn) { env.captured().add(txn, message); });
  };
  add("1", "email", "a");
  add("1", "sms", "b");
  add("2", "email", "c");
  EXPECT_EQ(env.captured().list("1", "").size(), 2U);
  EXPECT_EQ(env.captured().list("", "email").size(), 2U);
  for (std::size_t i = 0; i < kCapturedMax + 5; ++i) add("3", "sms", std::to_string(i));
  const auto kept = env.captured().list("3", "");
  ASSERT_EQ(kept.size(), kCapturedMax);
  EXPECT_EQ(kept.front().body, "5") << "the oldest go first";
  env.captured().reset("3");
  EXPECT_TRUE(env.captured().list("3", "").empty());
  EXPECT_EQ(env.captured().list("1", "").size(), 2U);
}

TEST(Settle, WaitsUntilEverySourceIsEmptyTwice) {
  Settle settle;
  int left = 3;
  settle.register_source("work", [&](std::string_view account) -> std::uint64_t {
    if (account == "idle") return 0;
    return left > 0 ? static_cast<std::uint64_t>(left--) : 0;
  });
  EXPECT_TRUE(settle.wait("idle", 0).empty());
  EXPECT_TRUE(settle.wait("busy", 10'000).empty());
  settle.register_source("stuck", [](std::string_view) -> std::uint64_t { return 7; });
  const auto pending = settle.wait("busy", 0);
  ASSERT_EQ(pending.size(), 1U);
  EXPECT_EQ(pending[0].what, "stuck");
  EXPECT_EQ(pending[0].count, 7U);
}

}  // namespace
}  // namespace cumulite
