#include "emulator/services/sns/envelope.h"

#include <utility>

#include <fmt/format.h>

#include "protocol/codec/base64.h"
#include "protocol/codec/json_writer.h"
#include "protocol/codec/timestamp.h"

namespace cumulite::sns {
namespace {

std::string timestamp(std::int64_t time_ms) {
  std::string text;
  codec::append_iso8601({time_ms}, true, text);
  return text;
}

/// "Name\nvalue\n" of the text that is signed.
void add_signed(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).push_back('\n');
  out.append(value).push_back('\n');
}

/// One line of an envelope: `,\n  "Name" : "value"`.
void add_line(std::string& out, std::string_view name, std::string_view value) {
  out += out.size() == 1 ? "\n  \"" : ",\n  \"";
  out.append(name).append("\" : ");
  codec::append_json_string(value, out);
}

/// Same without blanks, for the event of functions.
void add_member(std::string& out, std::string_view name, std::string_view value) {
  if (out.back() != '{') out.push_back(',');
  out.append("\"").append(name).append("\":");
  codec::append_json_string(value, out);
}

/// `colon` stands between name and value: AWS sets blanks around it in envelopes only.
void add_attribute(std::string& out, const DeliveredAttribute& attribute, std::string_view colon) {
  codec::append_json_string(attribute.name, out);
  out.append(colon).append("{\"Type\":");
  codec::append_json_string(attribute.type, out);
  out += ",\"Value\":";
  const bool is_binary = attribute.type.starts_with("Binary");
  codec::append_json_string(is_binary ? codec::base64_encode(attribute.value) : attribute.value,
                            out);
  out += '}';
}

void add_signature(std::string& out, const Signature& signature) {
  if (signature.version.empty()) return;
  add_line(out, "SignatureVersion", signature.version);
  add_line(out, "Signature", signature.text);
  add_line(out, "SigningCertURL", signature.certificate);
}

}  // namespace

Signature MessageSigner::sign_text(std::string_view canonical) {
  if (version_.empty()) return {};
  return {version_, signer_.sign(canonical, version_),
          fmt::format("{}/_aws/sns/{}", endpoint_url_, signer_.certificate_name())};
}

const Signature& MessageSigner::sign(const Message& message, const std::string& text) {
  for (const auto& [signed_text, signature] : done_) {
    if (signed_text == &text) return signature;
  }
  std::string canonical;
  add_signed(canonical, "Message", text);
  add_signed(canonical, "MessageId", message.id);
  if (!message.subject.empty()) add_signed(canonical, "Subject", message.subject);
  add_signed(canonical, "Timestamp", timestamp(message.time_ms));
  add_signed(canonical, "TopicArn", message.topic_arn);
  add_signed(canonical, "Type", "Notification");
  return done_.emplace_back(&text, sign_text(canonical)).second;
}

std::string unsubscribe_url(std::string_view endpoint_url, std::string_view subscription_arn) {
  return fmt::format("{}/?Action=Unsubscribe&SubscriptionArn={}", endpoint_url, subscription_arn);
}

std::string notification(const Message& message, const std::string& text,
                         std::string_view subscription_arn, MessageSigner& signer) {
  std::string out = "{";
  add_line(out, "Type", "Notification");
  add_line(out, "MessageId", message.id);
  if (!message.sequence_number.empty()) add_line(out, "SequenceNumber", message.sequence_number);
  add_line(out, "TopicArn", message.topic_arn);
  if (!message.subject.empty()) add_line(out, "Subject", message.subject);
  add_line(out, "Message", text);
  add_line(out, "Timestamp", timestamp(message.time_ms));
  add_signature(out, signer.sign(message, text));
  add_line(out, "UnsubscribeURL", unsubscribe_url(signer.endpoint_url(), subscription_arn));
  if (!message.attributes.empty()) {
    out += ",\n  \"MessageAttributes\" : {";
    bool first = true;
    for (const DeliveredAttribute& attribute : message.attributes) {
      out += first ? "\n    " : ",\n    ";
      first = false;
      add_attribute(out, attribute, " : ");
    }
    out += "\n  }";
  }
  if (message.replayed) out += ",\n  \"Replayed\" : true";
  out += "\n}";
  return out;
}

std::string function_event(const Message& message, const std::string& text,
                           std::string_view subscription_arn, MessageSigner& signer) {
  std::string sns = "{";
  add_member(sns, "Type", "Notification");
  add_member(sns, "MessageId", message.id);
  add_member(sns, "TopicArn", message.topic_arn);
  if (message.subject.empty()) {
    sns += ",\"Subject\":null";
  } else {
    add_member(sns, "Subject", message.subject);
  }
  add_member(sns, "Message", text);
  add_member(sns, "Timestamp", timestamp(message.time_ms));
  const Signature& signature = signer.sign(message, text);
  // Functions are told of version 1 whichever it is (golden test_publish_lambda_verify_signature).
  add_member(sns, "SignatureVersion", signature.version.empty() ? signature.version : "1");
  add_member(sns, "Signature", signature.text);
  add_member(sns, "SigningCertUrl", signature.certificate);
  add_member(sns, "UnsubscribeUrl", unsubscribe_url(signer.endpoint_url(), subscription_arn));
  sns += ",\"MessageAttributes\":{";
  for (const DeliveredAttribute& attribute : message.attributes) {
    if (sns.back() != '{') sns += ',';
    add_attribute(sns, attribute, ":");
  }
  sns += "}}";
  std::string out = R"({"Records":[{"EventSource":"aws:sns","EventVersion":"1.0")";
  add_member(out, "EventSubscriptionArn", subscription_arn);
  return out + ",\"Sns\":" + sns + "}]}";
}

std::string Confirmation::message() const {
  if (type == "UnsubscribeConfirmation") {
    return fmt::format(
        "You have chosen to deactivate subscription {}.\nTo cancel this operation and restore the "
        "subscription, visit the SubscribeURL included in this message.",
        subscription_arn);
  }
  return fmt::format(
      "You have chosen to subscribe to the topic {}.\nTo confirm the subscription, visit the "
      "SubscribeURL included in this message.",
      topic_arn);
}

std::string Confirmation::subscribe_url(std::string_view endpoint_url) const {
  return fmt::format("{}/?Action=ConfirmSubscription&TopicArn={}&Token={}", endpoint_url, topic_arn,
                     token);
}

std::string confirmation(const Confirmation& what, MessageSigner& signer) {
  const std::string message = what.message();
  const std::string url = what.subscribe_url(signer.endpoint_url());
  const std::string time = timestamp(what.time_ms);
  std::string canonical;
  add_signed(canonical, "Message", message);
  add_signed(canonical, "MessageId", what.message_id);
  add_signed(canonical, "SubscribeURL", url);
  add_signed(canonical, "Timestamp", time);
  add_signed(canonical, "Token", what.token);
  add_signed(canonical, "TopicArn", what.topic_arn);
  add_signed(canonical, "Type", what.type);
  std::string out = "{";
  add_line(out, "Type", what.type);
  add_line(out, "MessageId", what.message_id);
  add_line(out, "Token", what.token);
  add_line(out, "TopicArn", what.topic_arn);
  add_line(out, "Message", message);
  add_line(out, "SubscribeURL", url);
  add_line(out, "Timestamp", time);
  add_signature(out, signer.sign_text(canonical));
  out += "\n}";
  return out;
}

}  // namespace cumulite::sns
