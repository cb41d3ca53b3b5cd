#pragma once

#include <memory>

#include "emulator/core/service.h"

namespace cumulite::dynamodbstreams {

/// DynamoDB Streams: reads what the service dynamodb writes.
std::unique_ptr<Service> make_service(Environment& env);

}  // namespace cumulite::dynamodbstreams
