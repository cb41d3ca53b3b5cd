#pragma once

#include <string>
#include <string_view>

#include "emulator/core/admin_registry.h"
#include "emulator/core/environment.h"
#include "protocol/http/response.h"

/// What the daemon's own paths do; README.md of this folder describes each. Handlers may block.
namespace cumulite::admin {

using Handler = http::Response (*)(Environment& env, const AdminCall& call);

// "/_cumulite/...": the state of the services; version and settings; drop; the clock; wait until
// settled.
http::Response health(Environment& env, const AdminCall& call);
http::Response info(Environment& env, const AdminCall& call);
http::Response reset(Environment& env, const AdminCall& call);
http::Response clock(Environment& env, const AdminCall& call);
http::Response settle(Environment& env, const AdminCall& call);
// What would have left the machine: by channel, then e-mail, SMS and push under "/_aws/...".
http::Response captured(Environment& env, const AdminCall& call);
http::Response captured_email(Environment& env, const AdminCall& call);
http::Response captured_sms(Environment& env, const AdminCall& call);
http::Response captured_push(Environment& env, const AdminCall& call);

/// A clock as the admin paths show it, a JSON object.
std::string clock_view(const ClockState& state);
/// `{"message": "..."}`.
http::Response refuse(int status, std::string_view message);
/// 405 unless the method is one of the space-separated `methods`; null if it may go on.
bool allows(const AdminCall& call, std::string_view methods);
/// That 405, with `Allow`.
http::Response wrong_method(std::string_view methods);

}  // namespace cumulite::admin
