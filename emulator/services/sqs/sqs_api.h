#pragma once

#include "api/sqs.h"

namespace cumulite::sqs {

/// Within the service, `api` is the API of SQS.
namespace api = ::cumulite::api::sqs;

}  // namespace cumulite::sqs
