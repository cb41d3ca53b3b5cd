#include "emulator/core/dispatcher.h"

#include "emulator/core/exchange.h"
#include "emulator/core/request_id.h"
#include "protocol/error.h"
#include "protocol/wire/wire.h"
#include "storage/kv/replaceable.h"

namespace cumulite {

Dispatcher::Dispatcher(Environment& env, const Authenticator& authenticator, Options options)
    : env_(env),
      authenticator_(authenticator),
      options_(options),
      fence_(storage::replaceable(env.store).fence()) {
  for (Service* service : env.services.all()) {
    const model::ServiceModel& model = service->model();
    ServedService served{service, &model, {}};
    served.rows.resize(model.operations.size(), nullptr);
    for (const OperationRow& row : service->rows()) served.rows[row.operation->index] = &row;
    services_.push_back(std::move(served));
  }
}

const ServedService* Dispatcher::find(const model::ServiceModel* model) const {
  for (const auto& served : services_) {
    if (served.model == model) return &served;
  }
  return nullptr;
}

std::unique_ptr<http::Exchange> Dispatcher::serve(const http::Request& request) const {
  return std::make_unique<DispatchExchange>(*this, request);
}

http::Response Dispatcher::malformed(int status, std::string_view reason) const {
  // Nothing is known of a head that could not be read; S3's form is the one that a person can read.
  http::Response response;
  const model::ServiceModel& model = *route::find_service("s3");
  const RequestId id = make_request_id(&model);
  const Error error{status == 400 ? "BadRequest" : "InvalidRequest", std::string(reason), status};
  wire::write_error(wire::Format::kRestXml, model, error,
                    {.request_id = id.request_id, .host_id = id.host_id}, response);
  return response;
}

http::Response Dispatcher::stalled(const http::Request& request) const {
  constexpr int kRequestTimeout = 408;
  route::Route route;
  // What was routed once for its body is routed again.
  if (!route::route_head(request, route).ok() || route.service == nullptr) {
    return malformed(kRequestTimeout, "the request body did not arrive in time");
  }
  http::Response response;
  const RequestId id = make_request_id(route.service);
  // S3 alone says so with 400.
  const Error error =
      route.format == wire::Format::kRestXml
          ? Error{"RequestTimeout",
                  "Your socket connection to the server was not read from or written to within the "
                  "timeout period. Idle connections will be closed.",
                  400}
          : Error{"RequestTimeoutException", "Request timed out.", kRequestTimeout};
  wire::write_error(route.format, *route.service, error,
                    {.request_id = id.request_id, .host_id = id.host_id}, response);
  return response;
}

}  // namespace cumulite
