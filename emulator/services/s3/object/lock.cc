#include "emulator/services/s3/object/lock.h"

#include "emulator/services/s3/configuration/store.h"
#include "emulator/services/s3/errors.h"
#include "protocol/time_units.h"

namespace cumulite::s3 {

namespace {

constexpr std::int64_t kDaysOfYear = 365;
constexpr std::string_view kModeHeader = "x-amz-object-lock-mode";
constexpr std::string_view kDateHeader = "x-amz-object-lock-retain-until-date";
constexpr std::string_view kHoldHeader = "x-amz-object-lock-legal-hold";

Result<void> check_request(const Context& ctx, const LockRequest& asked) {
  if (asked.mode.has_value() != asked.retain_until.has_value()) {
    return errors::invalid_argument(
        "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied",
        asked.mode ? kDateHeader : kModeHeader);
  }
  if (asked.mode && *asked.mode != "GOVERNANCE" && *asked.mode != "COMPLIANCE") {
    return errors::invalid_argument("Unknown wormMode directive.", kModeHeader, *asked.mode);
  }
  if (asked.retain_until && asked.retain_until->ms <= ctx.now_ms) {
    return errors::invalid_argument("The retain until date must be in the future!", kDateHeader);
  }
  if (asked.legal_hold && *asked.legal_hold != "ON" && *asked.legal_hold != "OFF") {
    return errors::invalid_argument("Legal Hold must be either of 'ON' or 'OFF'", kHoldHeader,
                                    *asked.legal_hold);
  }
  return {};
}

void apply_default(const Context& ctx, const BucketRecord& bucket, LockRecord& lock) {
  const auto configuration = read_configuration<api::ObjectLockConfiguration>(
      ctx.env.store, bucket, Configuration::kObjectLock);
  if (!configuration || !configuration->Rule || !configuration->Rule->DefaultRetention) return;
  const auto& retention = *configuration->Rule->DefaultRetention;
  const std::int64_t days =
      retention.Days ? *retention.Days : retention.Years.value_or(0) * kDaysOfYear;
  lock.mode = retention.Mode.value_or("");
  lock.retain_until_ms = ctx.now_ms + days * kDayMs;
}

}  // namespace

Result<LockRecord> choose_lock(const Context& ctx, const BucketRecord& bucket,
                               const LockRequest& asked) {
  LockRecord lock;
  const bool any = asked.mode || asked.retain_until || asked.legal_hold;
  if (!any && !bucket.object_lock) return lock;
  CUMULITE_TRY(check_request(ctx, asked));
  if (!bucket.object_lock) {
    return errors::invalid_request("Bucket is missing Object Lock Configuration");
  }
  lock.legal_hold = asked.legal_hold.value_or("");
  if (asked.mode) {
    lock.mode = *asked.mode;
    lock.retain_until_ms = asked.retain_until->ms;
  } else {
    apply_default(ctx, bucket, lock);
  }
  return lock;
}

Result<void> check_unlocked(const ObjectRecord& record, std::int64_t now_ms,
                            bool bypass_governance) {
  const LockRecord& lock = record.lock;
  const bool retained =
      lock.retain_until_ms > now_ms &&
      (lock.mode == "COMPLIANCE" || (lock.mode == "GOVERNANCE" && !bypass_governance));
  if (lock.legal_hold == "ON" || retained) {
    return Error{"AccessDenied", "Access Denied because object protected by object lock.", 403};
  }
  return {};
}

}  // namespace cumulite::s3
