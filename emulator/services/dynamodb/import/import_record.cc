#include "emulator/services/dynamodb/import/import_record.h"

#include <type_traits>

#include "emulator/core/records/fields.h"
#include "emulator/services/dynamodb/shapes.h"
#include "protocol/codec/json_reader.h"
#include "protocol/codec/json_writer.h"

namespace cumulite::dynamodb {
namespace {

template <class Description>
const model::Shape& shape_of() {
  if constexpr (std::is_same_v<Description, api::ImportTableDescription>) {
    return output_shape(api::op::DescribeImport::info(), "ImportTableDescription");
  } else {
    return output_shape(api::op::DescribeBulkOperation::info(), "BulkOperationDescription");
  }
}

}  // namespace

template <class Description>
std::string TransferRecord<Description>::encode() const {
  std::string json;
  codec::write_json(shape_of<Description>(), &description, false, json);
  FieldWriter fields;
  fields.text(1, json);
  fields.text(2, request);
  return fields.take();
}

template <class Description>
TransferRecord<Description> TransferRecord<Description>::decode(std::string_view bytes) {
  TransferRecord out;
  FieldReader fields(bytes);
  while (fields.next()) {
    if (fields.tag() == 1) {
      if (!codec::read_json(fields.text(), shape_of<Description>(), {}, &out.description).ok()) {
        throw storage::StorageError("corrupt DynamoDB import row");
      }
    }
    if (fields.tag() == 2) out.request = fields.text();
  }
  return out;
}

template struct TransferRecord<api::ImportTableDescription>;
template struct TransferRecord<api::BulkOperationDescription>;

}  // namespace cumulite::dynamodb
