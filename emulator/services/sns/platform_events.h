#pragma once

#include <string>
#include <string_view>

#include "emulator/core/environment.h"
#include "emulator/services/sns/platform.h"
#include "storage/kv/store.h"

/// What happens to endpoints, told to the topics that their application names.
/// https://docs.aws.amazon.com/sns/latest/dg/application-event-notifications.html
namespace cumulite::sns {

struct PlatformEvent {
  std::string_view type;  ///< "EndpointCreated", "EndpointUpdated", "EndpointDeleted",
                          ///< "DeliveryFailure".
  std::string_view endpoint_arn;
  std::int64_t time_ms = 0;
  std::string_view message_id = {};    ///< DeliveryFailure.
  std::string_view failure_type = {};  ///< DeliveryFailure: "EndpointDisabled".
  std::string_view failure_message = {};
};

/// Publishes it, through the outbox, to the application's topic for its type, if there is one.
void announce(storage::Txn& txn, Environment& env, const std::string& application_key,
              const PlatformEvent& event);

}  // namespace cumulite::sns
