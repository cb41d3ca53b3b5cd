#include "emulator/core/request_id.h"

#include "emulator/core/ids.h"

namespace cumulite {
namespace {

constexpr std::size_t kS3RequestIdCharacters = 16;
constexpr std::size_t kS3HostIdBytes = 57;
constexpr std::size_t kDynamoDbCharacters = 52;

}  // namespace

RequestId make_request_id(const model::ServiceModel* model) {
  if (model == nullptr) return {ids::uuid(), {}};
  if (model->signing_name == "s3") {
    std::string id = ids::random_hex(kS3RequestIdCharacters);
    for (char& c : id) {
      if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
    }
    return {std::move(id), ids::random_base64url(kS3HostIdBytes)};
  }
  if (model->signing_name == "dynamodb") {
    return {ids::random_alphanumeric_upper(kDynamoDbCharacters), {}};
  }
  return {ids::uuid(), {}};
}

}  // namespace cumulite
