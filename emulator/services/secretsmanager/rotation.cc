#include "emulator/services/secretsmanager/rotation.h"

#include <array>
#include <charconv>

#include "emulator/core/helper_spaces.h"
#include "emulator/core/ids.h"
#include "emulator/core/log.h"
#include "emulator/services/secretsmanager/operations.h"
#include "protocol/codec/json_document.h"
#include "protocol/time_units.h"

namespace cumulite::secretsmanager {
namespace {

constexpr std::string_view kKind = "secretsmanager.rotation";
constexpr unsigned kConcurrency = 4;
constexpr std::uint32_t kAttemptsMax = 5;
constexpr std::int64_t kPauseMs = kMinuteMs;
constexpr std::array kSteps = {"createSecret", "setSecret", "testSecret", "finishSecret"};

/// One rotation of one secret: the payload of its event, and without a token that of its due row.
struct Turn {
  SecretRef ref;
  std::string suffix;  ///< Another secret of the same name has another one.
  std::string token;
};

std::string encode(const Turn& turn) {
  return nlohmann::json::array(
             {turn.ref.account, turn.ref.region, turn.ref.name, turn.suffix, turn.token})
      .dump();
}

Turn decode_turn(const std::string& payload) {
  const auto parts = nlohmann::json::parse(payload).get<std::vector<std::string>>();
  return {{parts.at(0), parts.at(1), parts.at(2)}, parts.at(3), parts.at(4)};
}

/// The secret of the turn, if it is there still, stays there and rotates.
std::optional<Found> find_rotating(const storage::Reader& reader, const Turn& turn) {
  const auto row = reader.get(spaces::kSecretsManager, keys::secret(turn.ref));
  if (!row) return std::nullopt;
  Found found{turn.ref, decode_secret(*row)};
  const bool is_same = found.secret.suffix == turn.suffix;
  if (!is_same || !found.secret.rotation.is_on || found.secret.deletion_ms != 0) {
    return std::nullopt;
  }
  return found;
}

void put_secret(storage::Txn& txn, const Found& found) {
  txn.put(spaces::kSecretsManager, keys::secret(found.ref), encode_secret(found.secret));
}

DueRow turn_row(const Found& found) {
  return {found.ref.account, found.secret.rotation.next_ms, std::string(kKind), found.arn(),
          encode(Turn{found.ref, found.secret.suffix, {}})};
}

void drop_next(Environment& env, storage::Txn& txn, Found& found) {
  if (found.secret.rotation.next_ms != 0) env.due.remove(txn, turn_row(found));
  found.secret.rotation.next_ms = 0;
}

/// By days at midnight (UTC), by hours at the hour.
void schedule_next(Environment& env, storage::Txn& txn, Found& found, std::int64_t now_ms) {
  Rotation& rotation = found.secret.rotation;
  if (rotation.interval_ms == 0) return;
  const std::int64_t unit = rotation.interval_ms % kDayMs == 0 ? kDayMs : kHourMs;
  rotation.next_ms = now_ms / unit * unit + rotation.interval_ms;
  env.due.schedule(txn, turn_row(found));
}

bool is_in_progress(Secret& secret) {
  const Version* pending = secret.find_stage(kPending);
  return pending != nullptr && !pending->has_stage(kCurrent);
}

/// Makes the version, still without a value, and lets the function have it.
void begin(Environment& env, storage::Txn& txn, Found& found, const Turn& turn,
           std::int64_t now_ms) {
  found.secret.versions.push_back({turn.token, {}, now_ms, 0});
  move_stages(found.secret, turn.token, {std::string(kPending)});
  env.outbox.append(txn, {.account = turn.ref.account,
                          .region = turn.ref.region,
                          .kind = std::string(kKind),
                          .target = found.secret.rotation.function_arn,
                          .payload = encode(turn)});
}

/// "rate(10 days)" in milliseconds. Errors: InvalidParameterException.
Result<std::int64_t> parse_rate(std::string_view text) {
  const Error invalid = errors::invalid_parameter("Invalid ScheduleExpression.");
  constexpr std::string_view kBegin = "rate(";
  if (text.starts_with("cron(")) return not_implemented("RotateSecret with a cron schedule");
  if (!text.starts_with(kBegin) || !text.ends_with(')')) return invalid;
  text = text.substr(kBegin.size(), text.size() - kBegin.size() - 1);
  std::int64_t count = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view unit(parsed.ptr,
                              static_cast<std::size_t>(text.data() + text.size() - parsed.ptr));
  constexpr std::int64_t kDaysMax = 1000;
  const bool is_days = unit == " day" || unit == " days";
  if (count < 1 || count > kDaysMax || (!is_days && unit != " hour" && unit != " hours")) {
    return invalid;
  }
  return count * (is_days ? kDayMs : kHourMs);
}

Result<void> apply_rules(const api::RotationRulesType& rules, Rotation& rotation) {
  if (rules.AutomaticallyAfterDays && rules.ScheduleExpression) {
    return errors::invalid_parameter(
        "You can't specify both AutomaticallyAfterDays and ScheduleExpression.");
  }
  rotation.schedule = rules.ScheduleExpression.value_or("");
  rotation.duration = rules.Duration.value_or("");
  rotation.interval_ms = rules.AutomaticallyAfterDays.value_or(0) * kDayMs;
  if (rotation.schedule.empty()) return {};
  CUMULITE_ASSIGN(rotation.interval_ms, parse_rate(rotation.schedule));
  return {};
}

/// The function has labelled the version; what is left is to say so.
void finish(Environment& env, const Turn& turn) {
  const std::int64_t now_ms = env.clock.now_ms(turn.ref.account);
  env.store.transact(secret_domains(turn.ref), [&](storage::Txn& txn) {
    auto found = find_rotating(txn, turn);
    if (!found) return;
    Version* version = found->secret.find_version(turn.token);
    if (version == nullptr || !version->has_stage(kCurrent)) return;
    std::erase(version->stages, kPending);
    found->secret.rotation.last_ms = now_ms;
    put_secret(txn, *found);
  });
}

Delivery fail(Environment& env, const Event& event, const std::string& why) {
  if (event.attempt + 1 < kAttemptsMax) {
    return {Delivery::Outcome::kRetry, env.clock.now_ms(event.account) + kPauseMs};
  }
  log::warning("secretsmanager: {} did not rotate {}: {}", event.target,
               decode_turn(event.payload).ref.name, why);
  return {};
}

/// All steps anew: a function finds out itself what an earlier try has done.
Delivery run_steps(Environment& env, functions::FunctionInvoker* invoker, const Event& event) {
  const Turn turn = decode_turn(event.payload);
  if (invoker == nullptr) return fail(env, event, "functions do not run");
  const std::string arn = turn.ref.arn(turn.suffix);
  for (const char* step : kSteps) {
    auto found = find_rotating(env.store, turn);
    if (!found || found->secret.find_version(turn.token) == nullptr) return {};
    const std::string payload = nlohmann::ordered_json{
        {"Step", step},
        {"SecretId", arn},
        {"ClientRequestToken",
         turn.token}}.dump();
    const auto result = invoker->invoke_sync(
        {.arn = event.target, .payload = payload, .now_ms = env.clock.now_ms(event.account)});
    if (!result.ok()) return fail(env, event, std::string(step) + ": " + result.payload);
  }
  finish(env, turn);
  return {};
}

void run_next(Environment& env, const DueRow& row, std::int64_t now_ms) {
  Turn turn = decode_turn(row.payload);
  turn.token = ids::uuid();
  env.store.transact(secret_domains(turn.ref), [&](storage::Txn& txn) {
    env.due.remove(txn, row);
    auto found = find_rotating(txn, turn);
    if (!found || found->secret.rotation.next_ms != row.due_ms) return;
    schedule_next(env, txn, *found, now_ms);
    if (!is_in_progress(found->secret)) begin(env, txn, *found, turn, now_ms);
    put_secret(txn, *found);
  });
}

}  // namespace

std::int64_t window_end_ms(const Rotation& rotation) {
  const bool is_days = rotation.interval_ms % kDayMs == 0;
  return rotation.next_ms + (is_days ? kDayMs : kHourMs) - kSecondMs;
}

std::int64_t days_of(const Rotation& rotation) {
  return (rotation.interval_ms + kDayMs - 1) / kDayMs;
}

void register_rotations(Environment& env, functions::FunctionInvoker* invoker) {
  env.outbox.register_target(std::string(kKind), kConcurrency, [&env, invoker](const Event& event) {
    return run_steps(env, invoker, event);
  });
  env.due.register_kind(std::string(kKind), [&env](const DueRow& row, std::int64_t now_ms) {
    run_next(env, row, now_ms);
  });
}

Result<api::RotateSecretResponse> rotate_secret(Context& ctx, const api::RotateSecretRequest& req) {
  if (!req.ClientRequestToken) return errors::no_request_token("InvalidParameterException");
  CUMULITE_ASSIGN(const Found known, find_secret(ctx, ctx.env.store, *req.SecretId));
  Rotation asked = known.secret.rotation;
  if (req.RotationLambdaARN) asked.function_arn = *req.RotationLambdaARN;
  if (asked.function_arn.empty()) return errors::no_rotation_function();
  Service* lambda = ctx.env.services.find("lambda");
  if (lambda == nullptr || !lambda->has_target(asked.function_arn)) {
    return errors::rotation_function_refuses();
  }
  if (req.RotationRules) CUMULITE_TRY(apply_rules(*req.RotationRules, asked));
  const bool is_now = req.RotateImmediately.value_or(true);
  CUMULITE_ASSIGN(
      const Found found,
      change_secret(ctx, *req.SecretId, Deleted::kRefuse,
                    [&](storage::Txn& txn, Found& changed) -> Result<void> {
                      Secret& secret = changed.secret;
                      const Turn turn{changed.ref, secret.suffix, *req.ClientRequestToken};
                      const bool is_repeated = secret.find_version(turn.token) != nullptr;
                      if (is_now && !is_repeated && is_in_progress(secret)) {
                        return errors::rotation_in_progress();
                      }
                      drop_next(ctx.env, txn, changed);
                      asked.last_ms = secret.rotation.last_ms;
                      asked.next_ms = 0;
                      asked.is_on = true;
                      secret.rotation = asked;
                      schedule_next(ctx.env, txn, changed, ctx.now_ms);
                      if (is_now && !is_repeated) {
                        begin(ctx.env, txn, changed, turn, ctx.now_ms);
                      }
                      return {};
                    }));
  api::RotateSecretResponse answer{.ARN = found.arn(), .Name = found.secret.name};
  if (is_now) answer.VersionId = req.ClientRequestToken;
  return answer;
}

Result<api::CancelRotateSecretResponse> cancel_rotate_secret(
    Context& ctx, const api::CancelRotateSecretRequest& req) {
  api::CancelRotateSecretResponse answer;
  CUMULITE_ASSIGN(const Found found,
                  change_secret(ctx, *req.SecretId, Deleted::kRefuse,
                                [&](storage::Txn& txn, Found& changed) -> Result<void> {
                                  if (is_in_progress(changed.secret)) {
                                    answer.VersionId = changed.secret.find_stage(kPending)->id;
                                  }
                                  drop_next(ctx.env, txn, changed);
                                  changed.secret.rotation.is_on = false;
                                  return {};
                                }));
  answer.ARN = found.arn();
  answer.Name = found.secret.name;
  return answer;
}

}  // namespace cumulite::secretsmanager
