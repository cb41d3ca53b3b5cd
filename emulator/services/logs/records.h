#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The rows of groups, streams and events in binary form; `fields` lists tag and member
/// (emulator/core/records/field_table.h).
namespace cumulite::logs {

struct Group {
  std::int64_t created_ms = 0;
  std::int32_t retention_days = 0;  ///< 0: for ever.
  bool sweeps = false;              ///< A due row will drop what is older than the retention.
  bool is_protected = false;        ///< From deletion.
  std::string group_class = "STANDARD";
  std::string kms_key_id;
  std::vector<std::pair<std::string, std::string>> tags;

  static void fields(auto& self, auto&& field);
};

struct Stream {
  std::int64_t created_ms = 0;
  std::int64_t first_event_ms = 0;
  std::int64_t last_event_ms = 0;
  std::int64_t last_ingestion_ms = 0;
  std::uint64_t events = 0;  ///< How many ever came; the number of the last one.

  static void fields(auto& self, auto&& field);
};

struct Event {
  std::int64_t ingested_ms = 0;
  std::string message;
};

std::string encode_group(const Group& group);
Group decode_group(std::string_view bytes);
std::string encode_stream(const Stream& stream);
Stream decode_stream(std::string_view bytes);
std::string encode_event(const Event& event);
/// Throws storage::StorageError on a corrupt row, as the others do.
Event decode_event(std::string_view bytes);

/// What an event counts for, in limits and in a group's stored bytes.
inline constexpr std::size_t kEventOverheadBytes = 26;

}  // namespace cumulite::logs
