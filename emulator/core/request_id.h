#pragma once

#include <string>

#include "protocol/model/operation.h"

namespace cumulite {

/// The ids by which a service names a request in its answer.
struct RequestId {
  std::string request_id;
  std::string host_id;  ///< S3's x-amz-id-2; else empty.
};

/// In the form of the service: S3 16 upper-case hexadecimal digits, DynamoDB 52 letters and digits,
/// others a UUID. `model` may be null.
RequestId make_request_id(const model::ServiceModel* model);

}  // namespace cumulite
