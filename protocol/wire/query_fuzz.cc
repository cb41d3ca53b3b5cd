#include <cstdint>
#include <string>

#include "api/sns.h"
#include "api/sqs.h"
#include "protocol/wire/wire.h"

// Any text as a form body of the Query protocol.
namespace cumulite::wire {
namespace {

template <class Op>
void read(const model::ServiceModel& service, const Form& form) {
  http::Request request;
  typename Op::Input value;
  Input input{request};
  input.form = &form;
  const auto result = read_input(Format::kQuery, service, Op::info(), input, &value);
  http::Response response;
  if (!result.ok()) {
    write_error(Format::kQuery, service, result.error(), {"ID"}, response);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  const Form form = http::parse_query(body);
  read<api::sqs::op::SendMessageBatch>(api::sqs::kModel, form);
  read<api::sqs::op::CreateQueue>(api::sqs::kModel, form);
  read<api::sns::op::PublishBatch>(api::sns::kModel, form);
  return 0;
}

}  // namespace cumulite::wire
