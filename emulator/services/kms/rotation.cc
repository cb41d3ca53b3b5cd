#include "emulator/services/kms/rotation.h"

#include <algorithm>

#include "emulator/services/kms/operations.h"
#include "protocol/time_units.h"

namespace cumulite::kms {
namespace {

constexpr std::string_view kRotation = "kms.rotation";
constexpr std::string_view kOnDemand = "ON_DEMAND";
constexpr std::int32_t kPeriodDaysDefault = 365;
constexpr std::ptrdiff_t kOnDemandMax = 25;
constexpr std::size_t kListRotationsDefault = 100;

DueRow rotation_row(const Found& found) {
  return {found.place.account, found.key.rotation_ms, std::string(kRotation), found.arn(), {}};
}

/// Only symmetric keys with material of AWS's own making have it.
Result<void> check_rotates(const Found& found) {
  if (!found.key.is_symmetric()) return errors::unsupported("");
  if (found.key.origin != "AWS_KMS") {
    return errors::unsupported(found.arn() + " origin is " + found.key.origin +
                               " which is not valid for this operation.");
  }
  return {};
}

Result<model::Unit> enable_key_rotation(Context& ctx, const api::EnableKeyRotationRequest& req) {
  const std::int32_t days = req.RotationPeriodInDays.value_or(kPeriodDaysDefault);
  const auto enable = [&](storage::Txn& txn, Found& found) -> Result<void> {
    CUMULITE_TRY(check_rotates(found));
    // The same period once more leaves the date.
    if (found.key.rotation_ms != 0 && found.key.rotation_days == days) return {};
    drop_rotation(ctx.env, txn, found);
    found.key.rotation_days = days;
    found.key.rotation_ms = ctx.now_ms + days * kDayMs;
    ctx.env.due.schedule(txn, rotation_row(found));
    return {};
  };
  CUMULITE_TRY(change_key(ctx, *req.KeyId, "EnableKeyRotation", Change::kEnabled, enable));
  return model::Unit{};
}

Result<model::Unit> disable_key_rotation(Context& ctx, const api::DisableKeyRotationRequest& req) {
  const auto disable = [&](storage::Txn& txn, Found& found) -> Result<void> {
    CUMULITE_TRY(check_rotates(found));
    drop_rotation(ctx.env, txn, found);
    found.key.rotation_ms = 0;
    return {};
  };
  CUMULITE_TRY(change_key(ctx, *req.KeyId, "DisableKeyRotation", Change::kEnabled, disable));
  return model::Unit{};
}

Result<api::GetKeyRotationStatusResponse> get_key_rotation_status(
    Context& ctx, const api::GetKeyRotationStatusRequest& req) {
  CUMULITE_ASSIGN(const Found found, find_key(ctx, *req.KeyId, Named::kByKey));
  if (found.key.state() == "PendingImport") {
    return errors::invalid_state(found.arn(), "is pending import");
  }
  const bool is_managed = !found.key.managed_alias.empty();
  api::GetKeyRotationStatusResponse answer;
  answer.KeyId = found.arn();
  // A key that waits for its deletion does not rotate; a key of AWS's own does every year.
  answer.KeyRotationEnabled =
      is_managed || (found.key.rotation_ms != 0 && found.key.deletion_ms == 0);
  if (*answer.KeyRotationEnabled && !is_managed) {
    answer.RotationPeriodInDays = found.key.rotation_days;
    answer.NextRotationDate = model::Timestamp{found.key.rotation_ms};
  }
  return answer;
}

Result<api::RotateKeyOnDemandResponse> rotate_key_on_demand(
    Context& ctx, const api::RotateKeyOnDemandRequest& req) {
  const auto rotate = [&](storage::Txn&, Found& found) -> Result<void> {
    CUMULITE_TRY(check_rotates(found));
    auto& materials = found.key.materials;
    const auto so_far = std::count_if(materials.begin(), materials.end(), [](const Material& one) {
      return one.rotation == kOnDemand;
    });
    if (so_far >= kOnDemandMax) return errors::too_many_rotations(found.arn());
    materials.push_back(new_material(found.key.spec, ctx.now_ms, kOnDemand));
    return {};
  };
  CUMULITE_ASSIGN(const Found found,
                  change_key(ctx, *req.KeyId, "RotateKeyOnDemand", Change::kEnabled, rotate));
  return api::RotateKeyOnDemandResponse{found.arn()};
}

Result<api::ListKeyRotationsResponse> list_key_rotations(Context& ctx,
                                                         const api::ListKeyRotationsRequest& req) {
  CUMULITE_ASSIGN(const Found found, find_key(ctx, *req.KeyId, Named::kByKey));
  if (!found.key.is_symmetric()) return errors::unsupported("");
  const bool all = req.IncludeKeyMaterial == "ALL_KEY_MATERIAL";
  const auto& materials = found.key.materials;
  std::vector<std::size_t> shown;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < materials.size(); ++i) {
    if (materials[i].rotation.empty() && !all) continue;
    shown.push_back(i);
    names.push_back(std::to_string(1'000'000 + i));  // Sorts as the rotations came.
  }
  const auto limit = req.Limit ? static_cast<std::size_t>(*req.Limit) : kListRotationsDefault;
  CUMULITE_ASSIGN(Slice slice, slice_of(names, req.Marker, limit));
  api::ListKeyRotationsResponse answer;
  answer.Rotations.emplace();
  for (std::size_t i = slice.from; i < slice.to; ++i) {
    const Material& material = materials[shown[i]];
    api::RotationsListEntry entry;
    entry.KeyId = found.arn();
    entry.KeyMaterialId = material.id;
    entry.KeyMaterialState = shown[i] + 1 == materials.size() ? "CURRENT" : "NON_CURRENT";
    if (!material.rotation.empty()) {
      entry.RotationDate = model::Timestamp{material.created_ms};
      entry.RotationType = material.rotation;
    }
    answer.Rotations->push_back(std::move(entry));
  }
  answer.Truncated = slice.next_marker.has_value();
  answer.NextMarker = std::move(slice.next_marker);
  return answer;
}

}  // namespace

void drop_rotation(Environment& env, storage::Txn& txn, const Found& found) {
  if (found.key.rotation_ms != 0) env.due.remove(txn, rotation_row(found));
}

void register_rotations(Environment& env) {
  register_key_date(env, kRotation, &Key::rotation_ms, [&env](storage::Txn& txn, Found found) {
    // A key that cannot be used stays as it is, and has its next date all the same.
    if (check_usable(found).ok()) {
      found.key.materials.push_back(
          new_material(found.key.spec, found.key.rotation_ms, "AUTOMATIC"));
    }
    found.key.rotation_ms += found.key.rotation_days * kDayMs;
    env.due.schedule(txn, rotation_row(found));
    store_key(txn, found.place, found.key);
  });
}

std::span<const OperationRow> rotation_rows() {
  static const OperationRow rows[] = {
      row<api::op::DisableKeyRotation, &disable_key_rotation>(),
      row<api::op::EnableKeyRotation, &enable_key_rotation>(),
      row<api::op::GetKeyRotationStatus, &get_key_rotation_status>(),
      row<api::op::ListKeyRotations, &list_key_rotations>(),
      row<api::op::RotateKeyOnDemand, &rotate_key_on_demand>(),
  };
  return rows;
}

}  // namespace cumulite::kms
