#include "emulator/core/service.h"

namespace cumulite {

Result<BodyPlan> Service::plan_body(const http::Request& request,
                                    const model::Operation& operation) {
  (void)request;
  (void)operation;
  return BodyPlan{};
}

Result<void> Service::authorize(Context& ctx, const model::Operation& operation) {
  (void)ctx;
  (void)operation;
  return {};
}

Invocation Service::run_pseudo(Context& ctx, const route::Route& route) {
  (void)ctx;
  (void)route;
  return not_implemented("of this request");
}

}  // namespace cumulite
