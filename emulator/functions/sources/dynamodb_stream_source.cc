#include "emulator/functions/sources/dynamodb_stream_source.h"

#include <algorithm>

#include <fmt/format.h>

#include "emulator/services/dynamodb/item/value.h"
#include "emulator/services/dynamodb/stream/stream.h"
#include "emulator/services/dynamodbstreams/stream_arn.h"
#include "storage/kv/replaceable.h"

namespace cumulite::functions {
namespace {

namespace stream = dynamodb::stream;
using dynamodbstreams::parse_stream_arn;
using dynamodbstreams::StreamArn;

/// FNV-1a: which lane an item belongs to must not change with the build.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 14'695'981'039'346'656'037ULL;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1'099'511'628'211ULL;
  }
  return hash ^ (hash >> 32);
}

StreamRecord render(const StreamArn& address, std::string_view arn, const stream::Facts& facts,
                    const stream::StoredRecord& record) {
  StreamRecord out;
  const std::string keys = dynamodb::to_json(record.keys);
  out.sequence = record.sequence;
  out.sequence_text = stream::render_sequence(record.sequence);
  out.written_ms = record.written_ms;
  out.key_hash = hash_of(keys);
  std::string& json = out.json;
  // The time is a number with a fraction, which languages read as such.
  json = fmt::format(R"({{"eventID":"{:016x}{:016x}","eventName":"{}","eventVersion":"1.1",)"
                     R"("eventSource":"aws:dynamodb","awsRegion":"{}","dynamodb":{{)"
                     R"("ApproximateCreationDateTime":{}.0,"Keys":{})",
                     facts.number, record.sequence, record.event_name, address.region,
                     record.written_ms / 1000, keys);
  if (record.new_image) json += R"(,"NewImage":)" + dynamodb::to_json(*record.new_image);
  if (record.old_image) json += R"(,"OldImage":)" + dynamodb::to_json(*record.old_image);
  json += fmt::format(R"(,"SequenceNumber":"{}","SizeBytes":{},"StreamViewType":"{}"}})",
                      out.sequence_text, record.size_bytes, facts.view_type);
  if (record.time_to_live) {
    json += R"(,"userIdentity":{"type":"Service","principalId":"dynamodb.amazonaws.com"})";
  }
  json += fmt::format(R"(,"eventSourceARN":"{}"}})", arn);
  return out;
}

class DynamoDbStreamSource final : public StreamSource {
 public:
  explicit DynamoDbStreamSource(Environment& env)
      : store_(env.store), fence_(storage::replaceable(env.store).fence()) {}

  std::optional<StreamView> view(std::string_view stream_arn) override {
    const storage::Fence::Pass pass(fence_);
    const auto address = parse_stream_arn(stream_arn);
    const auto facts = address ? find(*address) : std::nullopt;
    if (!facts) return std::nullopt;
    StreamView view;
    view.last_sequence = facts->last_sequence;
    for (const auto& shard : facts->shards) {
      view.shards.push_back({stream::shard_id(*facts, shard), shard.parent_id, shard.first_sequence,
                             shard.last_sequence});
    }
    return view;
  }

  StreamPage read(std::string_view stream_arn, std::string_view shard_id, std::uint64_t from,
                  std::size_t limit) override {
    const storage::Fence::Pass pass(fence_);
    StreamPage page;
    page.next_sequence = from;
    const auto address = parse_stream_arn(stream_arn);
    const auto facts = address ? find(*address) : std::nullopt;
    if (!facts) return page;
    const auto shard =
        std::find_if(facts->shards.begin(), facts->shards.end(),
                     [&](const auto& one) { return stream::shard_id(*facts, one) == shard_id; });
    if (shard == facts->shards.end()) return page;
    const auto read =
        stream::read(store_, address->account, address->region, *facts, shard->number, from, limit);
    for (const auto& record : read.records)
      page.records.push_back(render(*address, stream_arn, *facts, record));
    page.next_sequence = read.next_sequence;
    page.more = page.next_sequence > from &&
                page.next_sequence <= shard->last_sequence.value_or(facts->last_sequence);
    return page;
  }

  std::string topic(std::string_view stream_arn) override {
    return "dynamodb/stream/" + std::string(stream_arn);
  }

 private:
  std::optional<stream::Facts> find(const StreamArn& address) const {
    return stream::find(store_, address.account, address.region, address.table, address.label);
  }

  storage::Store& store_;
  storage::Fence& fence_;
};

}  // namespace

std::unique_ptr<StreamSource> make_dynamodb_stream_source(Environment& env) {
  return std::make_unique<DynamoDbStreamSource>(env);
}

}  // namespace cumulite::functions
