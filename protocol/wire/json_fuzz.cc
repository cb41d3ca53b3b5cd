#include <cstdint>
#include <string>
#include <string_view>

#include "api/dynamodb.h"
#include "api/sqs.h"
#include "protocol/wire/wire.h"

// Any body as JSON input: of the recursive shapes of DynamoDB and of SQS's plain ones. A refusal
// must be writable.
namespace cumulite::wire {
namespace {

template <class Op>
void read(const model::ServiceModel& service, std::string_view body) {
  http::Request request;
  typename Op::Input value;
  const Input input{request, body};
  const auto result = read_input(Format::kJson, service, Op::info(), input, &value);
  http::Response response;
  if (!result.ok()) {
    write_error(Format::kJson, service, result.error(), {"ID"}, response);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  read<api::dynamodb::op::PutItem>(api::dynamodb::kModel, body);
  read<api::dynamodb::op::TransactWriteItems>(api::dynamodb::kModel, body);
  read<api::dynamodb::op::CreateTable>(api::dynamodb::kModel, body);
  read<api::sqs::op::SendMessageBatch>(api::sqs::kModel, body);
  return 0;
}

}  // namespace cumulite::wire
