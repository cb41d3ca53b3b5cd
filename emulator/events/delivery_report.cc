#include "emulator/events/delivery_report.h"

#include <utility>

#include "protocol/codec/json_document.h"

namespace cumulite {

void report(storage::Txn& txn, Outbox& outbox, const Event& event, const ReportWish& wish,
            DeliveryReport outcome) {
  if (!(outcome.delivered ? wish.of_success : wish.of_failure)) return;
  Event told;
  told.account = event.account;
  told.region = event.region;
  told.kind = kReportKind;
  told.target = event.target;
  told.payload = nlohmann::json{{"delivered", outcome.delivered}, {"status", outcome.status},
                                {"answer", outcome.answer},       {"attempts", outcome.attempts},
                                {"ended_ms", outcome.ended_ms},   {"words", wish.words}}
                     .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  outbox.append(txn, told);
}

Result<DeliveryReport> decode_delivery_report(std::string_view payload) {
  const auto row = nlohmann::json::parse(payload, nullptr, false);
  if (!row.is_object()) return internal_error("a delivery's report is not a JSON object");
  DeliveryReport outcome;
  outcome.delivered = row.value("delivered", false);
  outcome.status = row.value("status", 0);
  outcome.answer = row.value("answer", "");
  outcome.attempts = row.value("attempts", std::uint32_t{1});
  outcome.ended_ms = row.value("ended_ms", std::int64_t{0});
  outcome.words = row.value("words", "");
  return outcome;
}

}  // namespace cumulite
