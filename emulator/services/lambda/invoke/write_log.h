#pragma once

#include "emulator/core/environment.h"
#include "emulator/functions/invoker.h"

namespace cumulite::lambda {

/// Puts what a function wrote into its group of CloudWatch Logs, a line an event.
void write_log(Environment& env, const functions::LogChunk& chunk);

}  // namespace cumulite::lambda
