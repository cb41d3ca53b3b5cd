#pragma once

#include <span>
#include <string>
#include <string_view>

#include "protocol/http/request.h"
#include "protocol/model/operation.h"
#include "protocol/result.h"
#include "protocol/wire/wire.h"

/// Which service and which operation a request is for. Pure functions of the request.
namespace cumulite::route {

enum class Kind : std::uint8_t {
  kOperation,   ///< `operation` is set.
  kForm,        ///< Query protocol with the Action in the form body: call route_form with the body.
  kAdmin,       ///< /_cumulite/, /_localstack/, /_aws/, /moto-api/, /health: `service` is null.
  kPostObject,  ///< S3 browser upload, a multipart/form-data POST on a bucket: not in the model.
  kPreflight,   ///< S3 OPTIONS: CORS preflight.
  kHealthCheck,  ///< DynamoDB: GET on "/".
};

/// What was recognised of a request. `service` and `format` are set as soon as they are known, also
/// when the routing then fails, so that the error is written in the service's own form.
struct Route {
  Kind kind = Kind::kOperation;
  const model::ServiceModel* service = nullptr;
  wire::Format format = wire::Format::kRestXml;
  const model::Operation* operation = nullptr;
  /// URI labels, decoded once ("Bucket", "Key"; S3 sets them for the pseudo routes too). Query on a
  /// queue's own path: "QueueUrl" with that path.
  wire::Labels labels;
  bool website_host = false;  ///< S3: the host was that of the website endpoint.

  /// Value of a label, or empty.
  std::string_view label(std::string_view name) const;
};

/// Every service that is served, by its model.
std::span<const model::ServiceModel* const> services();
/// The model with that id ("s3"), or null.
const model::ServiceModel* find_service(std::string_view id);

/// Routes by the request's head alone, in this order: X-Amz-Target, admin paths, Action in the
/// query, credential scope, Host, x-amz-glacier-version, and else S3. Fills `route`, also on error.
/// Errors: UnknownOperationException, InvalidAction, MethodNotAllowed (405), NotImplemented (501).
Result<void> route_head(const http::Request& request, Route& route);

/// Completes a route of Kind::kForm from the parsed body. Errors: MissingAction, InvalidAction.
Result<void> route_form(const wire::Form& form, Route& route);

}  // namespace cumulite::route
