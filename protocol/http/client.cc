#include "protocol/http/client.h"

#include <netdb.h>

#include <future>
#include <optional>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <fmt/format.h>
#include <openssl/evp.h>

#include "protocol/http/asio_internal.h"
#include "protocol/http/client_url.h"
#include "protocol/http/request.h"

namespace cumulite::http {

namespace {

namespace beast = boost::beast;
namespace ssl = asio::ssl;
using Clock = std::chrono::steady_clock;
using Endpoints = std::vector<asio::ip::tcp::endpoint>;
using ResponseParser = beast::http::response_parser<beast::http::string_body>;

constexpr std::size_t kReadBytes = 64 * 1024;
constexpr std::uint32_t kHeadBytesMax = 64 * 1024;

/// What the coroutine works on; it lives in `call` until the coroutine is gone.
struct Call {
  const ClientRequest& request;
  ClientUrl url;
  Endpoints endpoints;
  std::string text;  ///< The rendered request with its body.
  std::optional<Result<ClientResponse>> result = {};
};

Error connection_error(const ClientUrl& url, std::string_view why) {
  return {"ConnectionError", fmt::format("{}: {}", url.printable(), why)};
}

Error timeout(const ClientUrl& url, std::int64_t timeout_ms) {
  return {"Timeout", fmt::format("{}: no answer within {} ms", url.printable(), timeout_ms)};
}

Endpoints look_up(const std::string& host, std::uint16_t port) {
  Endpoints endpoints;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return endpoints;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    asio::ip::tcp::endpoint endpoint;
    if (entry->ai_addrlen > endpoint.capacity()) continue;
    std::memcpy(endpoint.data(), entry->ai_addr, entry->ai_addrlen);
    endpoint.resize(entry->ai_addrlen);
    endpoint.port(port);
    endpoints.push_back(endpoint);
  }
  ::freeaddrinfo(found);
  return endpoints;
}

/// Addresses of the host. Loopback names need no resolver, which may not know `x.localhost`. Other
/// names are looked up on a thread of their own: getaddrinfo cannot be interrupted, and a resolver
/// that does not answer must not hold the call beyond its deadline.
Result<Endpoints> resolve(const ClientUrl& url, Clock::time_point deadline,
                          std::int64_t timeout_ms) {
  boost::system::error_code ec;
  const auto address = asio::ip::make_address(url.host, ec);
  if (!ec) return Endpoints{{address, url.port}};
  if (url.loopback()) {
    return Endpoints{{asio::ip::address_v4::loopback(), url.port},
                     {asio::ip::address_v6::loopback(), url.port}};
  }
  std::packaged_task<Endpoints()> task(
      [host = url.host, port = url.port] { return look_up(host, port); });
  std::future<Endpoints> found = task.get_future();
  std::thread(std::move(task)).detach();
  if (found.wait_until(deadline) != std::future_status::ready) return timeout(url, timeout_ms);
  Endpoints endpoints = found.get();
  if (endpoints.empty()) return connection_error(url, "the host name cannot be resolved");
  return endpoints;
}

std::string base64(const std::string& text) {
  std::string out((text.size() + 2) / 3 * 4 + 1, '\0');
  const auto* in = reinterpret_cast<const unsigned char*>(text.data());
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), in,
                                   static_cast<int>(text.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ");
  for (const char c : value) out.push_back(c == '\r' || c == '\n' || c == '\0' ? ' ' : c);
  out.append("\r\n");
}

std::string render_request(const ClientRequest& request, const ClientUrl& url) {
  std::string out = fmt::format("{} {} HTTP/1.1\r\n", request.method, url.target);
  bool has_host = false;
  bool has_authorization = false;
  for (const auto& [name, value] : request.headers) {
    has_host = has_host || header_name_equals(name, "Host");
    has_authorization = has_authorization || header_name_equals(name, "Authorization");
    // The framing is ours; a caller's second opinion would make the request ambiguous.
    if (header_name_equals(name, "Content-Length") || header_name_equals(name, "Connection") ||
        header_name_equals(name, "Transfer-Encoding")) {
      continue;
    }
    append_header(out, name, value);
  }
  if (!has_host) append_header(out, "Host", url.authority);
  if (!has_authorization && !url.credentials.empty()) {
    append_header(out, "Authorization", "Basic " + base64(url.credentials));
  }
  if (!request.body.empty() || (request.method != "GET" && request.method != "HEAD")) {
    append_header(out, "Content-Length", std::to_string(request.body.size()));
  }
  out.append("Connection: close\r\n\r\n");
  out.append(request.body);
  return out;
}

void prepare(std::optional<ResponseParser>& parser, const ClientRequest& request) {
  parser.emplace();
  parser->body_limit(request.response_bytes_max);
  parser->header_limit(kHeadBytesMax);
  parser->eager(true);
  parser->skip(request.method == "HEAD");
}

ClientResponse to_response(ResponseParser& parser) {
  ClientResponse response;
  auto& message = parser.get();
  response.status = static_cast<int>(message.result_int());
  for (const auto& field : message) {
    const auto name = field.name_string();
    const auto value = field.value();
    response.headers.emplace_back(std::string(name.data(), name.size()),
                                  std::string(value.data(), value.size()));
  }
  response.body = std::move(message.body());
  return response;
}

Error parse_error(const Call& call, beast::error_code ec) {
  if (ec == beast::http::error::body_limit || ec == beast::http::error::buffer_overflow) {
    return {"ResponseTooLarge", fmt::format("{}: the answer is longer than {} bytes",
                                            call.url.printable(), call.request.response_bytes_max)};
  }
  return connection_error(call.url, "malformed answer: " + ec.message());
}

/// Parses what has been read. True: the answer is complete or an error, both in `call.result`.
bool parse_available(Call& call, std::optional<ResponseParser>& parser, beast::flat_buffer& buffer,
                     bool at_end) {
  beast::error_code ec;
  for (;;) {
    while (buffer.size() > 0 && !ec && !parser->is_done())
      buffer.consume(parser->put(buffer.data(), ec));
    if (at_end && !parser->is_done() && (!ec || ec == beast::http::error::need_more)) {
      ec = {};
      if (parser->got_some())
        parser->put_eof(ec);
      else  // The parser asserts that there was something; closing without a word is no answer.
        ec = beast::http::error::end_of_stream;
    }
    if (ec && ec != beast::http::error::need_more) {
      call.result = parse_error(call, ec);
      return true;
    }
    if (!parser->is_done()) return false;
    if (parser->get().result_int() >= 200) break;
    prepare(parser, call.request);  // An interim answer (100 Continue): the real one follows.
  }
  call.result = to_response(*parser);
  return true;
}

template <class Stream>
Awaitable<void> exchange(Stream& stream, Call& call) {
  // A server may refuse and close before it read everything: its answer is looked for all the same.
  boost::system::error_code unsent;
  auto sent = asio::redirect_error(kAwait, unsent);
  co_await asio::async_write(stream, asio::buffer(call.text), sent);
  std::optional<ResponseParser> parser;
  prepare(parser, call.request);
  beast::flat_buffer buffer;
  for (;;) {
    boost::system::error_code ec;
    auto done = asio::redirect_error(kAwait, ec);
    auto space = buffer.prepare(kReadBytes);
    const std::size_t size = co_await stream.async_read_some(space, done);
    buffer.commit(size);
    // Many TLS servers end the stream without a closing message; the parser knows whether the
    // answer is whole.
    const bool at_end = ec == asio::error::eof || ec == asio::ssl::error::stream_truncated;
    if (ec && !at_end) throw boost::system::system_error(ec);
    if (parse_available(call, parser, buffer, at_end)) co_return;
    if (at_end) throw boost::system::system_error(ec);
  }
}

/// One context for verified calls and one for loopback: loading the system's store costs
/// milliseconds.
ssl::context& client_context(bool verify) {
  static const auto make = [](bool checked) {
    ssl::context context(ssl::context::tls_client);
    boost::system::error_code
        ignored;  // Without a store every verification fails, with its own message.
    if (checked) context.set_default_verify_paths(ignored);
    context.set_verify_mode(checked ? ssl::verify_peer : ssl::verify_none);
    return context;
  };
  static ssl::context verified = make(true);
  static ssl::context unverified = make(false);
  return verify ? verified : unverified;
}

Awaitable<void> connect_and_exchange(asio::io_context& context, Call& call) {
  Socket socket(context);
  co_await asio::async_connect(socket, call.endpoints, kAwait);
  boost::system::error_code ignored;
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  if (!call.url.tls) {
    co_await exchange(socket, call);
    co_return;
  }
  const bool verify = !call.url.loopback();
  ssl::stream<Socket&> stream(socket, client_context(verify));
  if (verify) stream.set_verify_callback(ssl::host_name_verification(call.url.host));
  // SSL_set_tlsext_host_name is a macro with a C cast.
  std::string host = call.url.host;
  SSL_ctrl(stream.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
           host.data());
  co_await stream.async_handshake(ssl::stream_base::client, kAwait);
  co_await exchange(stream, call);
}

Awaitable<void> run(asio::io_context& context, Call& call) {
  try {
    co_await connect_and_exchange(context, call);
  } catch (const boost::system::system_error& e) {
    // Its what() tells the place in Boost's sources too.
    call.result = connection_error(call.url, e.code().message());
  } catch (const std::exception& e) {
    call.result = connection_error(call.url, e.what());
  }
}

}  // namespace

Result<ClientResponse> call(const ClientRequest& request) {
  const Clock::time_point deadline = Clock::now() + std::chrono::milliseconds(request.timeout_ms);
  CUMULITE_ASSIGN(ClientUrl url, parse_client_url(request.url));
  CUMULITE_ASSIGN(Endpoints endpoints, resolve(url, deadline, request.timeout_ms));
  Call state{request, std::move(url), std::move(endpoints), {}};
  state.text = render_request(request, state.url);
  asio::io_context context(1);
  asio::co_spawn(context, run(context, state), asio::detached);
  context.run_until(deadline);
  if (!state.result) return timeout(state.url, request.timeout_ms);
  return std::move(*state.result);
}

}  // namespace cumulite::http
