#pragma once

#include "emulator/core/environment.h"

namespace cumulite::sqs {

/// Registers "/_aws/sqs/messages", by which suites look into queues without receiving: GET or POST
/// with `QueueUrl` (query, form or JSON), or GET ".../REGION/ACCOUNT/NAME"; `ShowInvisible` and
/// `ShowDelayed` add messages in flight and delayed ones. The answer is ReceiveMessage's, as XML,
/// as JSON for a JSON client, or that XML as JSON for `Accept: application/json`; so are refusals.
/// https://docs.localstack.cloud/aws/services/sqs/#developer-endpoints
void register_peeking(Environment& env);

}  // namespace cumulite::sqs
