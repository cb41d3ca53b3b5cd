#include "emulator/services/dynamodb/shapes.h"

#include <cstdlib>

#include "emulator/core/records/fields.h"

namespace cumulite::dynamodb {

const model::Shape& output_shape(const model::Operation& operation, std::string_view member) {
  for (const auto& one : operation.output->members) {
    if (one.name == member) return *one.shape;
  }
  std::abort();  // A name that the model does not have: a defect that the first test finds.
}

storage::BlobRef body_of(std::string_view row_value) {
  FieldReader fields(row_value);
  while (fields.next()) {
    if (fields.tag() == kBodyField) {
      return storage::BlobRef::decode(fields.text()).value_or(storage::BlobRef{});
    }
  }
  return {};
}

}  // namespace cumulite::dynamodb
