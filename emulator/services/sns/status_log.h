#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/events/payloads.h"
#include "emulator/services/sns/message.h"
#include "emulator/services/sns/service.h"

/// Delivery status logs: with feedback roles set, SNS writes to CloudWatch Logs how deliveries
/// ended, into "sns/REGION/ACCOUNT/TOPIC", failures into ".../Failure" below it.
/// https://docs.aws.amazon.com/sns/latest/dg/sns-topic-attributes.html
namespace cumulite::sns {

/// What is to be logged, and where.
struct StatusLog {
  std::string group;  ///< Without "/Failure".
  std::string topic;  ///< ARN; empty for direct messages.
  bool of_success = false;
  bool of_failure = false;
  /// More members of "delivery", as JSON: SMS has some of its own.
  std::string details = {};
};

/// What a sender of the message asks of the delivery to `destination`, whose text is `text`.
ReportWish wish_for(const StatusLog& log, const Message& message, std::string_view destination,
                    const std::string& text);
/// The same by the topic's feedback attributes for the subscription's protocol, samples taken.
ReportWish wish_for(const Topic& topic, const TopicConfig& config, const Subscription& subscription,
                    const Message& message);

/// Reads the feedback attributes; topics without any have an empty list. Without a sample rate all
/// successes are logged.
std::vector<Feedback> read_feedback(const Attributes& attributes);

/// Takes the reports from the outbox.
void register_status_log(SnsService& service);

}  // namespace cumulite::sns
