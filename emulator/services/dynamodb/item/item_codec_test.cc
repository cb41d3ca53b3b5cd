#include "emulator/services/dynamodb/item/item_codec.h"

#include <gtest/gtest.h>

#include "storage/kv/store.h"

namespace cumulite::dynamodb {
namespace {

Item sample() {
  Item inner;
  set(inner, "deep", make_number("1.5"));
  const AttributeValue::List list = {make_string(""), {Type::kNull, {}}, {Type::kBool, true}};
  Item out;
  set(out, "s", make_string("text"));
  set(out, "b", {Type::kB, std::string("\0\xff", 2)});
  set(out, "set", {Type::kSS, std::vector<std::string>{"x", "y"}});
  set(out, "list", {Type::kL, list});
  set(out, "map", {Type::kM, inner});
  set(out, "no", {Type::kBool, false});
  return out;
}

// What was acknowledged comes back as it was, of every type, in its order.
TEST(ItemCodec, RoundTripsEveryType) {
  const Item item = sample();
  const auto bytes = encode_item(item, size_bytes(item));
  EXPECT_EQ(decode_item(bytes), item);
  EXPECT_EQ(encoded_size_bytes(bytes), size_bytes(item));
}

// A damaged row must end in an error, never in a read beyond its end.
TEST(ItemCodec, EveryCutIsCorrupt) {
  const Item item = sample();
  const auto bytes = encode_item(item, size_bytes(item));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THROW(decode_item(std::string_view(bytes).substr(0, size)), storage::StorageError);
  }
}

}  // namespace
}  // namespace cumulite::dynamodb
