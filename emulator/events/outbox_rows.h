#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/events/outbox.h"
#include "storage/kv/store.h"

/// Rows of the kOutbox space: `kind | sequence`, and `kind | sequence | piece` for what of an event
/// does not fit into one row. The empty kind holds the events that wait for a retry.
namespace cumulite::outbox_rows {

inline constexpr std::string_view kWaiting = {};
/// Kind of the due rows whose payload is the number of a waiting event.
inline constexpr std::string_view kRetryKind = "outbox.retry";

/// Key prefix of a kind's rows.
std::string prefix(std::string_view kind);
std::string key(std::string_view kind, std::uint64_t sequence);

struct Parsed {
  std::string kind;
  std::uint64_t sequence = 0;
  bool is_first = true;  ///< Not a further piece.
};

std::optional<Parsed> parse(std::string_view key);

/// Writes the event under `lane` (its kind, or kWaiting) and `sequence`.
void put(storage::Txn& txn, std::string_view lane, std::uint64_t sequence, const Event& event);
/// Removes the rows of one event; reads the first of them to know how many there are. Whether the
/// event was there.
bool remove(storage::Txn& txn, std::string_view lane, std::uint64_t sequence);
/// The event, or nullopt if it is not there (or cannot be read, which is logged).
std::optional<Event> get(const storage::Reader& reader, std::string_view lane,
                         std::uint64_t sequence);

}  // namespace cumulite::outbox_rows
