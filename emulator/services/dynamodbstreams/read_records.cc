#include <algorithm>

#include <fmt/format.h>

#include "emulator/services/dynamodbstreams/operations.h"
#include "emulator/services/dynamodbstreams/stream_arn.h"
#include "protocol/time_units.h"

namespace cumulite::dynamodbstreams {
namespace {

namespace stream = dynamodb::stream;

constexpr std::int64_t kIteratorLifetimeMs = 15 * kMinuteMs;
constexpr std::int32_t kRecordsMax = 1000;

Error validation(std::string message) {
  return {"ValidationException", std::move(message)};
}

Error trimmed() {
  return {"TrimmedDataAccessException",
          "The operation attempted to read past the oldest stream record in a shard"};
}

const stream::ShardFacts* find_shard(const stream::Facts& facts, std::string_view id) {
  for (const auto& shard : facts.shards) {
    if (stream::shard_id(facts, shard) == id) return &shard;
  }
  return nullptr;
}

Result<std::uint64_t> given_sequence(const api::GetShardIteratorInput& in,
                                     const stream::ShardFacts& shard, std::uint64_t last) {
  if (!in.SequenceNumber) {
    return validation("SequenceNumber must be specified for ShardIteratorType " +
                      *in.ShardIteratorType);
  }
  const auto sequence = stream::parse_sequence(*in.SequenceNumber);
  if (!sequence) return validation("Invalid SequenceNumber");
  if (*sequence < shard.first_sequence || *sequence > std::max(last, shard.first_sequence)) {
    return validation(fmt::format("Invalid SequenceNumber: {} is not within the range of the shard",
                                  *in.SequenceNumber));
  }
  return *sequence;
}

/// Of AT_TIMESTAMP, which may not lie in the future.
Result<std::int64_t> given_time_ms(const api::GetShardIteratorInput& in, std::int64_t now_ms) {
  if (!in.Timestamp) {
    return validation("Timestamp must be specified for ShardIteratorType AT_TIMESTAMP");
  }
  if (in.Timestamp->ms > now_ms) return validation("Timestamp cannot be in the future");
  return in.Timestamp->ms;
}

api::Record render(Context& ctx, const stream::Facts& facts, stream::StoredRecord record) {
  api::Record out;
  // Stable, so that a record has the same id however often it is read.
  out.eventID = fmt::format("{:016x}{:016x}", facts.number, record.sequence);
  out.eventName = record.event_name;
  out.eventVersion = "1.1";
  out.eventSource = "aws:dynamodb";
  out.awsRegion = ctx.caller.region;
  auto& change = out.dynamodb.emplace();
  // The service gives whole seconds.
  change.ApproximateCreationDateTime = model::Timestamp{whole_seconds(record.written_ms)};
  change.Keys = std::move(record.keys);
  change.NewImage = std::move(record.new_image);
  change.OldImage = std::move(record.old_image);
  change.SequenceNumber = stream::render_sequence(record.sequence);
  change.SizeBytes = static_cast<std::int64_t>(record.size_bytes);
  change.StreamViewType = facts.view_type;
  if (record.time_to_live) {
    out.userIdentity.emplace();
    out.userIdentity->PrincipalId = "dynamodb.amazonaws.com";
    out.userIdentity->Type = "Service";
  }
  return out;
}

}  // namespace

Result<api::GetShardIteratorOutput> get_shard_iterator(Context& ctx,
                                                       const api::GetShardIteratorInput& in) {
  CUMULITE_ASSIGN(FoundStream found, find_stream(ctx, *in.StreamArn));
  const auto& facts = found.facts;
  const auto* shard = find_shard(facts, *in.ShardId);
  if (shard == nullptr) {
    return Error{"ResourceNotFoundException",
                 fmt::format("Requested resource not found: Shard: {} not found", *in.ShardId)};
  }
  const std::uint64_t last = shard->last_sequence.value_or(facts.last_sequence);
  Iterator iterator{found.arn, shard->number, 0, ctx.now_ms};
  const std::string& type = *in.ShardIteratorType;
  const std::int64_t horizon_ms = ctx.now_ms - stream::kRetentionMs;
  const std::uint64_t oldest = stream::first_since(ctx.env.store, found.arn.account,
                                                   found.arn.region, facts, *shard, horizon_ms);
  const bool by_sequence = type == "AT_SEQUENCE_NUMBER" || type == "AFTER_SEQUENCE_NUMBER";
  if (!by_sequence && in.SequenceNumber) {
    return validation("SequenceNumber cannot be specified for ShardIteratorType " + type);
  }
  const bool by_time = type == "AT_TIMESTAMP";
  if (!by_time && in.Timestamp) {
    return validation("Timestamp cannot be specified for ShardIteratorType " + type);
  }
  if (type == "TRIM_HORIZON") {
    iterator.sequence = oldest;
  } else if (type == "LATEST") {
    iterator.sequence = std::max(last + 1, shard->first_sequence);
  } else if (by_time) {
    CUMULITE_ASSIGN(const std::int64_t since_ms, given_time_ms(in, ctx.now_ms));
    iterator.sequence =
        std::max(oldest, stream::first_since(ctx.env.store, ctx.caller.account_id,
                                             ctx.caller.region, facts, *shard, since_ms));
  } else {
    CUMULITE_ASSIGN(iterator.sequence, given_sequence(in, *shard, last));
    if (type == "AFTER_SEQUENCE_NUMBER") ++iterator.sequence;
    if (iterator.sequence < oldest) {
      return trimmed();
    }
  }
  api::GetShardIteratorOutput out;
  out.ShardIterator = render_iterator(iterator);
  return out;
}

Result<api::GetRecordsOutput> get_records(Context& ctx, const api::GetRecordsInput& in) {
  if (in.Limit && (*in.Limit < 1 || *in.Limit > kRecordsMax)) {
    return validation(fmt::format(
        "1 validation error detected: Value '{}' at 'limit' failed to satisfy "
        "constraint: Member must have value {} than or equal to {}",
        *in.Limit, *in.Limit < 1 ? "greater" : "less", *in.Limit < 1 ? 1 : kRecordsMax));
  }
  auto iterator = parse_iterator(*in.ShardIterator);
  if (!iterator) return validation("Invalid ShardIterator");
  if (iterator->made_ms + kIteratorLifetimeMs < ctx.now_ms) {
    return Error{"ExpiredIteratorException",
                 "The shard iterator has expired and can no longer be used"};
  }
  CUMULITE_ASSIGN(const FoundStream found, find_stream(ctx, iterator->arn.text()));
  const auto limit = static_cast<std::size_t>(in.Limit.value_or(kRecordsMax));
  auto page = stream::read(ctx.env.store, found.arn.account, found.arn.region, found.facts,
                           iterator->shard, iterator->sequence, limit);
  api::GetRecordsOutput out;
  out.Records.emplace();
  const std::int64_t horizon_ms = ctx.now_ms - stream::kRetentionMs;
  // What the iterator stood on went while it was held.
  if (!page.records.empty() && page.records.front().written_ms < horizon_ms) return trimmed();
  for (auto& record : page.records) {
    out.Records->push_back(render(ctx, found.facts, std::move(record)));
  }
  const auto shard =
      std::find_if(found.facts.shards.begin(), found.facts.shards.end(),
                   [&](const stream::ShardFacts& one) { return one.number == iterator->shard; });
  const bool ended = shard == found.facts.shards.end() ||
                     (shard->last_sequence && page.next_sequence > *shard->last_sequence);
  if (!ended) {
    iterator->sequence = page.next_sequence;
    iterator->made_ms = ctx.now_ms;
    out.NextShardIterator = render_iterator(*iterator);
  }
  return out;
}

}  // namespace cumulite::dynamodbstreams
