#include "emulator/services/glacier/retrieval/limits.h"

#include <chrono>

#include "emulator/core/spaces.h"
#include "emulator/services/glacier/due.h"
#include "emulator/services/glacier/errors.h"
#include "emulator/services/glacier/job/parameters.h"
#include "emulator/services/glacier/retrieval/policy.h"

namespace cumulite::glacier {

namespace {

/// What the policy FreeTier lets through in a calendar month.
constexpr std::uint64_t kFreeBytesOfMonth = std::uint64_t{10} << 30;
/// "Each unit provides that at least three expedited retrievals can be performed every five
/// minutes."
constexpr std::uint64_t kJobsOfUnit = 3;

std::string usage_key(const VaultRef& vault) {
  return keys::account_row(vault.account, vault.region, keys::AccountRow::kUsage);
}

UsageRecord load_usage(const storage::Reader& reader, const VaultRef& vault) {
  const auto row = reader.get(spaces::kGlacier, usage_key(vault));
  return row ? UsageRecord::decode(*row) : UsageRecord{};
}

std::int64_t month_of(std::int64_t unix_ms) {
  const auto day = std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(unix_ms)));
  const std::chrono::year_month_day date(day);
  return static_cast<int>(date.year()) * 12 + static_cast<unsigned>(date.month());
}

/// Begins to count anew where an hour or month has passed. An hour begins with the first retrieval
/// that is counted in it: by the hours of the day, what a test sees would depend on when it runs.
void roll(UsageRecord& usage, std::int64_t now_ms) {
  if (now_ms < usage.hour_begun_ms || now_ms >= usage.hour_begun_ms + kHourMs) {
    usage.hour_begun_ms = now_ms;
    usage.hour_bytes = 0;
  }
  if (usage.month != month_of(now_ms)) usage.month_bytes = 0;
  usage.month = month_of(now_ms);
}

/// The policy is for Standard retrievals; the other tiers are not limited by it.
/// https://docs.aws.amazon.com/amazonglacier/latest/dev/data-retrieval-policy.html
Result<void> check_policy(const storage::Reader& reader, const VaultRef& vault,
                          const UsageRecord& usage, std::uint64_t bytes) {
  const auto rule = retrieval_rule(reader, vault.account, vault.region);
  const std::string strategy = rule.Strategy.value_or("None");
  if (strategy == "BytesPerHour" &&
      usage.hour_bytes + bytes > static_cast<std::uint64_t>(rule.BytesPerHour.value_or(0))) {
    return errors::policy_enforced();
  }
  if (strategy == "FreeTier" && usage.month_bytes + bytes > kFreeBytesOfMonth) {
    return errors::policy_enforced();
  }
  return {};
}

Result<void> check_capacity(const storage::Reader& reader, const Context& ctx,
                            const VaultRef& vault, const UsageRecord& usage) {
  const auto capacity = expedited_capacity(reader, ctx.env.settings, vault.account);
  if (!capacity) return {};
  const std::uint64_t units = provisioned_units(reader, vault.account, vault.region, ctx.now_ms);
  if (usage.expedited_jobs < *capacity + units * kJobsOfUnit) return {};
  return errors::insufficient_capacity();
}

}  // namespace

Result<void> admit_retrieval(storage::Txn& txn, const Context& ctx, const VaultRef& vault,
                             const JobRecord& job) {
  UsageRecord usage = load_usage(txn, vault);
  roll(usage, ctx.now_ms);
  if (is_expedited(job.description)) {
    CUMULITE_TRY(check_capacity(txn, ctx, vault, usage));
    usage.expedited_jobs += 1;
  } else if (job.description.Tier == "Standard") {
    CUMULITE_TRY(check_policy(txn, vault, usage, job.range_length));
    usage.hour_bytes += job.range_length;
    usage.month_bytes += job.range_length;
  }
  txn.put(spaces::kGlacier, usage_key(vault), usage.encode());
  return {};
}

void end_expedited(storage::Txn& txn, const VaultRef& vault) {
  UsageRecord usage = load_usage(txn, vault);
  if (usage.expedited_jobs > 0) usage.expedited_jobs -= 1;
  txn.put(spaces::kGlacier, usage_key(vault), usage.encode());
}

}  // namespace cumulite::glacier
