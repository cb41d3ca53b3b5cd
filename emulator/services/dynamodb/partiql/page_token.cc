#include "emulator/services/dynamodb/partiql/page_token.h"

#include <xxhash.h>

#include "emulator/services/dynamodb/errors.h"
#include "emulator/services/dynamodb/item/value.h"
#include "protocol/codec/base64.h"
#include "storage/kv/key_codec.h"

namespace cumulite::dynamodb::partiql {
namespace {

constexpr std::size_t kDigestBytes = 16;

}  // namespace

std::string statement_digest(const api::ExecuteStatementInput& in) {
  std::string text = in.Statement.value_or("");
  if (in.Parameters) {
    for (const auto& value : *in.Parameters) {
      text += '\0';
      ::cumulite::api::kAttributeValueCodec.write_json(&value, text);
    }
  }
  const auto hash = XXH3_128bits(text.data(), text.size());
  std::string out;
  storage::append_u64(out, hash.high64);
  storage::append_u64(out, hash.low64);
  return out;
}

std::string encode_token(std::string_view digest, const PagePosition& position) {
  std::string bytes(digest);
  storage::append_u32(bytes, position.range);
  bytes += position.row;
  return codec::base64_encode(bytes);
}

Result<PagePosition> decode_token(std::string_view digest, std::string_view token) {
  const auto bytes = codec::base64_decode(token);
  if (!bytes || bytes->size() < kDigestBytes + sizeof(std::uint32_t)) {
    return errors::validation("Invalid NextToken");
  }
  std::string_view rest = *bytes;
  if (rest.substr(0, kDigestBytes) != digest) {
    return errors::validation("NextToken does not match request");
  }
  rest.remove_prefix(kDigestBytes);
  PagePosition out;
  out.range = storage::take_u32(rest).value_or(0);
  out.row = std::string(rest);
  return out;
}

}  // namespace cumulite::dynamodb::partiql
