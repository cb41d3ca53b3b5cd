#pragma once

#include <boost/asio/ssl/context.hpp>

#include "protocol/http/server.h"

namespace cumulite::http {

/// Whether the options ask for TLS at all.
bool tls_configured(const ServerOptions& options);

/// The context of the configured certificate, or of one made now for localhost, *.localhost,
/// *.localhost.localstack.cloud and the loopback addresses (P-256, ten years, kept in memory only).
/// Throws std::runtime_error with a message for the user.
boost::asio::ssl::context make_tls_context(const ServerOptions& options);

}  // namespace cumulite::http
