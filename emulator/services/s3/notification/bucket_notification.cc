#include <utility>

#include "emulator/services/s3/configuration/change.h"
#include "emulator/services/s3/handlers.h"
#include "emulator/services/s3/notification/emit.h"
#include "emulator/services/s3/notification/event_json.h"
#include "emulator/services/s3/notification/validate.h"

namespace cumulite::s3 {

namespace {

/// Queues and topics learn of a new configuration by a test message; functions do not.
void send_test_events(storage::Txn& txn, Context& ctx, const BucketRecord& bucket,
                      const api::NotificationConfiguration& configuration) {
  const std::string message = test_event_message(cause_of(ctx), bucket);
  const auto send = [&](std::string kind, const std::optional<std::string>& arn,
                        std::string payload) {
    Event event;
    event.account = ctx.caller.account_id;
    event.region = bucket.region;
    event.kind = std::move(kind);
    event.target = arn.value_or("");
    event.payload = std::move(payload);
    ctx.env.outbox.append(txn, event);
  };
  for (const auto& queue :
       configuration.QueueConfigurations.value_or(std::vector<api::QueueConfiguration>{})) {
    SqsDelivery delivery;
    delivery.body = message;
    delivery.from = source_of(bucket);
    send("sqs", queue.QueueArn, encode(delivery));
  }
  for (const auto& topic :
       configuration.TopicConfigurations.value_or(std::vector<api::TopicConfiguration>{})) {
    SnsDelivery delivery;
    delivery.subject = "Amazon S3 Notification";
    delivery.message = message;
    delivery.from = source_of(bucket);
    send("sns", topic.TopicArn, encode(delivery));
  }
}

bool is_empty(const api::NotificationConfiguration& configuration) {
  const auto none = [](const auto& list) { return !list || list->empty(); };
  return none(configuration.QueueConfigurations) && none(configuration.TopicConfigurations) &&
         none(configuration.LambdaFunctionConfigurations) &&
         !configuration.EventBridgeConfiguration;
}

}  // namespace

Result<model::Unit> put_bucket_notification_configuration(
    Context& ctx, const api::PutBucketNotificationConfigurationRequest& req) {
  CUMULITE_TRY(load_bucket_of(ctx.env.store, req));
  if (!req.NotificationConfiguration) return errors::malformed_xml();
  api::NotificationConfiguration configuration = *req.NotificationConfiguration;
  CUMULITE_TRY(normalise(ctx, configuration, !req.SkipDestinationValidation.value_or(false)));
  return change_bucket(ctx, req, [&](storage::Txn& txn, BucketRecord& bucket) -> Result<void> {
    if (is_empty(configuration)) {
      remove_configuration(txn, bucket, Configuration::kNotification);
      return {};
    }
    write_configuration(txn, bucket, Configuration::kNotification, configuration);
    send_test_events(txn, ctx, bucket, configuration);
    return {};
  });
}

Result<api::NotificationConfiguration> get_bucket_notification_configuration(
    Context& ctx, const api::GetBucketNotificationConfigurationRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  return read_configuration<api::NotificationConfiguration>(ctx.env.store, bucket,
                                                            Configuration::kNotification)
      .value_or(api::NotificationConfiguration{});
}

}  // namespace cumulite::s3
