#include "protocol/http/head_parser.h"

#include <algorithm>

#include <boost/beast/http/basic_parser.hpp>

namespace cumulite::http {

namespace {

namespace beast = boost::beast;

constexpr std::size_t kHeadersMax = 500;

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

/// Beast's grammar, filling our Request with views into the parsed bytes. It stops behind the head
/// (`skip`): bodies are the session's.
class HeadParser final : public beast::http::basic_parser<true> {
 public:
  HeadParser(std::string_view bytes, Head& head) : bytes_(bytes), head_(head) {
    skip(true);
    header_limit(static_cast<std::uint32_t>(bytes.size() + 1));
    body_limit(boost::none);
  }

  HeadRefusal refusal() const { return refusal_; }

 private:
  using Code = beast::error_code;
  using Text = beast::string_view;

  void refuse(int status, std::string_view reason, Code& ec) {
    refusal_ = {status, reason};
    ec = beast::http::error::bad_value;
  }

  void on_request_impl(beast::http::verb, Text method, Text target, int version, Code&) override {
    head_.request.method = view(method);
    head_.request.target = view(target);
    head_.http_1_0 = version == 10;
  }

  void on_field_impl(beast::http::field field, Text name, Text value, Code& ec) override {
    const std::string_view text = view(value);
    // Beast joins folded lines in a buffer of its own: such a view would dangle, and RFC 9112 5.2
    // lets a server refuse them.
    if (!text.empty() &&
        (text.data() < bytes_.data() || text.data() >= bytes_.data() + bytes_.size())) {
      return refuse(400, "folded header lines are not accepted", ec);
    }
    if (head_.request.headers.size() >= kHeadersMax)
      return refuse(431, "too many header lines", ec);
    head_.request.headers.push_back({view(name), text});
    switch (field) {
      case beast::http::field::host:
        ++hosts_;
        break;
      case beast::http::field::expect:
        // RFC 9110 10.1.1 lets a server overlook an expectation that it does not know; S3 does.
        if (header_name_equals(text, "100-continue")) head_.expect_continue = true;
        break;
      case beast::http::field::transfer_encoding:
        if (!header_name_equals(text, "chunked")) return refuse(501, "unknown transfer coding", ec);
        break;
      default:
        break;
    }
  }

  void on_header_impl(Code& ec) override {
    Request& request = head_.request;
    request.chunked = chunked();
    if (const auto length = content_length()) {
      request.has_content_length = true;
      request.content_length = *length;
    }
    head_.keep_alive = keep_alive();
    if (hosts_ > 1) return refuse(400, "more than one Host header", ec);
    if (head_.http_1_0) {
      // RFC 9112 6.1: a 1.0 sender of a transfer coding has not framed its body reliably.
      if (request.chunked) return refuse(400, "chunked transfer needs HTTP/1.1", ec);
      head_.expect_continue = false;
    } else if (hosts_ == 0) {
      return refuse(400, "the Host header is missing", ec);
    }
  }

  void on_response_impl(int, Text, int, Code&) override {}

  void on_body_init_impl(const boost::optional<std::uint64_t>&, Code&) override {}

  std::size_t on_body_impl(Text, Code&) override { return 0; }

  void on_chunk_header_impl(std::uint64_t, Text, Code&) override {}

  std::size_t on_chunk_body_impl(std::uint64_t, Text, Code&) override { return 0; }

  void on_finish_impl(Code&) override {}

  std::string_view bytes_;
  Head& head_;
  HeadRefusal refusal_;
  int hosts_ = 0;
};

HeadRefusal refusal_of(beast::error_code ec) {
  using beast::http::error;
  if (ec == error::bad_method) return {400, "malformed method"};
  if (ec == error::bad_target) return {400, "malformed request target"};
  if (ec == error::bad_version) return {400, "malformed or unsupported HTTP version"};
  if (ec == error::bad_field) return {400, "malformed header name"};
  if (ec == error::bad_value) return {400, "malformed header value"};
  if (ec == error::bad_content_length) return {400, "malformed or conflicting Content-Length"};
  if (ec == error::multiple_content_length) return {400, "conflicting Content-Length headers"};
  if (ec == error::bad_transfer_encoding) return {400, "conflicting Transfer-Encoding"};
  if (ec == error::header_limit) return {431, "the request head is too large"};
  return {400, "malformed request head"};
}

/// Reduces an absolute-form target (a proxy's "GET http://host/path") to its origin form.
HeadRefusal split_target(Request& request) {
  std::string_view target = request.target;
  if (target.size() > kTargetBytesMax) return {414, "the request target is too long"};
  if (target.front() != '/') {
    const std::size_t scheme = target.find("://");
    const bool http =
        scheme != std::string_view::npos && (header_name_equals(target.substr(0, scheme), "http") ||
                                             header_name_equals(target.substr(0, scheme), "https"));
    if (http) {
      const std::size_t path = target.find_first_of("/?", scheme + 3);
      // An authority alone stands for "/"; one followed by a query has no view that begins with
      // "/".
      if (path != std::string_view::npos && target[path] == '?')
        return {400, "malformed request target"};
      target = path == std::string_view::npos ? std::string_view("/") : target.substr(path);
    } else if (target != "*" || request.method != "OPTIONS") {
      return {400, "malformed request target"};
    }
  }
  const std::size_t mark = target.find('?');
  request.target = target;
  request.path = target.substr(0, mark);
  request.query = mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1);
  return {};
}

void clear(Head& head) {
  std::vector<Header> headers = std::move(head.request.headers);
  headers.clear();
  const std::string_view address = head.request.remote_address;
  const bool tls = head.request.tls;
  head = Head{};
  head.request.headers = std::move(headers);
  head.request.remote_address = address;
  head.request.tls = tls;
}

}  // namespace

HeadRefusal parse_head(std::string_view bytes, Head& head) {
  clear(head);
  HeadParser parser(bytes, head);
  beast::error_code ec;
  parser.put(boost::asio::const_buffer(bytes.data(), bytes.size()), ec);
  if (parser.refusal().status != 0) return parser.refusal();
  if (ec) return refusal_of(ec);
  if (!parser.is_done()) return {400, "malformed request head"};
  return split_target(head.request);
}

std::size_t find_head_end(std::string_view bytes, std::size_t from) {
  const std::size_t at = bytes.find("\r\n\r\n", from);
  return at == std::string_view::npos ? at : at + 4;
}

}  // namespace cumulite::http
