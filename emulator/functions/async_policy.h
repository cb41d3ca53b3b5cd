#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "emulator/functions/invocation.h"
#include "emulator/functions/store/resolve.h"

namespace cumulite::functions {

/// How a function wants its asynchronous invocations treated.
struct AsyncPolicy {
  std::int64_t retries = 2;
  std::int64_t age_seconds_max = 21'600;
  std::string on_success = {};  ///< ARNs; empty: nowhere.
  std::string on_failure = {};
  std::string dead_letter = {};
};

/// From the event-invoke configuration of the qualifier and the version's DeadLetterConfig.
AsyncPolicy async_policy_of(const storage::Reader& reader, const FoundFunction& found);

/// What a destination is told:
/// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
struct DestinationRecord {
  std::string condition;  ///< "Success", "RetriesExhausted", "EventAgeExceeded".
  std::string function_arn;
  std::string request_payload;
  std::int64_t tries = 1;
  std::int64_t now_ms = 0;
};

std::string to_json(const DestinationRecord& record, const InvocationResult& result);

}  // namespace cumulite::functions
