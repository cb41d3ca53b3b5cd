#include "emulator/services/dynamodbstreams/stream_arn.h"

#include <fmt/format.h>

#include "emulator/core/arn.h"
#include "emulator/services/dynamodb/policy/access.h"
#include "emulator/services/dynamodb/policy/resource_policy.h"
#include "protocol/codec/base64.h"
#include "storage/kv/key_codec.h"

namespace cumulite::dynamodbstreams {
std::string StreamArn::text() const {
  return fmt::format("arn:aws:dynamodb:{}:{}:table/{}/stream/{}", region, account, table, label);
}

std::optional<StreamArn> parse_stream_arn(std::string_view text) {
  auto arn = parse_arn(text);
  if (!arn || !arn->is_of("dynamodb") || !take_prefix(arn->resource, "table/")) return std::nullopt;
  std::string_view label = arn->resource;
  const auto table = take_until(label, '/');
  if (!table || table->empty() || !take_prefix(label, "stream/") || label.empty()) {
    return std::nullopt;
  }
  return StreamArn{std::string(arn->region), std::string(arn->account), std::string(*table),
                   std::string(label)};
}

Result<FoundStream> find_stream(Context& ctx, std::string_view arn) {
  auto parsed = parse_stream_arn(arn);
  if (!parsed) return Error{"ValidationException", "Invalid StreamArn"};
  const auto missing = [&] {
    return Error{"ResourceNotFoundException",
                 fmt::format("Requested resource not found: Stream: {} not found", arn)};
  };
  if (parsed->region != ctx.caller.region) return missing();
  if (parsed->account != ctx.caller.account_id) {
    const auto policy = dynamodb::stream_policy(ctx.env.store, parsed->account, parsed->region,
                                                parsed->table, parsed->label);
    CUMULITE_TRY(dynamodb::check_access(ctx, arn, policy));
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
