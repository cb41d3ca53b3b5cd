#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/clock/due_index.h"
#include "emulator/core/environment.h"
#include "emulator/services/glacier/keys.h"
#include "protocol/time_units.h"

/// Glacier's future actions. Each concerns a vault, and something in it by id.
namespace cumulite::glacier {

namespace due {

inline constexpr std::string_view kJob = "glacier.job";               ///< A job completes.
inline constexpr std::string_view kJobExpiry = "glacier.job_expiry";  ///< Its output goes.
inline constexpr std::string_view kInventory = "glacier.inventory";
inline constexpr std::string_view kUpload = "glacier.upload";  ///< An upload may have gone idle.
inline constexpr std::string_view kFinishedUpload = "glacier.finished_upload";
inline constexpr std::string_view kLock = "glacier.lock";  ///< A vault lock was not completed.

}  // namespace due

/// What a due row is about.
struct DueSubject {
  VaultRef vault;
  std::string id;
};

DueRow due_row(std::string_view kind, std::int64_t due_ms, const VaultRef& vault,
               std::string_view id);
DueSubject subject_of(const DueRow& row);

/// Registers the handlers of all kinds.
void register_due_kinds(Environment& env);

// The handlers, each in the folder that schedules it.
void run_job(Environment& env, const DueRow& row, std::int64_t now_ms);
void expire_job(Environment& env, const DueRow& row, std::int64_t now_ms);
void run_inventory(Environment& env, const DueRow& row, std::int64_t now_ms);
void expire_upload(Environment& env, const DueRow& row, std::int64_t now_ms);
void forget_upload(Environment& env, const DueRow& row, std::int64_t now_ms);
void expire_lock(Environment& env, const DueRow& row, std::int64_t now_ms);

}  // namespace cumulite::glacier
