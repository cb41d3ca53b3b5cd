#include "emulator/services/sns/protection.h"

#include <utility>

#include "emulator/services/sns/data_policy.h"
#include "emulator/services/sns/errors.h"
#include "emulator/services/sns/sampling.h"
#include "protocol/codec/json_document.h"
#include "protocol/codec/timestamp.h"

namespace cumulite::sns {
namespace {

using nlohmann::json;

std::string report_of(const Topic& topic, const Message& message, const Findings& findings) {
  std::string time;
  codec::append_iso8601({message.time_ms}, true, time);
  json identifiers = json::array();
  for (const auto& [name, count] : findings) {
    identifiers.push_back({{"name", name}, {"count", count}});
  }
  return json{{"messageId", message.id},
              {"auditTimestamp", time},
              {"callerPrincipal", message.publisher},
              {"resourceArn", topic.arn},
              {"dataIdentifiers", std::move(identifiers)}}
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

std::vector<CapturedMessage> audit(Topic& topic, const DataStatement& statement,
                                   const Message& message) {
  std::vector<CapturedMessage> reports;
  if (!is_sampled(topic.audited, statement.sample_rate)) return reports;
  const Findings findings = find_in(statement, message);
  CapturedMessage report;
  report.account = topic.account;
  report.region = topic.region;
  report.channel = "audit";
  report.source = topic.arn;
  report.subject = findings.empty() ? "NoFindings" : "Findings";
  report.body = report_of(topic, message, findings);
  report.sent_ms = message.time_ms;
  report.id = message.id;
  for (const std::string& destination :
       findings.empty() ? statement.no_findings_to : statement.findings_to) {
    report.recipient = destination;
    reports.push_back(report);
  }
  return reports;
}

}  // namespace

Result<std::vector<CapturedMessage>> protect_inbound(Topic& topic, Message& message) {
  const auto state = topic.state();
  const DataPolicy* policy = state->config.data_policy.get();
  if (policy == nullptr) return std::vector<CapturedMessage>();
  const std::string& principal = message.publisher;
  std::vector<CapturedMessage> reports;
  if (const DataStatement* statement = policy->audit(principal)) {
    reports = audit(topic, *statement, message);
  }
  if (policy->denies(DataDirection::kInbound, principal, message)) {
    return errors::not_authorized(principal, "Publish", topic.arn,
                                  "with an explicit deny in a data protection policy");
  }
  policy->conceal(DataDirection::kInbound, principal, message);
  return reports;
}

}  // namespace cumulite::sns
