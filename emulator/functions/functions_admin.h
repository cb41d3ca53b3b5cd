#pragma once

#include "emulator/core/admin_registry.h"
#include "emulator/functions/functions.h"

namespace cumulite::functions {

/// The admin paths of the functions; JSON in and out, `?account=` and `?region=` choose the scope.
///
///     GET    /_cumulite/functions               {"functions": [...]}
///     POST   /_cumulite/functions               a function (function.h); makes or replaces it
///     GET    /_cumulite/functions/NAME          the function
///     DELETE /_cumulite/functions/NAME
///     GET    /_cumulite/functions/NAME/logs     {"invocations": [...]}, oldest first
///     POST   /_cumulite/functions/NAME/invoke   the body is the event; answers {"ok", "payload",
///     "log"} GET    /_cumulite/event-sources           {"event_sources": [...]} POST
///     /_cumulite/event-sources           an event source; makes or replaces it DELETE
///     /_cumulite/event-sources/ID
///
/// Errors: 400 or 404 with {"code", "message"}.
void register_admin(Environment& env, Functions& functions);

}  // namespace cumulite::functions
