#pragma once

#include <vector>

#include "storage/kv/store.h"

/// The spaces of the store: who owns which rows. A service makes and parses its keys only in its
/// own `keys` files; nobody reads another service's space.
namespace cumulite::spaces {

inline constexpr storage::Space kSystem = 1;  ///< Clock state, daemon bookkeeping.
inline constexpr storage::Space kDue = 2;     ///< emulator/clock: due rows. Unguarded.
inline constexpr storage::Space kOutbox =
    3;  ///< emulator/events: events not yet delivered. Unguarded.
inline constexpr storage::Space kBlob = 4;  ///< storage/blob: bodies. Unguarded.
inline constexpr storage::Space kCaptured =
    5;  ///< E-mail, SMS and push messages kept for reading. Unguarded.
inline constexpr storage::Space kFunctions =
    6;  ///< emulator/functions: registry, event source mappings.
inline constexpr storage::Space kS3 = 16;
inline constexpr storage::Space kS3Objects = 17;
inline constexpr storage::Space kSqs = 24;
inline constexpr storage::Space kSqsMessages = 25;
inline constexpr storage::Space kSns = 32;
inline constexpr storage::Space kDynamoDb = 40;
inline constexpr storage::Space kDynamoDbItems = 41;
inline constexpr storage::Space kDynamoDbStreams =
    42;  ///< Change records; guarded by domains of whole streams, named by hand. Unguarded.
inline constexpr storage::Space kDynamoDbIndexes =
    43;  ///< Copies of items in their indexes; guarded by the items' domains. Unguarded.
inline constexpr storage::Space kGlacier = 48;

/// StoreOptions::unguarded_spaces of the daemon.
inline std::vector<storage::Space> unguarded() {
  return {kDue, kOutbox, kBlob, kCaptured, kDynamoDbStreams, kDynamoDbIndexes};
}

}  // namespace cumulite::spaces
