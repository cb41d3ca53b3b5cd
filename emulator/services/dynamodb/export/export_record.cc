#include "emulator/services/dynamodb/export/export_record.h"

#include "emulator/core/records/fields.h"
#include "emulator/services/dynamodb/item/item_codec.h"
#include "emulator/services/dynamodb/shapes.h"
#include "protocol/codec/json_reader.h"
#include "protocol/codec/json_writer.h"

namespace cumulite::dynamodb {
namespace {

const model::Shape& export_shape() {
  return output_shape(api::op::DescribeExport::info(), "ExportDescription");
}

}  // namespace

std::string ExportRecord::encode() const {
  std::string json;
  codec::write_json(export_shape(), &description, false, json);
  FieldWriter fields;
  fields.text(1, json);
  fields.text(2, request);
  fields.text(3, table);
  fields.text(kBodyField, items.encode());
  return fields.take();
}

ExportRecord ExportRecord::decode(std::string_view bytes) {
  ExportRecord out;
  FieldReader fields(bytes);
  while (fields.next()) {
    if (fields.tag() == 1) {
      if (!codec::read_json(fields.text(), export_shape(), {}, &out.description).ok()) {
        throw storage::StorageError("corrupt DynamoDB export row");
      }
    }
    if (fields.tag() == 2) out.request = fields.text();
    if (fields.tag() == 3) out.table = fields.text();
  }
  out.items = body_of(bytes);
  return out;
}

ChangeFrame decode_change(std::string_view frame) {
  ChangeFrame out;
  FieldReader fields(frame);
  while (fields.next()) {
    if (fields.tag() == 1) out.key_image = decode_item(fields.text());
    if (fields.tag() == 2) out.old_image = decode_item(fields.text());
    if (fields.tag() == 3) out.new_image = decode_item(fields.text());
    if (fields.tag() == 4) out.written_ms = static_cast<std::int64_t>(fields.number());
  }
  return out;
}

}  // namespace cumulite::dynamodb
