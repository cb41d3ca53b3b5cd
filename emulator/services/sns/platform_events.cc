#include "emulator/services/sns/platform_events.h"

#include "emulator/core/spaces.h"
#include "emulator/events/payloads.h"
#include "emulator/services/sns/keys.h"
#include "protocol/codec/json_document.h"
#include "protocol/codec/timestamp.h"

namespace cumulite::sns {

void announce(storage::Txn& txn, Environment& env, const std::string& application_key,
              const PlatformEvent& event) {
  const auto row = txn.get(spaces::kSns, keys::definition(application_key));
  if (!row) return;
  const PlatformApplication application = decode_application(*row);
  const std::string* topic =
      model::find(application.attributes, std::string("Event") + std::string(event.type));
  if (topic == nullptr || topic->empty()) return;
  std::string time;
  codec::append_iso8601({event.time_ms}, true, time);
  nlohmann::ordered_json message = nlohmann::ordered_json::object();
  if (!event.failure_type.empty()) message["DeliveryAttempts"] = 1;
  message["EndpointArn"] = event.endpoint_arn;
  message["EventType"] = event.type;
  if (!event.failure_type.empty()) {
    message["FailureMessage"] = event.failure_message;
    message["FailureType"] = event.failure_type;
    message["MessageId"] = event.message_id;
  }
  message["Resource"] = application.arn();
  message["Service"] = "SNS";
  message["Time"] = time;
  SnsDelivery delivery;
  delivery.message = message.dump();
  Event published;
  published.account = application.account;
  published.region = application.region;
  published.kind = "sns";
  published.target = *topic;
  published.payload = encode(delivery);
  env.outbox.append(txn, published);
}

}  // namespace cumulite::sns
