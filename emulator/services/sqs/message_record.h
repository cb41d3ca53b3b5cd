#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What a queue keeps of a message. The message row is written once, at the send; what a receive
/// changes is in the small receipt row, so that receiving a message never rewrites its body.
namespace cumulite::sqs {

/// Attributes and body longer than this are kept in rows of their own, in pieces: scanning the
/// message rows at the start then costs nothing for large bodies.
inline constexpr std::size_t kInlineBytesMax = 4'096;
inline constexpr std::size_t kPieceBytes = 1'000'000;

/// A message attribute as its sender gave it; `value` holds raw bytes for Binary.
struct MessageAttribute {
  std::string name;
  std::string data_type;  ///< "String", "Number", "Binary", with any suffix (".int").
  std::string value;

  bool is_binary() const { return data_type.starts_with("Binary"); }
};

/// The head of a message row: what the index is rebuilt from, and what every receive shows.
struct MessageHead {
  std::int64_t sent_ms = 0;
  std::int64_t visible_at_ms = 0;     ///< Before the first receive: after sending or moving.
  std::uint32_t receive_count = 0;    ///< Receives in the queues that it was moved from.
  std::int64_t first_receive_ms = 0;  ///< 0: never received.
  std::uint32_t pieces = 0;           ///< Body rows; 0: attributes and body are in this row.
  std::uint32_t size_bytes = 0;       ///< Body and attributes, as the limits count them.
  std::string message_id;
  std::string group_id;
  std::string deduplication_id;
  std::string sender_id;
  std::string trace_header;
  std::string dead_letter_source_arn;
  std::string md5_of_body;        ///< Hexadecimal.
  std::string md5_of_attributes;  ///< Hexadecimal; empty without attributes.
};

struct MessageContent {
  std::vector<MessageAttribute> attributes;
  std::string body;
};

struct MessageRecord {
  MessageHead head;
  MessageContent content;
};

/// What receives did to a message. Absent until the first one.
struct Receipt {
  std::int64_t visible_at_ms = 0;
  std::uint32_t receive_count = 0;  ///< Over all queues.
  std::int64_t first_receive_ms = 0;
  std::int64_t last_receive_ms = 0;
  std::uint64_t attempt = 0;  ///< Hash of ReceiveRequestAttemptId; 0: none.
};

/// What a FIFO queue remembers of a deduplication id for five minutes.
struct Deduplication {
  std::int64_t sent_ms = 0;
  std::uint64_t sequence = 0;
  std::string message_id;
};

std::string encode_content(const MessageContent& content);
MessageContent decode_content(std::string_view bytes);

/// The message row. `content` is what encode_content gave, or empty when it is in pieces.
std::string encode_message(const MessageHead& head, std::string_view content);
/// Reads the head; `content` becomes a view into `row`.
MessageHead decode_head(std::string_view row, std::string_view& content);

std::string encode_receipt(const Receipt& receipt);
Receipt decode_receipt(std::string_view row);

std::string encode_deduplication(const Deduplication& deduplication);
Deduplication decode_deduplication(std::string_view row);

}  // namespace cumulite::sqs
