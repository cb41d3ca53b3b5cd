#include "emulator/events/outbox_rows.h"

#include <algorithm>

#include "emulator/core/log.h"
#include "emulator/core/spaces.h"
#include "storage/kv/key_codec.h"

namespace cumulite::outbox_rows {
namespace {

using spaces::kOutbox;

// An SQS message of 1 MiB with its JSON escapes exceeds a row, so large events are cut.
constexpr std::size_t kPayloadPieceBytes = storage::kValueBytesMax - 1024;

void append_text(std::string& bytes, std::string_view text) {
  storage::append_u32(bytes, static_cast<std::uint32_t>(text.size()));
  bytes += text;
}

bool take_text(std::string_view& bytes, std::string& text) {
  const auto size = storage::take_u32(bytes);
  if (!size || bytes.size() < *size) return false;
  text = bytes.substr(0, *size);
  bytes.remove_prefix(*size);
  return true;
}

std::string encode(const Event& event) {
  std::string bytes;
  bytes.reserve(event.payload.size() + event.target.size() + 96);
  storage::append_u32(bytes, event.attempt);
  append_text(bytes, event.account);
  append_text(bytes, event.region);
  append_text(bytes, event.kind);
  append_text(bytes, event.target);
  append_text(bytes, event.payload);
  return bytes;
}

std::optional<Event> decode(std::string_view bytes) {
  Event event;
  const auto attempt = storage::take_u32(bytes);
  if (!attempt) return std::nullopt;
  event.attempt = *attempt;
  const bool is_whole = take_text(bytes, event.account) && take_text(bytes, event.region) &&
                        take_text(bytes, event.kind) && take_text(bytes, event.target) &&
                        take_text(bytes, event.payload);
  if (!is_whole) return std::nullopt;
  return event;
}

std::string piece_key(std::string first_key, std::uint32_t piece) {
  storage::append_u32(first_key, piece);
  return first_key;
}

}  // namespace

std::string prefix(std::string_view kind) {
  std::string bytes;
  storage::append_part(bytes, kind);
  return bytes;
}

std::string key(std::string_view kind, std::uint64_t sequence) {
  std::string bytes = prefix(kind);
  storage::append_u64(bytes, sequence);
  return bytes;
}

std::optional<Parsed> parse(std::string_view key) {
  auto kind = storage::take_part(key);
  if (!kind) return std::nullopt;
  const auto sequence = storage::take_u64(key);
  if (!sequence) return std::nullopt;
  return Parsed{std::move(*kind), *sequence, key.empty()};
}

void put(storage::Txn& txn, std::string_view lane, std::uint64_t sequence, const Event& event) {
  const std::string bytes = encode(event);
  const auto pieces = static_cast<std::uint32_t>(bytes.size() / kPayloadPieceBytes + 1);
  const std::string first_key = key(lane, sequence);
  std::string first;
  storage::append_u32(first, pieces);
  first.append(bytes, 0, kPayloadPieceBytes);
  txn.put(kOutbox, first_key, first);
  for (std::uint32_t piece = 1; piece < pieces; ++piece) {
    const std::string_view rest = std::string_view(bytes).substr(piece * kPayloadPieceBytes);
    txn.put(kOutbox, piece_key(first_key, piece), rest.substr(0, kPayloadPieceBytes));
  }
}

bool remove(storage::Txn& txn, std::string_view lane, std::uint64_t sequence) {
  const std::string first_key = key(lane, sequence);
  const auto first = txn.get(kOutbox, first_key);
  if (!first) return false;
  std::string_view bytes = *first;
  const std::uint32_t pieces = storage::take_u32(bytes).value_or(1);
  txn.del(kOutbox, first_key);
  for (std::uint32_t piece = 1; piece < pieces; ++piece) {
    txn.del(kOutbox, piece_key(first_key, piece));
  }
  return true;
}

std::optional<Event> get(const storage::Reader& reader, std::string_view lane,
                         std::uint64_t sequence) {
  const std::string first_key = key(lane, sequence);
  const auto first = reader.get(kOutbox, first_key);
  if (!first) return std::nullopt;
  std::string_view bytes = *first;
  const std::uint32_t pieces = storage::take_u32(bytes).value_or(1);
  std::string whole;
  for (std::uint32_t piece = 1; piece < pieces; ++piece) {
    if (whole.empty()) whole = bytes;
    whole += reader.get(kOutbox, piece_key(first_key, piece)).value_or("");
  }
  auto event = decode(pieces > 1 ? std::string_view(whole) : bytes);
  if (!event) {
    log::error("event {} of kind '{}' cannot be read", sequence, lane);
    return std::nullopt;
  }
  event->sequence = sequence;
  return event;
}

}  // namespace cumulite::outbox_rows
