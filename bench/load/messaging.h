#pragma once

#include <memory>

#include "bench/load/scenario.h"

/// Scenarios of SQS and SNS that take more than one call over and over.
namespace cumulite::bench {

/// SendMessageBatch of ten messages of 200 bytes.
std::unique_ptr<Scenario> make_send_batch(const Target& target);
/// SendMessage, ReceiveMessage and DeleteMessage in turn, on a FIFO queue with 1,000 groups.
std::unique_ptr<Scenario> make_fifo(const Target& target);
/// Publish to a topic with ten queues.
std::unique_ptr<Scenario> make_fan_out(const Target& target);

}  // namespace cumulite::bench
