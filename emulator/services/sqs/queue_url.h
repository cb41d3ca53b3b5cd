#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cumulite::sqs {

/// What a QueueUrl names; empty parts are those of the caller.
struct QueueAddress {
  std::string account;
  std::string region;
  std::string name;
};

/// Reads every form in which clients give a QueueUrl: full URLs of any host ("http://HOST/A/N",
/// "https://sqs.REGION.HOST/A/N", "https://REGION.queue.HOST/A/N", "http://HOST/queue/REGION/A/N"),
/// their paths alone, and bare names. nullopt if no name is in it.
std::optional<QueueAddress> parse_queue_url(std::string_view url);

/// Reads "arn:PARTITION:sqs:REGION:ACCOUNT:NAME"; nullopt if it is another ARN.
std::optional<QueueAddress> parse_queue_arn(std::string_view arn);

}  // namespace cumulite::sqs
