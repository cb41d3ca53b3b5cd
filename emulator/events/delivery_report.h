#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "emulator/events/outbox.h"
#include "emulator/events/payloads.h"
#include "protocol/result.h"
#include "storage/kv/store.h"

/// How a sender learns how its delivery ended: a consequence of the delivery like any other, in the
/// outbox since the transaction that ended it.
namespace cumulite {

/// The outbox's kind of reports; SNS takes them, for its delivery status logs.
inline constexpr std::string_view kReportKind = "delivery.report";

/// What the target did with a delivery.
struct DeliveryReport {
  bool delivered = false;
  int status = 0;      ///< As HTTP has it; 0: there was no answer.
  std::string answer;  ///< In the target's own words, JSON for queues and functions.
  std::uint32_t attempts = 1;
  std::int64_t ended_ms = 0;  ///< Virtual time.
  std::string words = {};     ///< Those of the wish; `report` fills them in.
};

/// Appends the report if the wish is for one of its kind. `event` is the delivery's.
void report(storage::Txn& txn, Outbox& outbox, const Event& event, const ReportWish& wish,
            DeliveryReport outcome);

/// Payload of an event of the kind, read. Errors: InternalError.
Result<DeliveryReport> decode_delivery_report(std::string_view payload);

}  // namespace cumulite
