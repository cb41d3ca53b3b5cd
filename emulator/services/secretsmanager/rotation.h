#pragma once

#include "emulator/core/environment.h"
#include "emulator/functions/invocation.h"
#include "emulator/services/secretsmanager/secret.h"
#include "protocol/model/shape.h"

/// Rotation: a function makes, sets, tests and labels a new value, step by step.
/// https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_how.html
namespace cumulite::secretsmanager {

/// Registers the outbox target that runs the steps, and the due kind of the next turn. `invoker`
/// may be null: rotations wait then.
void register_rotations(Environment& env, functions::FunctionInvoker* invoker);

/// The end of the window that opens at `next_ms`, which is what the service tells.
std::int64_t window_end_ms(const Rotation& rotation);
/// Days between two turns, rounded up.
std::int64_t days_of(const Rotation& rotation);

/// What DescribeSecret and ListSecrets tell of it.
template <class Answer>
void show_rotation(const Rotation& rotation, Answer& answer) {
  if (rotation.function_arn.empty()) return;
  answer.RotationEnabled = rotation.is_on;
  answer.RotationLambdaARN = rotation.function_arn;
  if (rotation.interval_ms != 0) {
    auto& rules = answer.RotationRules.emplace();
    rules.AutomaticallyAfterDays = days_of(rotation);
    if (!rotation.schedule.empty()) rules.ScheduleExpression = rotation.schedule;
    if (!rotation.duration.empty()) rules.Duration = rotation.duration;
  }
  if (rotation.last_ms != 0) answer.LastRotatedDate = model::Timestamp{rotation.last_ms};
  if (rotation.is_on && rotation.next_ms != 0) {
    answer.NextRotationDate = model::Timestamp{window_end_ms(rotation)};
  }
}

}  // namespace cumulite::secretsmanager
