#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/kv/store.h"

namespace cumulite::logs {

/// A log group: unique in an account's region.
struct GroupRef {
  std::string account;
  std::string region;
  std::string name;

  /// "arn:aws:logs:REGION:ACCOUNT:log-group:NAME".
  std::string arn() const;
};

/// An event's place in its stream: events of one millisecond keep the order of their arrival.
struct Position {
  std::int64_t timestamp_ms = 0;
  std::uint64_t number = 0;  ///< From 1, within the stream.

  /// 56 digits, as the service's event ids and tokens have them.
  std::string digits() const;
  static std::optional<Position> parse(std::string_view digits);
  auto operator<=>(const Position&) const = default;
};

/// Keys of the rows; made and parsed only here. All begin with account and region, then
///   kLogs       g GROUP | s GROUP STREAM | b GROUP (a counter: stored bytes)
///   kLogEvents  e GROUP STREAM time number
namespace keys {

std::string groups(std::string_view account, std::string_view region);
std::string group(const GroupRef& group);
std::string stored_bytes(const GroupRef& group);
/// Prefix of all of a group's streams; a name follows.
std::string streams(const GroupRef& group);
std::string stream(const GroupRef& group, std::string_view name);
/// Prefix of all of a group's events, and of one stream's.
std::string events(const GroupRef& group);
std::string events(const GroupRef& group, std::string_view stream);
std::string event(std::string_view stream_events, const Position& position);
/// Of an event's key.
Position position(std::string_view key);

}  // namespace keys

/// For a transaction that changes the group's row, or (`whole`) everything that it holds.
storage::Domains group_domains(const GroupRef& group);
storage::Domains whole_group_domains(const GroupRef& group);
/// For a transaction that changes one stream and its events.
storage::Domains stream_domains(const GroupRef& group, std::string_view stream);

}  // namespace cumulite::logs
