#include <chrono>
#include <vector>

#include <fmt/format.h>

#include "emulator/core/records/shape_codec.h"
#include "emulator/core/spaces.h"
#include "emulator/services/glacier/due.h"
#include "emulator/services/glacier/errors.h"
#include "emulator/services/glacier/handlers.h"
#include "emulator/services/glacier/ids.h"
#include "emulator/services/glacier/retrieval/limits.h"
#include "emulator/services/glacier/vault/vaults.h"
#include "protocol/codec/timestamp.h"

namespace cumulite::glacier {

namespace {

constexpr std::size_t kUnitsMax = 2;

using Units = std::vector<api::ProvisionedCapacityDescription>;

/// The row holds what ListProvisionedCapacity answers.
const model::Shape& capacity_shape() {
  return *api::op::ListProvisionedCapacity::info().output;
}

std::string capacity_key(std::string_view account, std::string_view region) {
  return keys::account_row(account, region, keys::AccountRow::kProvisionedCapacity);
}

Units load_units(const storage::Reader& reader, std::string_view account, std::string_view region,
                 std::int64_t now_ms) {
  const auto row = reader.get(spaces::kGlacier, capacity_key(account, region));
  if (!row) return {};
  api::ListProvisionedCapacityOutput stored;
  decode_shape(capacity_shape(), *row, &stored);
  Units units = stored.ProvisionedCapacityList.value_or(Units{});
  std::erase_if(units, [&](const auto& unit) {
    return codec::parse_iso8601(*unit.ExpirationDate)->ms <= now_ms;
  });
  return units;
}

/// The end of the same day of the next month, or of its last day.
std::int64_t expiration_of(std::int64_t start_ms) {
  namespace chrono = std::chrono;
  const chrono::sys_time<chrono::milliseconds> instant{chrono::milliseconds(start_ms)};
  const chrono::year_month_day start(chrono::floor<chrono::days>(instant));
  const chrono::year_month month = start.year() / start.month() + chrono::months(1);
  chrono::year_month_day end = month / start.day();
  if (!end.ok()) end = month / chrono::last;
  const auto midnight = chrono::sys_days(end) + chrono::days(1);
  return chrono::duration_cast<chrono::milliseconds>(midnight.time_since_epoch()).count();
}

}  // namespace

std::uint64_t provisioned_units(const storage::Reader& reader, std::string_view account,
                                std::string_view region, std::int64_t now_ms) {
  return load_units(reader, account, region, now_ms).size();
}

Result<api::PurchaseProvisionedCapacityOutput> purchase_provisioned_capacity(
    Context& ctx, const api::PurchaseProvisionedCapacityInput& req) {
  CUMULITE_ASSIGN(const std::string account,
                  account_of(ctx, req.accountId, "PurchaseProvisionedCapacity"));
  const std::string& region = ctx.caller.region;
  const std::string id = ids::short_id();
  const auto write = [&](storage::Txn& txn) -> Result<void> {
    Units units = load_units(txn, account, region, ctx.now_ms);
    if (units.size() >= kUnitsMax) {
      return errors::limit_exceeded(
          fmt::format("The maximum number of provisioned capacity units is {}.", kUnitsMax));
    }
    units.push_back({id, iso_time(ctx.now_ms), iso_time(expiration_of(ctx.now_ms))});
    const api::ListProvisionedCapacityOutput stored{std::move(units)};
    txn.put(spaces::kGlacier, capacity_key(account, region),
            encode_shape(capacity_shape(), &stored));
    return {};
  };
  CUMULITE_TRY(ctx.env.store.transact(
      {account_domain(account, region, keys::AccountRow::kProvisionedCapacity)}, write));
  return api::PurchaseProvisionedCapacityOutput{id};
}

Result<api::ListProvisionedCapacityOutput> list_provisioned_capacity(
    Context& ctx, const api::ListProvisionedCapacityInput& req) {
  CUMULITE_ASSIGN(const std::string account,
                  account_of(ctx, req.accountId, "ListProvisionedCapacity"));
  return api::ListProvisionedCapacityOutput{
      load_units(ctx.env.store, account, ctx.caller.region, ctx.now_ms)};
}

}  // namespace cumulite::glacier
