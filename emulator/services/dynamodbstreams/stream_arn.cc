#include "emulator/services/dynamodbstreams/stream_arn.h"

#include <fmt/format.h>

#include "protocol/codec/base64.h"
#include "storage/kv/key_codec.h"

namespace cumulite::dynamodbstreams {
namespace {

/// Takes the text before the next `mark` off the front; nullopt if there is none.
std::optional<std::string> take_until(std::string_view& text, char mark) {
  const auto at = text.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  std::string out(text.substr(0, at));
  text.remove_prefix(at + 1);
  return out;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

std::string StreamArn::text() const {
  return fmt::format("arn:aws:dynamodb:{}:{}:table/{}/stream/{}", region, account, table, label);
}

std::optional<StreamArn> parse_stream_arn(std::string_view text) {
  if (!take_prefix(text, "arn:aws:dynamodb:")) return std::nullopt;
  auto region = take_until(text, ':');
  auto account = region ? take_until(text, ':') : std::nullopt;
  if (!account || !take_prefix(text, "table/")) return std::nullopt;
  auto table = take_until(text, '/');
  if (!table || table->empty() || !take_prefix(text, "stream/") || text.empty()) {
    return std::nullopt;
  }
  return StreamArn{std::move(*region), std::move(*account), std::move(*table), std::string(text)};
}

Result<FoundStream> find_stream(Context& ctx, std::string_view arn) {
  auto parsed = parse_stream_arn(arn);
  if (!parsed) return Error{"ValidationException", "Invalid StreamArn"};
  const auto missing = [&] {
    return Error{"ResourceNotFoundException",
                 fmt::format("Requested resource not found: Stream: {} not found", arn)};
  };
  if (parsed->account != ctx.caller.account_id || parsed->region != ctx.caller.region) {
    return missing();
  }
  auto facts = dynamodb::stream::find(ctx.env.store, parsed->account, parsed->region, parsed->table,
                                      parsed->label);
  if (!facts ||
      (facts->closed_ms != 0 && facts->closed_ms + dynamodb::stream::kRetentionMs <= ctx.now_ms)) {
    return missing();
  }
  return FoundStream{std::move(*parsed), std::move(*facts)};
}

std::string render_iterator(const Iterator& iterator) {
  std::string bytes;
  storage::append_u32(bytes, iterator.shard);
  storage::append_u64(bytes, iterator.sequence);
  storage::append_i64(bytes, iterator.made_ms);
  return fmt::format("{}|1|{}", iterator.arn.text(), codec::base64_encode(bytes));
}

std::optional<Iterator> parse_iterator(std::string_view text) {
  const auto mark = text.find("|1|");
  if (mark == std::string_view::npos) return std::nullopt;
  auto arn = parse_stream_arn(text.substr(0, mark));
  const auto bytes = codec::base64_decode(text.substr(mark + 3));
  if (!arn || !bytes) return std::nullopt;
  std::string_view rest = *bytes;
  const auto shard = storage::take_u32(rest);
  const auto sequence = shard ? storage::take_u64(rest) : std::nullopt;
  const auto made_ms = sequence ? storage::take_i64(rest) : std::nullopt;
  if (!made_ms || !rest.empty()) return std::nullopt;
  return Iterator{std::move(*arn), *shard, *sequence, *made_ms};
}

}  // namespace cumulite::dynamodbstreams
