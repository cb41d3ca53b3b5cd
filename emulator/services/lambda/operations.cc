#include "api/lambda.h"
#include "emulator/services/lambda/service.h"

namespace cumulite::lambda {

std::span<const OperationRow> operation_rows() {
  return {};
}

}  // namespace cumulite::lambda
