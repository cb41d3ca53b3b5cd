#pragma once

#include "emulator/core/service.h"

namespace cumulite::lambda {

/// Answers a request to a function URL: `route` has the label "UrlId". Waits while the function
/// runs.
Invocation serve_url(Context& ctx, const route::Route& route);

}  // namespace cumulite::lambda
