#pragma once

#include <memory>

#include "emulator/core/environment.h"
#include "emulator/functions/sources/queue_source.h"

namespace cumulite::functions {

/// The queues of the daemon's own SQS service.
std::unique_ptr<QueueSource> make_sqs_queue_source(Environment& env);

}  // namespace cumulite::functions
