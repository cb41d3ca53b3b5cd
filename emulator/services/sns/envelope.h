#pragma once

#include <string>
#include <string_view>

#include "emulator/services/sns/message.h"
#include "emulator/services/sns/signer.h"

/// The JSON documents that SNS delivers, byte for byte as AWS writes them.
/// https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
namespace cumulite::sns {

/// What a document needs beside its message.
struct Signature {
  std::string version;      ///< Empty: not signed (FIFO topics).
  std::string text;         ///< Base64.
  std::string certificate;  ///< SigningCertURL.
};

/// Signs one message's texts, each only once: subscriptions differ in what is not signed.
class MessageSigner {
 public:
  /// `version` "1" or "2"; empty: does not sign.
  MessageSigner(Signer& signer, std::string endpoint_url, std::string version)
      : signer_(signer), endpoint_url_(std::move(endpoint_url)), version_(std::move(version)) {}

  const Signature& sign(const Message& message, const std::string& text);
  Signature sign_text(std::string_view canonical);

  const std::string& endpoint_url() const { return endpoint_url_; }

 private:
  Signer& signer_;
  std::string endpoint_url_;
  std::string version_;
  std::vector<std::pair<const std::string*, Signature>> done_;
};

/// Where a click ends the subscription.
std::string unsubscribe_url(std::string_view endpoint_url, std::string_view subscription_arn);

/// The envelope of queues, HTTP and e-mail-json.
std::string notification(const Message& message, const std::string& text,
                         std::string_view subscription_arn, MessageSigner& signer);
/// {"Records": [...]} of functions.
std::string function_event(const Message& message, const std::string& text,
                           std::string_view subscription_arn, MessageSigner& signer);

/// "SubscriptionConfirmation" and "UnsubscribeConfirmation".
struct Confirmation {
  std::string type;
  std::string message_id;
  std::string token;
  std::string topic_arn;
  std::string subscription_arn;
  std::int64_t time_ms = 0;

  std::string message() const;
  std::string subscribe_url(std::string_view endpoint_url) const;
};

std::string confirmation(const Confirmation& what, MessageSigner& signer);

}  // namespace cumulite::sns
