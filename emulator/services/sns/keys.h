#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The rows of spaces::kSns, and the only place that makes and parses their keys:
///
///     t account region topic                         everything of one topic; its domain
///       ... c                                        the topic's definition
///       ... s subscription-id                        a subscription
///       ... n                                        FIFO: the number of the last message
///       ... d deduplication-hash                     FIFO: a message of the last five minutes
///       ... x expires_ms deduplication-hash          FIFO: the same, by time
///       ... a time_ms number                         FIFO: an archived message
///     p account region platform name                 everything of a platform application
///       ... c | e endpoint-id
///     m account region                               everything about SMS; its domain
///       ... a | o number | b number                  attributes, opted out, sandbox
namespace cumulite::sns::keys {

std::string account(std::string_view kind, std::string_view account);
std::string topic(std::string_view account, std::string_view region, std::string_view name);
std::string definition(std::string_view owner);
std::string subscription(std::string_view topic, std::string_view id);
std::string last_number(std::string_view topic);
std::string deduplication(std::string_view topic, std::string_view hash);
std::string expiry(std::string_view topic, std::int64_t expires_ms, std::string_view hash);
std::string deduplications(std::string_view topic);
/// The first key behind all that begin with the prefix.
std::string after(std::string_view prefix);
/// Prefix of all expiries, and the hash of one of them.
std::string expiries(std::string_view topic);
std::optional<std::string> expiry_hash(std::string_view topic, std::string_view key);
/// With no number: the first possible key of that time.
std::string archived(std::string_view topic, std::int64_t time_ms,
                     std::optional<std::uint64_t> number = std::nullopt);
std::string archive(std::string_view topic);
std::string application(std::string_view account, std::string_view region,
                        std::string_view platform, std::string_view name);
/// Prefix of all applications of a region.
std::string applications(std::string_view account, std::string_view region);
/// Prefix of all endpoints of an application.
std::string endpoints(std::string_view application);
std::string endpoint(std::string_view application, std::string_view id);
std::string sms(std::string_view account, std::string_view region);
std::string sms_attributes(std::string_view sms);
std::string opted_out(std::string_view sms, std::string_view number);
/// Prefixes of all of them.
std::string opted_out(std::string_view sms);
std::string sandbox(std::string_view sms);
std::string sandbox(std::string_view sms, std::string_view number);

inline constexpr std::string_view kTopics = "t";
inline constexpr std::string_view kApplications = "p";
inline constexpr std::string_view kSms = "m";

/// What a row of a topic or an application is.
enum class RowKind : char {
  kDefinition = 'c',
  kSubscription = 's',
  kEndpoint = 'e',
  kSmsAttributes = 'a',
  kOptedOut = 'o',
  kSandbox = 'b',
};

/// The kind letter of a key below topic, application or SMS, and what follows it.
struct Parsed {
  char kind = 0;
  std::string id;  ///< Of kSubscription, kEndpoint, kOptedOut, kSandbox.
};

/// `parts`: how many texts precede the kind letter (3 for topics, 4 applications, 2 SMS).
std::optional<Parsed> parse(std::string_view key, int parts);

}  // namespace cumulite::sns::keys
