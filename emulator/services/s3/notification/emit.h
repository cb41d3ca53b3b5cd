#pragma once

#include <string>
#include <string_view>

#include "emulator/core/context.h"
#include "emulator/events/payloads.h"
#include "emulator/services/s3/records/bucket_record.h"
#include "emulator/services/s3/records/object_record.h"
#include "storage/kv/store.h"

namespace cumulite::s3 {

/// Something that happened to an object and that a bucket may notify of.
struct ObjectEvent {
  std::string_view name;  ///< Without the "s3:": "ObjectCreated:Put".
  std::string_view key;
  const ObjectRecord& record;  ///< The version it happened to, or the delete marker.
};

/// Who caused an event: a request, or the service itself (lifecycle, a finished restore).
struct EventCause {
  std::string account;
  std::string region;
  std::string principal_id;
  std::string source_address;
  std::string request_id;
  std::int64_t time_ms = 0;
  std::string trace = {};  ///< X-Amzn-Trace-Id of the request.
};

EventCause cause_of(const Context& ctx);
/// By whom queues and topics find themselves notified.
DeliverySource source_of(const BucketRecord& bucket);

/// Adds to the outbox what the bucket's notification configuration asks for; in the transaction of
/// the change.
void emit_event(storage::Txn& txn, Environment& env, const EventCause& cause,
                const BucketRecord& bucket, const ObjectEvent& event);

}  // namespace cumulite::s3
