#pragma once

#include <optional>
#include <span>

#include "protocol/error.h"
#include "protocol/model/operation.h"
#include "protocol/model/validate.h"

namespace cumulite::wire {

/// What a service answers to values that break its model's constraints, in its own code and words;
/// nullopt if it leaves these findings to its handlers.
///
/// DynamoDB reports all of them at once, but for what some operations say otherwise; SNS likewise,
/// but texts that are missing by name; SQS, S3 and Glacier report what their documented errors
/// cover and check the rest themselves. `current_words`: DynamoDB's item writes and Query say it as
/// recorded in October 2026, else as recorded until May of that year.
std::optional<Error> describe_violations(const model::ServiceModel& service,
                                         const model::Operation& operation,
                                         std::span<const model::Violation> violations,
                                         bool current_words = false);

}  // namespace cumulite::wire
