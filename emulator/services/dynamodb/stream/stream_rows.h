#pragma once

#include "emulator/services/dynamodb/stream/stream.h"

/// The rows of streams, in the space kDynamoDbStreams:
///   scope 'd' part(table) part(label)          -> facts
///   scope 's' u64(stream)                      -> state (last sequence, open shards)
///   scope 'r' u64(stream) u64(sequence)        -> record
namespace cumulite::dynamodb::stream {

/// A shard that takes records: those whose hash is at most `hash_last` and above that of the shard
/// before it.
struct OpenShard {
  std::uint32_t number = 0;
  std::int64_t started_ms = 0;
  std::uint64_t records = 0;
  std::uint64_t hash_last = UINT64_MAX;
};

/// What changes with every record, kept apart from the facts so that a write stays small.
struct State {
  std::uint64_t last_sequence = 0;
  std::uint32_t next_shard = 1;
  std::vector<OpenShard> open = {};  ///< In the order of their hashes; never empty.
};

std::string facts_row(std::string_view account, std::string_view region, std::string_view table,
                      std::string_view label);
std::string facts_rows(std::string_view account, std::string_view region, std::string_view table);
std::string state_row(std::string_view account, std::string_view region, std::uint64_t number);
std::string record_rows(std::string_view account, std::string_view region, std::uint64_t number);
std::string record_row(std::string_view account, std::string_view region, std::uint64_t number,
                       std::uint64_t sequence);

/// The decoders throw storage::StorageError for a corrupt row.
std::string encode_facts(const Facts& facts);
Facts decode_facts(std::string_view bytes);
std::string encode_state(const State& state);
State decode_state(std::string_view bytes);
std::string encode_record(const StoredRecord& record);
StoredRecord decode_record(std::uint64_t sequence, std::string_view bytes);

}  // namespace cumulite::dynamodb::stream
