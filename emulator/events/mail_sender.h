#pragma once

#include <memory>
#include <string>

#include "emulator/core/environment.h"
#include "emulator/events/captured.h"
#include "protocol/result.h"

/// E-mail for real: what is captured is sent through an SMTP server too.
namespace cumulite {

struct MailSettings {
  std::string server;  ///< See SmtpClient::make; empty: nothing is sent.
  std::string sender = "no-reply@sns.amazonaws.com";
};

/// Registers the outbox kind "email", and makes `env.captured` forward to it. Failed messages are
/// tried 50 times over some six hours of the account's clock, as SNS does, those that the server
/// refuses once. To be called before the outbox starts. Errors: InvalidConfiguration.
Result<void> send_mail(Environment& env, const MailSettings& settings);

/// Time until try number `attempt` (from 1) is repeated; negative: never.
std::int64_t mail_retry_delay_ms(unsigned attempt);

/// The message as it is sent: RFC 5322, UTF-8, with CRLF.
std::string render_mail(const std::string& sender, const CapturedMessage& message);

}  // namespace cumulite
