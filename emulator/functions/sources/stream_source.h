#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cumulite::functions {

struct StreamShard {
  std::string id;
  std::string parent_id = {};  ///< May be gone already.
  std::uint64_t first_sequence = 0;
  std::optional<std::uint64_t> last_sequence = {};  ///< Of a closed shard.
};

/// A stream at a moment. Sequence numbers are of the whole stream; those of one shard rise.
struct StreamView {
  std::vector<StreamShard> shards;
  std::uint64_t last_sequence = 0;
};

struct StreamRecord {
  std::uint64_t sequence = 0;
  std::string sequence_text;  ///< As the record shows it.
  std::int64_t written_ms = 0;
  std::uint64_t key_hash = 0;  ///< The same for all records of an item, over restarts too.
  std::string json;            ///< The record as a function sees it.
};

struct StreamPage {
  std::vector<StreamRecord> records;
  std::uint64_t next_sequence = 0;  ///< All records of the shard before it were looked at.
  bool more = false;                ///< There may be more from there on now.
};

/// What an event source needs of a stream. Thread-safe.
class StreamSource {
 public:
  virtual ~StreamSource() = default;
  /// Null if there is no such stream (any more).
  virtual std::optional<StreamView> view(std::string_view stream_arn) = 0;
  virtual StreamPage read(std::string_view stream_arn, std::string_view shard_id,
                          std::uint64_t from, std::size_t limit) = 0;
  /// Topic of the wake hub that is notified when the stream has a new record.
  virtual std::string topic(std::string_view stream_arn) = 0;
};

}  // namespace cumulite::functions
