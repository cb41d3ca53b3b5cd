#pragma once

#include "emulator/core/environment.h"
#include "emulator/services/kms/lookup.h"

/// Keys that get new material by themselves, on due rows of their own.
namespace cumulite::kms {

/// A key goes: its next rotation with it.
void drop_rotation(Environment& env, storage::Txn& txn, const Found& found);

}  // namespace cumulite::kms
