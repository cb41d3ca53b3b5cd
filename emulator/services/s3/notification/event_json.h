#pragma once

#include <string>
#include <string_view>

#include "emulator/services/s3/notification/emit.h"

namespace cumulite::s3 {

/// The message of one event, `{"Records":[...]}`.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
std::string event_message(const EventCause& cause, const BucketRecord& bucket,
                          const ObjectEvent& event, std::string_view configuration_id);
/// The message that a destination receives when a configuration that names it is stored.
std::string test_event_message(const EventCause& cause, const BucketRecord& bucket);
/// The event as EventBridge carries it.
std::string event_bridge_message(const EventCause& cause, const BucketRecord& bucket,
                                 const ObjectEvent& event, std::string_view event_id);

}  // namespace cumulite::s3
