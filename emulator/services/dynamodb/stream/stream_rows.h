#pragma once

#include "emulator/services/dynamodb/stream/stream.h"

/// The rows of streams, in the space kDynamoDbStreams:
///   scope 'd' part(table) part(label)          -> facts
///   scope 's' u64(stream)                      -> state (last sequence, open shard)
///   scope 'r' u64(stream) u64(sequence)        -> record
namespace cumulite::dynamodb::stream {

/// What changes with every record, kept apart from the facts so that a write stays small.
struct State {
  std::uint64_t last_sequence = 0;
  std::uint32_t shard = 0;
  std::int64_t shard_started_ms = 0;
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
