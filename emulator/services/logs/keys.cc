#include "emulator/services/logs/keys.h"

#include <charconv>

#include <fmt/format.h>

#include "emulator/core/helper_spaces.h"
#include "emulator/core/row_service.h"
#include "storage/kv/key_codec.h"

namespace cumulite::logs {
namespace {

constexpr std::size_t kTimeDigits = 26;
constexpr std::size_t kNumberDigits = 30;

template <class Number>
bool parse_digits(std::string_view digits, Number& number) {
  const char* end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, number);
  return parsed.ec == std::errc{} && parsed.ptr == end;
}

}  // namespace

std::string GroupRef::arn() const {
  return fmt::format("arn:aws:logs:{}:{}:log-group:{}", region, account, name);
}

std::string Position::digits() const {
  return fmt::format("{:0{}}{:0{}}", timestamp_ms, kTimeDigits, number, kNumberDigits);
}

std::optional<Position> Position::parse(std::string_view digits) {
  Position position;
  if (digits.size() != kTimeDigits + kNumberDigits) return std::nullopt;
  if (!parse_digits(digits.substr(0, kTimeDigits), position.timestamp_ms)) return std::nullopt;
  if (!parse_digits(digits.substr(kTimeDigits), position.number)) return std::nullopt;
  return position;
}

namespace keys {

std::string groups(std::string_view account, std::string_view region) {
  return scope_key(account, region, 'g');
}

std::string group(const GroupRef& group) {
  return groups(group.account, group.region) + group.name;
}

std::string stored_bytes(const GroupRef& group) {
  return scope_key(group.account, group.region, 'b') + group.name;
}

std::string streams(const GroupRef& group) {
  std::string key = scope_key(group.account, group.region, 's');
  storage::append_part(key, group.name);
  return key;
}

std::string stream(const GroupRef& group, std::string_view name) {
  return streams(group).append(name);
}

std::string events(const GroupRef& group) {
  std::string key = scope_key(group.account, group.region, 'e');
  storage::append_part(key, group.name);
  return key;
}

std::string events(const GroupRef& group, std::string_view stream) {
  std::string key = events(group);
  storage::append_part(key, stream);
  return key;
}

std::string event(std::string_view stream_events, const Position& position) {
  std::string key(stream_events);
  storage::append_i64(key, position.timestamp_ms);
  storage::append_u64(key, position.number);
  return key;
}

Position position(std::string_view key) {
  std::string_view end = key.substr(key.size() - sizeof(std::int64_t) - sizeof(std::uint64_t));
  Position position;
  position.timestamp_ms = storage::take_i64(end).value_or(0);
  position.number = storage::take_u64(end).value_or(0);
  return position;
}

}  // namespace keys

storage::Domains group_domains(const GroupRef& group) {
  return {storage::Domain::exclusive_on(spaces::kLogs, keys::group(group))};
}

storage::Domains whole_group_domains(const GroupRef& group) {
  return {storage::Domain::exclusive_on(spaces::kLogs, keys::group(group)),
          storage::Domain::exclusive_on(spaces::kLogs, keys::streams(group)),
          storage::Domain::exclusive_on(spaces::kLogs, keys::stored_bytes(group)),
          storage::Domain::exclusive_on(spaces::kLogEvents, keys::events(group))};
}

storage::Domains stream_domains(const GroupRef& group, std::string_view stream) {
  return {storage::Domain::shared_on(spaces::kLogs, keys::group(group)),
          storage::Domain::shared_on(spaces::kLogs, keys::streams(group)),
          storage::Domain::shared_on(spaces::kLogEvents, keys::events(group)),
          storage::Domain::exclusive_on(spaces::kLogs, keys::stream(group, stream)),
          storage::Domain::exclusive_on(spaces::kLogEvents, keys::events(group, stream))};
}

}  // namespace cumulite::logs
