#pragma once

#include <string_view>

#include "emulator/clock/clock.h"
#include "emulator/core/context.h"
#include "emulator/core/credentials.h"
#include "emulator/core/settings.h"
#include "protocol/http/request.h"
#include "protocol/result.h"
#include "protocol/route/route.h"
#include "protocol/sigv4/parsed_auth.h"

namespace cumulite {

/// Who calls, and whether that is true, by the mode of `--auth`. Read-only: any thread may call.
class Authenticator {
 public:
  Authenticator(const Settings& settings, const CredentialStore& credentials, const Clock& clock)
      : settings_(settings), credentials_(credentials), clock_(clock) {}

  /// What on_head found out, for on_body.
  struct Found {
    Caller caller;
    sigv4::ParsedAuth auth;
  };

  /// Account and region; the form and expiry of presigned URLs; S3's signatures, which cover a
  /// header for the body. Errors: those of protocol/sigv4.
  Result<void> on_head(const http::Request& request, const route::Route& route, Found& found) const;
  /// The other services sign the body itself.
  Result<void> on_body(const http::Request& request, const route::Route& route,
                       std::string_view body, const Found& found) const;

  /// In `enforce`, what is not allowed is refused; in `warn` it is logged.
  bool enforces() const { return settings_.auth == AuthMode::kEnforce; }

  /// Whether signatures and hashes are computed at all: in both of these modes.
  bool verifies() const { return settings_.auth != AuthMode::kOff; }

  /// The refusal in enforce; in warn it is logged and forgotten.
  Result<void> judged(Result<void> verdict, const Found& found) const;

  const CredentialStore& credentials() const { return credentials_; }

 private:
  /// A signed call of a function's URL; an unsigned one is the function's business.
  Result<void> on_function_url(const http::Request& request, const Found& found) const;
  /// A key of STS ends with its time. Errors: ExpiredToken(Exception).
  Result<void> check_lifetime(const Found& found, sigv4::ServiceFamily family) const;
  void identify(const http::Request& request, const route::Route& route, Found& found) const;
  /// The time by which a signature is judged.
  std::int64_t time_for(const Found& found) const;

  const Settings& settings_;
  const CredentialStore& credentials_;
  const Clock& clock_;
};

/// Which refusals a route's service words.
sigv4::ServiceFamily family_of(const route::Route& route);

}  // namespace cumulite
