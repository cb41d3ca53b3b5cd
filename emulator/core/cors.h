#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocol/http/request.h"
#include "protocol/http/response.h"

/// Cross-origin access of browsers to the services that have no CORS configuration of their own
/// (all but S3), and the guard of the daemon's own paths.
namespace cumulite::cors {

/// Whether a page of that origin may read answers: pages served from this machine, and those
/// listed. Any page may not: a foreign site that a developer visits must not read his data.
bool allows(std::string_view origin, const std::vector<std::string>& allowed);
/// Adds Access-Control-* if the request comes from an allowed origin.
void add_headers(const http::Request& request, const std::vector<std::string>& allowed,
                 http::Response& response);
/// The answer to OPTIONS.
http::Response preflight(const http::Request& request, const std::vector<std::string>& allowed);

/// Whether "name:port" is this machine by name: localhost, *.localhost, 127.0.0.0/8, [::1], and
/// LocalStack's name for it.
bool is_loopback_host(std::string_view host);
/// Whether the daemon's own paths may be called: no foreign Origin, and where there is an Origin or
/// a Host they are loopback or an address, never a foreign name (which DNS rebinding would bring).
bool may_administer(const http::Request& request);

}  // namespace cumulite::cors
