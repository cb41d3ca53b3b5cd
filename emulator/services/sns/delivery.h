#pragma once

#include "emulator/services/sns/fan_out.h"
#include "emulator/services/sns/service.h"

/// The outbox kinds and due kinds of this service.
namespace cumulite::sns {

/// Registers all of them.
void register_deliveries(SnsService& service);

}  // namespace cumulite::sns
