#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "protocol/result.h"

namespace cumulite {

/// Hands messages to one SMTP server, through libcurl, which is loaded when the first client is
/// made: a daemon that sends no mail does not pay for it. Thread-safe.
class SmtpClient {
 public:
  /// "HOST:PORT", or smtp://[USER:PASSWORD@]HOST[:PORT] in clear, smtp+tls:// with STARTTLS,
  /// smtps:// with TLS from the start.
  /// Errors: InvalidConfiguration for another scheme, or when libcurl is not installed.
  static Result<std::unique_ptr<SmtpClient>> make(std::string_view address);
  ~SmtpClient();

  enum class Outcome { kAccepted, kTryAgain, kRefused };

  struct Answer {
    Outcome outcome = Outcome::kAccepted;
    std::string reason = {};  ///< For the log.
  };

  /// Blocks for at most half a minute. `message`: headers and body, with CRLF. Refused is what
  /// the server answered with 5xx: it will not take it later either.
  Answer send(const std::string& from, const std::string& to, std::string_view message);

 private:
  struct Library;

  explicit SmtpClient(std::unique_ptr<Library> library);

  std::unique_ptr<Library> library_;
  std::string url_;
  bool needs_tls_ = false;
};

}  // namespace cumulite
