#include "emulator/services/s3/notification/emit.h"

#include <optional>
#include <vector>

#include <fmt/format.h>

#include "api/s3.h"
#include "emulator/events/captured.h"
#include "emulator/services/s3/configuration/store.h"
#include "emulator/services/s3/notification/event_json.h"

namespace cumulite::s3 {

namespace {

bool matches_event(const std::optional<std::vector<std::string>>& events, std::string_view name) {
  if (!events) return false;
  for (std::string_view pattern : *events) {
    if (pattern.starts_with("s3:")) pattern.remove_prefix(3);
    if (pattern == name) return true;
    if (pattern.ends_with('*') && name.starts_with(pattern.substr(0, pattern.size() - 1))) {
      return true;
    }
  }
  return false;
}

bool matches_filter(const std::optional<api::NotificationConfigurationFilter>& filter,
                    std::string_view key) {
  if (!filter || !filter->Key || !filter->Key->FilterRules) return true;
  for (const api::FilterRule& rule : *filter->Key->FilterRules) {
    const std::string value = rule.Value.value_or("");
    const bool prefix = rule.Name && (rule.Name->front() == 'p' || rule.Name->front() == 'P');
    if (prefix ? !key.starts_with(value) : !key.ends_with(value)) return false;
  }
  return true;
}

/// Collects the outbox rows of one event.
class Emission {
 public:
  Emission(storage::Txn& txn, Environment& env, const EventCause& cause, const BucketRecord& bucket,
           const ObjectEvent& event)
      : txn_(txn), env_(env), cause_(cause), bucket_(bucket), event_(event) {}

  template <class Target, class Encode>
  void send(const std::optional<std::vector<Target>>& targets,
            std::optional<std::string> Target::*arn, std::string_view kind, Encode encode) {
    if (!targets) return;
    for (const Target& target : *targets) {
      if (!matches_event(target.Events, event_.name) ||
          !matches_filter(target.Filter, event_.key)) {
        continue;
      }
      Event row;
      row.account = cause_.account;
      row.region = bucket_.region;
      row.kind = kind;
      row.target = (target.*arn).value_or("");
      row.payload = encode(event_message(cause_, bucket_, event_, target.Id.value_or("")));
      env_.outbox.append(txn_, row);
    }
  }

  /// There is no event bus here: what it would carry can be read among the captured messages.
  void send_to_event_bridge() {
    const std::string id =
        fmt::format("{:08x}-{:04x}-4{:03x}-8000-{:012x}", event_.record.sequence >> 32,
                    event_.record.sequence >> 16 & 0xFFFF, event_.record.sequence & 0xFFF,
                    event_.record.sequence & 0xFFFFFFFFFFFF);
    CapturedMessage message;
    message.account = bucket_.owner_account;
    message.region = bucket_.region;
    message.channel = "eventbridge";
    message.source = "arn:aws:s3:::" + bucket_.name;
    message.recipient = "default";
    message.subject = std::string(event_.name);
    message.body = event_bridge_message(cause_, bucket_, event_, id);
    message.sent_ms = cause_.time_ms;
    message.id = id;
    env_.captured.add(txn_, message);
  }

 private:
  storage::Txn& txn_;
  Environment& env_;
  const EventCause& cause_;
  const BucketRecord& bucket_;
  const ObjectEvent& event_;
};

}  // namespace

EventCause cause_of(const Context& ctx) {
  return {ctx.caller.account_id,
          ctx.caller.region,
          "AWS:" +
              (ctx.caller.access_key_id.empty() ? ctx.caller.account_id : ctx.caller.access_key_id),
          std::string(ctx.request.remote_address),
          std::string(ctx.request_id),
          ctx.now_ms,
          std::string(ctx.request.header("X-Amzn-Trace-Id"))};
}

DeliverySource source_of(const BucketRecord& bucket) {
  return {"s3.amazonaws.com", "arn:aws:s3:::" + bucket.name};
}

void emit_event(storage::Txn& txn, Environment& env, const EventCause& cause,
                const BucketRecord& bucket, const ObjectEvent& event) {
  if (!bucket.has(Configuration::kNotification)) return;
  const auto configuration =
      read_configuration<api::NotificationConfiguration>(txn, bucket, Configuration::kNotification);
  if (!configuration) return;
  Emission emission(txn, env, cause, bucket, event);
  emission.send(configuration->QueueConfigurations, &api::QueueConfiguration::QueueArn, "sqs",
                [&](std::string body) {
                  SqsDelivery delivery;
                  delivery.body = std::move(body);
                  delivery.from = source_of(bucket);
                  delivery.trace_header = cause.trace;
                  return encode(delivery);
                });
  emission.send(configuration->TopicConfigurations, &api::TopicConfiguration::TopicArn, "sns",
                [&](std::string message) {
                  SnsDelivery delivery;
                  delivery.from = source_of(bucket);
                  delivery.subject = "Amazon S3 Notification";
                  delivery.message = std::move(message);
                  return encode(delivery);
                });
  emission.send(configuration->LambdaFunctionConfigurations,
                &api::LambdaFunctionConfiguration::LambdaFunctionArn, "function",
                [](std::string message) {
                  FunctionDelivery delivery;
                  delivery.event_json = std::move(message);
                  delivery.source = "s3";
                  return encode(delivery);
                });
  if (configuration->EventBridgeConfiguration) emission.send_to_event_bridge();
}

}  // namespace cumulite::s3
