#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include "emulator/functions/runtime/instance.h"
#include "emulator/functions/runtime/launch.h"

/// Runtimes without a process of their own between invocations.
namespace cumulite::functions {

/// "exec": a command for each event: JSON on stdin, the result's JSON on stdout, logs on stderr.
InstanceOutcome run_exec(const Deployment& deployment, const LaunchParts& parts,
                         const InstanceEvent& event, const std::atomic<bool>& cancelled);
/// "http": the event is POSTed, the answer's body is the result.
InstanceOutcome run_http(const Deployment& deployment, const InstanceEvent& event);

}  // namespace cumulite::functions
