#include "emulator/services/s3control/operations.h"

namespace cumulite::s3control::errors {

Error access_denied() {
  return {"AccessDenied", "Access Denied", 403};
}

Error no_public_access_block(std::string_view account) {
  return Error{"NoSuchPublicAccessBlockConfiguration",
               "The public access block configuration was not found", 404}
      .with("AccountId", account);
}

Error no_such_access_point() {
  return {"NoSuchAccessPoint", "The specified accesspoint does not exist", 404};
}

Error no_such_resource() {
  return {"NoSuchResource", "The specified resource does not exist.", 404};
}

Error unsupported_arn() {
  return {"InvalidRequest",
          "The resource ARN that was provided does not name a resource that has tags.", 400};
}

}  // namespace cumulite::s3control::errors
