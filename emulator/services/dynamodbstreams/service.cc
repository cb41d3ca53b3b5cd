#include "emulator/services/dynamodbstreams/service.h"

#include <array>

#include "emulator/services/dynamodbstreams/operations.h"

namespace cumulite::dynamodbstreams {
namespace {

class Streams final : public Service {
 public:
  const model::ServiceModel& model() const override { return api::kModel; }

  std::span<const OperationRow> rows() const override {
    namespace op = api::op;
    static const std::array kRows = {
        row<op::DescribeStream, &describe_stream>(),
        row<op::GetRecords, &get_records>(),
        row<op::GetShardIterator, &get_shard_iterator>(),
        row<op::ListStreams, &list_streams>(),
    };
    return kRows;
  }
};

}  // namespace

std::unique_ptr<Service> make_service(Environment&) {
  return std::make_unique<Streams>();
}

}  // namespace cumulite::dynamodbstreams
