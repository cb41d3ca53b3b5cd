#pragma once

#include "storage/kv/store.h"

/// Spaces of the services that other systems read: configuration, identities, logs, functions. The
/// rules of spaces.h hold. Each of them keeps its rows below their account's key part
/// (row_service.h).
namespace cumulite::spaces {

inline constexpr storage::Space kSecretsManager = 56;
inline constexpr storage::Space kSts = 57;
inline constexpr storage::Space kSsm = 58;
inline constexpr storage::Space kSes = 59;
inline constexpr storage::Space kLogs = 60;
inline constexpr storage::Space kLogEvents = 61;
inline constexpr storage::Space kIam = 62;
inline constexpr storage::Space kLambda = 64;
inline constexpr storage::Space kApplicationAutoScaling = 65;
inline constexpr storage::Space kKms = 66;

}  // namespace cumulite::spaces
