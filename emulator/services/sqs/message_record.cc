#include "emulator/services/sqs/message_record.h"

#include "emulator/services/sqs/record.h"

namespace cumulite::sqs {
namespace {

// What is in each row, in its order on disk.

void content_fields(auto& row, auto& content) {
  row.each(content.attributes, [&](auto& attribute) {
    row.fields(attribute.name, attribute.data_type, attribute.value);
  });
  row.fields(content.body);
}

void message_fields(auto& row, auto& head, auto& content) {
  row.fields(head.sent_ms, head.visible_at_ms, head.receive_count, head.first_receive_ms,
             head.pieces, head.size_bytes, head.message_id, head.group_id, head.deduplication_id,
             head.sender_id, head.trace_header, head.dead_letter_source_arn, head.md5_of_body,
             head.md5_of_attributes, content);
}

void receipt_fields(auto& row, auto& receipt) {
  row.fields(receipt.visible_at_ms, receipt.receive_count, receipt.first_receive_ms,
             receipt.last_receive_ms, receipt.attempt);
}

void deduplication_fields(auto& row, auto& deduplication) {
  row.fields(deduplication.sent_ms, deduplication.sequence, deduplication.message_id);
}

}  // namespace

std::string encode_content(const MessageContent& content) {
  std::string bytes;
  bytes.reserve(content.body.size() + 8 + content.attributes.size() * 64);
  RecordWriter writer(bytes);
  content_fields(writer, content);
  return bytes;
}

MessageContent decode_content(std::string_view bytes) {
  RecordReader reader(bytes);
  MessageContent content;
  content_fields(reader, content);
  return content;
}

std::string encode_message(const MessageHead& head, std::string_view content) {
  std::string row;
  row.reserve(content.size() + 256);
  RecordWriter writer(row);
  message_fields(writer, head, content);
  return row;
}

MessageHead decode_head(std::string_view row, std::string_view& content) {
  RecordReader reader(row);
  MessageHead head;
  message_fields(reader, head, content);
  return head;
}

std::string encode_receipt(const Receipt& receipt) {
  std::string row;
  RecordWriter writer(row);
  receipt_fields(writer, receipt);
  return row;
}

Receipt decode_receipt(std::string_view row) {
  RecordReader reader(row);
  Receipt receipt;
  receipt_fields(reader, receipt);
  return receipt;
}

std::string encode_deduplication(const Deduplication& deduplication) {
  std::string row;
  RecordWriter writer(row);
  deduplication_fields(writer, deduplication);
  return row;
}

Deduplication decode_deduplication(std::string_view row) {
  RecordReader reader(row);
  Deduplication deduplication;
  deduplication_fields(reader, deduplication);
  return deduplication;
}

}  // namespace cumulite::sqs
