#pragma once

#include <cstdint>
#include <string_view>

#include "emulator/core/environment.h"

/// Temporary copies of archived objects (GLACIER, DEEP_ARCHIVE).
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects.html
namespace cumulite::s3 {

inline constexpr std::string_view kRestoreKind = "s3.restore";
inline constexpr std::string_view kRestoreExpiryKind = "s3.restore_expiry";

/// The copy is there.
void finish_restore(Environment& env, const DueRow& row, std::int64_t now_ms);
/// The copy's days are over.
void expire_restore(Environment& env, const DueRow& row, std::int64_t now_ms);

}  // namespace cumulite::s3
