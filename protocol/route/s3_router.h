#pragma once

#include <string_view>

#include "protocol/http/request.h"
#include "protocol/route/host.h"
#include "protocol/route/route.h"

namespace cumulite::route {

/// Selects the S3 operation by method, level (service, bucket, object), sub-resource and the
/// parameters and headers that only one of several operations requires, all from the model.
///
/// A request never falls through to an operation of another meaning: a sub-resource selects exactly
/// the operation that has it, or the request is refused (405 where another method has it, else
/// 501); a name without a value that no operation knows is 501 on anything but a read.
/// Sets kind, operation and the labels "Bucket" and "Key" of `route`.
Result<void> route_s3(const http::Request& request, const HostTarget& host, Route& route);

}  // namespace cumulite::route
