#include <algorithm>

#include <fmt/format.h>

#include "emulator/services/dynamodbstreams/operations.h"
#include "emulator/services/dynamodbstreams/stream_arn.h"

namespace cumulite::dynamodbstreams {
namespace {

constexpr std::int32_t kListMax = 100;

Result<std::size_t> page_limit(const std::optional<std::int32_t>& limit) {
  if (limit && (*limit < 1 || *limit > kListMax)) {
    return Error{"ValidationException",
                 fmt::format("1 validation error detected: Value '{}' at 'limit' failed to satisfy "
                             "constraint: Member must have value {} than or equal to {}",
                             *limit, *limit < 1 ? "greater" : "less", *limit < 1 ? 1 : kListMax)};
  }
  return static_cast<std::size_t>(limit.value_or(kListMax));
}

std::vector<api::Shard> shards_of(const dynamodb::stream::Facts& facts) {
  namespace stream = dynamodb::stream;
  std::vector<api::Shard> out;
  for (const auto& shard : facts.shards) {
    auto& described = out.emplace_back();
    described.ShardId = stream::shard_id(facts, shard);
    if (!shard.parent_id.empty()) described.ParentShardId = shard.parent_id;
    auto& range = described.SequenceNumberRange.emplace();
    range.StartingSequenceNumber = stream::render_sequence(shard.first_sequence);
    if (shard.last_sequence) {
      range.EndingSequenceNumber =
          stream::render_sequence(std::max(*shard.last_sequence, shard.first_sequence));
    }
  }
  return out;
}

Result<void> check_filter(const std::optional<api::ShardFilter>& filter) {
  if (!filter) return {};
  if (filter->Type != "CHILD_SHARDS") {
    return Error{"ValidationException", "ShardFilter.Type must be CHILD_SHARDS"};
  }
  if (!filter->ShardId || !filter->ShardId->starts_with("shardId-")) {
    return Error{"ValidationException", "Invalid ShardFilter.ShardId"};
  }
  return {};
}

}  // namespace

Result<api::ListStreamsOutput> list_streams(Context& ctx, const api::ListStreamsInput& in) {
  CUMULITE_ASSIGN(const std::size_t limit, page_limit(in.Limit));
  std::optional<StreamArn> after;
  if (in.ExclusiveStartStreamArn) {
    after = parse_stream_arn(*in.ExclusiveStartStreamArn);
    if (!after) return Error{"ValidationException", "Invalid ExclusiveStartStreamArn"};
  }
  const auto streams =
      dynamodb::stream::list(ctx.env.store, ctx.caller.account_id, ctx.caller.region,
                             in.TableName.value_or(""), ctx.now_ms);
  api::ListStreamsOutput out;
  out.Streams.emplace();
  for (const auto& facts : streams) {
    const StreamArn arn{ctx.caller.region, ctx.caller.account_id, facts.table_name, facts.label};
    if (after && std::pair(arn.table, arn.label) <= std::pair(after->table, after->label)) {
      continue;
    }
    if (out.Streams->size() == limit) {
      out.LastEvaluatedStreamArn = out.Streams->back().StreamArn;
      break;
    }
    auto& stream = out.Streams->emplace_back();
    stream.StreamArn = arn.text();
    stream.TableName = facts.table_name;
    stream.StreamLabel = facts.label;
  }
  return out;
}

Result<api::DescribeStreamOutput> describe_stream(Context& ctx,
                                                  const api::DescribeStreamInput& in) {
  CUMULITE_ASSIGN(const std::size_t limit, page_limit(in.Limit));
  CUMULITE_TRY(check_filter(in.ShardFilter));
  CUMULITE_ASSIGN(const FoundStream found, find_stream(ctx, *in.StreamArn));
  const auto& facts = found.facts;
  api::DescribeStreamOutput out;
  auto& description = out.StreamDescription.emplace();
  description.StreamArn = in.StreamArn;
  description.StreamLabel = facts.label;
  description.StreamStatus = std::string(dynamodb::stream::status(facts, ctx.now_ms));
  description.StreamViewType = facts.view_type;
  description.CreationRequestDateTime = model::Timestamp{facts.created_ms};
  description.TableName = facts.table_name;
  description.KeySchema.emplace();
  for (const auto& element : facts.key) {
    auto& key = description.KeySchema->emplace_back();
    key.AttributeName = element.name;
    key.KeyType = element.kind;
  }
  description.Shards.emplace();
  bool started = !in.ExclusiveStartShardId;
  for (auto& shard : shards_of(facts)) {
    if (!started) {
      started = shard.ShardId == in.ExclusiveStartShardId;
      continue;
    }
    if (in.ShardFilter && shard.ParentShardId != in.ShardFilter->ShardId) continue;
    if (description.Shards->size() == limit) {
      description.LastEvaluatedShardId = description.Shards->back().ShardId;
      break;
    }
    description.Shards->push_back(std::move(shard));
  }
  return out;
}

}  // namespace cumulite::dynamodbstreams
