#include "emulator/services/sqs/message_record.h"

#include "emulator/services/sqs/record.h"

namespace cumulite::sqs {

std::string encode_content(const MessageContent& content) {
  std::string bytes;
  bytes.reserve(content.body.size() + 8 + content.attributes.size() * 64);
  RecordWriter writer(bytes);
  writer.u32(static_cast<std::uint32_t>(content.attributes.size()));
  for (const MessageAttribute& attribute : content.attributes) {
    writer.text(attribute.name);
    writer.text(attribute.data_type);
    writer.text(attribute.value);
  }
  writer.text(content.body);
  return bytes;
}

MessageContent decode_content(std::string_view bytes) {
  RecordReader reader(bytes);
  MessageContent content;
  content.attributes.resize(reader.u32());
  for (MessageAttribute& attribute : content.attributes) {
    attribute.name = reader.text();
    attribute.data_type = reader.text();
    attribute.value = reader.text();
  }
  content.body = reader.text();
  return content;
}

std::string encode_message(const MessageHead& head, std::string_view content) {
  std::string row;
  row.reserve(content.size() + 256);
  RecordWriter writer(row);
  writer.i64(head.sent_ms);
  writer.i64(head.visible_at_ms);
  writer.u32(head.receive_count);
  writer.i64(head.first_receive_ms);
  writer.u32(head.pieces);
  writer.u32(head.size_bytes);
  for (const std::string* text : {&head.message_id, &head.group_id, &head.deduplication_id,
                                  &head.sender_id, &head.trace_header, &head.dead_letter_source_arn,
                                  &head.md5_of_body, &head.md5_of_attributes}) {
    writer.text(*text);
  }
  writer.text(content);
  return row;
}

MessageHead decode_head(std::string_view row, std::string_view& content) {
  RecordReader reader(row);
  MessageHead head;
  head.sent_ms = reader.i64();
  head.visible_at_ms = reader.i64();
  head.receive_count = reader.u32();
  head.first_receive_ms = reader.i64();
  head.pieces = reader.u32();
  head.size_bytes = reader.u32();
  for (std::string* text : {&head.message_id, &head.group_id, &head.deduplication_id,
                            &head.sender_id, &head.trace_header, &head.dead_letter_source_arn,
                            &head.md5_of_body, &head.md5_of_attributes}) {
    *text = reader.text();
  }
  content = reader.text();
  return head;
}

std::string encode_receipt(const Receipt& receipt) {
  std::string row;
  RecordWriter writer(row);
  writer.i64(receipt.visible_at_ms);
  writer.u32(receipt.receive_count);
  writer.i64(receipt.first_receive_ms);
  writer.i64(receipt.last_receive_ms);
  writer.u64(receipt.attempt);
  return row;
}

Receipt decode_receipt(std::string_view row) {
  RecordReader reader(row);
  Receipt receipt;
  receipt.visible_at_ms = reader.i64();
  receipt.receive_count = reader.u32();
  receipt.first_receive_ms = reader.i64();
  receipt.last_receive_ms = reader.i64();
  receipt.attempt = reader.u64();
  return receipt;
}

std::string encode_deduplication(const Deduplication& deduplication) {
  std::string row;
  RecordWriter writer(row);
  writer.i64(deduplication.sent_ms);
  writer.u64(deduplication.sequence);
  writer.text(deduplication.message_id);
  return row;
}

Deduplication decode_deduplication(std::string_view row) {
  RecordReader reader(row);
  Deduplication deduplication;
  deduplication.sent_ms = reader.i64();
  deduplication.sequence = reader.u64();
  deduplication.message_id = reader.text();
  return deduplication;
}

}  // namespace cumulite::sqs
