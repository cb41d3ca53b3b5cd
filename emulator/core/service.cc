#include "emulator/core/service.h"

#include "emulator/core/authenticator.h"
#include "protocol/sigv4/errors.h"

namespace cumulite {

Result<BodyPlan> Service::plan_body(const http::Request& request,
                                    const model::Operation& operation) {
  (void)request;
  (void)operation;
  return BodyPlan{};
}

Result<void> Service::authorize(Context& ctx, const model::Operation& operation) {
  (void)operation;
  // Who lets anybody in says so itself.
  if (!ctx.caller.anonymous || ctx.route == nullptr) return {};
  return sigv4::missing_authentication(family_of(*ctx.route));
}

Invocation Service::run_pseudo(Context& ctx, const route::Route& route) {
  (void)ctx;
  (void)route;
  return not_implemented("of this request");
}

}  // namespace cumulite
