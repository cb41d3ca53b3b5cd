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

}  // namespace cumulite
