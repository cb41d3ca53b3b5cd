#pragma once

#include "emulator/services/sqs/service.h"

namespace cumulite::sqs {

/// Registers "/_aws/sqs/metrics/QUEUE-ARN": the gauges that CloudWatch has of a queue, as of this
/// moment of its account's clock: counts, the age of the oldest message, and what fair queues add.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/
/// sqs-available-cloudwatch-metrics.html
void register_metrics(SqsService& service);

}  // namespace cumulite::sqs
