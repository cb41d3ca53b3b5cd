#include "emulator/events/mail_sender.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "emulator/core/log.h"
#include "emulator/events/smtp_client.h"
#include "protocol/codec/base64.h"
#include "protocol/codec/timestamp.h"

namespace cumulite {
namespace {

constexpr std::string_view kKind = "email";
constexpr unsigned kConcurrency = 2;
constexpr std::size_t kEncodedLine = 76;

// https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html, "SMTP".
constexpr unsigned kFirstTries = 2;
constexpr unsigned kBackoffTries = 10;
constexpr unsigned kTriesMax = 50;
constexpr double kDelaySecondsMin = 10;
constexpr double kDelaySecondsMax = 600;

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= ' ' && c <= '~') || c == '\t'; });
}

/// RFC 2047 where the text asks for it. Line breaks would begin another header.
std::string header_text(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n'; }, ' ');
  if (is_ascii(text)) return text;
  return fmt::format("=?UTF-8?B?{}?=", codec::base64_encode(text));
}

std::string encoded_body(std::string_view body) {
  const std::string text = codec::base64_encode(body);
  std::string lines;
  for (std::size_t at = 0; at < text.size(); at += kEncodedLine) {
    lines += text.substr(at, kEncodedLine) + "\r\n";
  }
  return lines;
}

std::string plain_body(std::string_view body) {
  std::string lines;
  for (const char c : body) {
    if (c == '\r') continue;
    if (c == '\n') lines += '\r';
    lines += c;
  }
  return lines + "\r\n";
}

/// Whether it can be sent as it is: ASCII in lines that every server takes.
bool is_plain(std::string_view body) {
  constexpr std::size_t kLineMax = 900;
  std::size_t line = 0;
  for (const char c : body) {
    line = c == '\n' ? 0 : line + 1;
    if (line > kLineMax || (c != '\n' && c != '\r' && !is_ascii({&c, 1}))) return false;
  }
  return true;
}

Delivery deliver(Environment& env, SmtpClient& client, const std::string& sender,
                 const Event& event) {
  const auto answer = client.send(sender, event.target, event.payload);
  if (answer.outcome == SmtpClient::Outcome::kAccepted) return {};
  const auto delay_ms = mail_retry_delay_ms(event.attempt + 1);
  if (answer.outcome == SmtpClient::Outcome::kRefused || delay_ms < 0) {
    log::warning("an e-mail for {} was not sent and is given up: {}", event.target, answer.reason);
    return {};
  }
  return {Delivery::Outcome::kRetry, env.clock.now_ms(event.account) + delay_ms};
}

}  // namespace

std::int64_t mail_retry_delay_ms(unsigned attempt) {
  if (attempt > kTriesMax) return -1;
  double seconds = kDelaySecondsMax;
  if (attempt <= kFirstTries) {
    seconds = kDelaySecondsMin;
  } else if (attempt <= kFirstTries + kBackoffTries) {
    const double share = static_cast<double>(attempt - kFirstTries) / kBackoffTries;
    seconds = kDelaySecondsMin * std::pow(kDelaySecondsMax / kDelaySecondsMin, share);
  }
  return std::llround(seconds * 1000);
}

std::string render_mail(const std::string& sender, const CapturedMessage& message) {
  std::string date;
  codec::append_rfc822({message.sent_ms}, date);
  const bool plain = is_plain(message.body);
  return fmt::format(
      "From: {}\r\nTo: {}\r\nSubject: {}\r\nDate: {}\r\nMessage-ID: <{}@cumulite>\r\n"
      "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"
      "Content-Transfer-Encoding: {}\r\nX-Amz-Sns-Topic-Arn: {}\r\n\r\n{}",
      sender, header_text(message.recipient), header_text(message.subject), date, message.id,
      plain ? "7bit" : "base64", header_text(message.source),
      plain ? plain_body(message.body) : encoded_body(message.body));
}

Result<void> send_mail(Environment& env, const MailSettings& settings) {
  if (settings.server.empty()) return {};
  auto made = SmtpClient::make(settings.server);
  if (!made.ok()) return std::move(made).error();
  const std::shared_ptr<SmtpClient> client = std::move(*made);
  env.outbox.register_target(std::string(kKind), kConcurrency,
                             [&env, client, sender = settings.sender](const Event& event) {
                               return deliver(env, *client, sender, event);
                             });
  env.captured.set_forward(
      [&env, sender = settings.sender](storage::Txn& txn, const CapturedMessage& message) {
        if (message.channel != "email") return;
        Event event;
        event.account = message.account;
        event.region = message.region;
        event.kind = kKind;
        event.target = message.recipient;
        event.payload = message.mime.empty() ? render_mail(sender, message) : message.mime;
        env.outbox.append(txn, event);
      });
  return {};
}

}  // namespace cumulite
