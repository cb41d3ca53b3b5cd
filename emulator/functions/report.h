#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "emulator/functions/runtime/instance.h"

/// What Lambda makes of an outcome: the error's JSON and the lines around the function's log.
namespace cumulite::functions {

/// The payload of a failed invocation: as the runtime gave it, or in Lambda's words.
std::string failure_payload(const Deployment& deployment, std::string_view request_id,
                            const InstanceOutcome& outcome);
/// START, the log, what ended it, END and REPORT.
std::string full_log(const Deployment& deployment, std::string_view request_id,
                     const InstanceOutcome& outcome, std::int64_t now_ms);

}  // namespace cumulite::functions
