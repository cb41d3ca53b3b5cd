#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocol/result.h"

/// What travels in `Event::payload` between services: the seam by which one service delivers into
/// another without knowing it. Each is stored as JSON text.
namespace cumulite {

/// A message attribute of SQS or SNS; `value` holds raw bytes for Binary.
struct DeliveredAttribute {
  std::string name;
  std::string type;  ///< "String", "Number", "Binary", "String.Array", with any suffix.
  std::string value;
};

/// Who sends, as resource policies name it. Without a service nobody is asked for permission: what
/// the daemon does on an owner's behalf.
struct DeliverySource {
  std::string service;  ///< "sns.amazonaws.com", "s3.amazonaws.com".
  std::string arn;      ///< aws:SourceArn: topic, bucket. aws:SourceAccount is the event's account.
};

/// Whether the sender wants to hear how a delivery ended (emulator/events/delivery_report.h).
struct ReportWish {
  bool of_success = false;
  bool of_failure = false;
  std::string words = {};  ///< Handed back with the report.
};

/// Kind "sqs": a message for the queue whose ARN is the event's target.
struct SqsDelivery {
  std::string body;
  std::vector<DeliveredAttribute> attributes = {};
  std::string group_id;          ///< FIFO targets.
  std::string deduplication_id;  ///< FIFO targets; empty: by content when the queue allows it.
  std::string sender_id;         ///< Shown as SenderId.
  std::string trace_header;      ///< AWSTraceHeader.
  std::string dead_letter_arn;  ///< Where it goes when the queue is gone or refuses; empty: logged.
  DeliverySource from = {};
  ReportWish report = {};
  bool is_dead_letter = false;  ///< It does not count as a delivery of its source.
};

/// Kind "sns": a publish to the topic whose ARN is the event's target (S3 notifications).
struct SnsDelivery {
  std::string subject;
  std::string message;
  std::vector<DeliveredAttribute> attributes = {};
  std::string group_id;
  std::string deduplication_id;
  DeliverySource from = {};
};

/// Kind "function": an asynchronous invocation of the function whose ARN is the event's target.
struct FunctionDelivery {
  std::string event_json;
  std::string source;           ///< "s3", "sns", ...: for logs.
  std::string dead_letter_arn;  ///< Queue or topic for an event whose function is gone; one whose
                                ///< retries ran out goes to the function's own.
  std::string dead_letter_body = {};  ///< What that gets instead of the event.
  DeliverySource from = {};
  ReportWish report = {};
};

/// As text for a member of a payload; empty when nothing is wished.
std::string encode(const ReportWish& wish);
ReportWish decode_report_wish(std::string_view text);

std::string encode(const SqsDelivery& delivery);
std::string encode(const SnsDelivery& delivery);
std::string encode(const FunctionDelivery& delivery);
Result<SqsDelivery> decode_sqs_delivery(std::string_view payload);
Result<SnsDelivery> decode_sns_delivery(std::string_view payload);
Result<FunctionDelivery> decode_function_delivery(std::string_view payload);

}  // namespace cumulite
