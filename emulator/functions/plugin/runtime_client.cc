#include "emulator/functions/plugin/runtime_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "protocol/http/request.h"

namespace cumulite::functions {
namespace {

constexpr std::size_t kReceiveBytes = 64 * 1024;
constexpr std::string_view kRuntimePath = "/2018-06-01/runtime";

/// First value of that name among the lines of a head; empty: none.
std::string_view header_of(std::string_view head, std::string_view name) {
  while (!head.empty()) {
    const auto end = std::min(head.find("\r\n"), head.size());
    const auto line = head.substr(0, end);
    const auto colon = line.find(':');
    if (colon != std::string_view::npos && http::header_name_equals(line.substr(0, colon), name)) {
      auto value = line.substr(colon + 1);
      value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
      return value;
    }
    head.remove_prefix(std::min(end + 2, head.size()));
  }
  return {};
}

std::int64_t number_of(std::string_view text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

RuntimeClient::RuntimeClient(std::string address) : address_(std::move(address)) {}

bool RuntimeClient::connect() {
  if (socket_.open()) return true;
  const auto colon = address_.rfind(':');
  if (colon == std::string::npos) return false;
  sockaddr_in place = {};
  place.sin_family = AF_INET;
  place.sin_port =
      htons(static_cast<std::uint16_t>(number_of(std::string_view(address_).substr(colon + 1))));
  if (::inet_pton(AF_INET, address_.substr(0, colon).c_str(), &place.sin_addr) != 1) return false;
  socket_.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return ::connect(socket_.get(), reinterpret_cast<sockaddr*>(&place), sizeof place) == 0;
}

bool RuntimeClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool RuntimeClient::receive(std::string& head, std::string& body) {
  std::array<char, kReceiveBytes> buffer;
  std::size_t wanted =
      std::string::npos;  // Bytes of head and body; unknown until the head is here.
  while (input_.size() < wanted) {
    if (wanted == std::string::npos) {
      if (const auto end = input_.find("\r\n\r\n"); end != std::string::npos) {
        head = input_.substr(0, end);
        wanted = end + 4 + static_cast<std::size_t>(number_of(header_of(head, "Content-Length")));
        continue;
      }
    }
    const auto count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (count <= 0) return false;
    input_.append(buffer.data(), static_cast<std::size_t>(count));
  }
  body = input_.substr(head.size() + 4, wanted - head.size() - 4);
  input_.erase(0, wanted);
  return true;
}

std::optional<RuntimeEvent> RuntimeClient::next() {
  std::string head;
  RuntimeEvent event;
  if (!connect() ||
      !send(fmt::format("GET {}/invocation/next HTTP/1.1\r\nHost: {}\r\n\r\n", kRuntimePath,
                        address_)) ||
      !receive(head, event.payload)) {
    return std::nullopt;
  }
  event.request_id = header_of(head, "Lambda-Runtime-Aws-Request-Id");
  event.invoked_arn = header_of(head, "Lambda-Runtime-Invoked-Function-Arn");
  event.client_context = header_of(head, "Lambda-Runtime-Client-Context");
  event.trace_header = header_of(head, "Lambda-Runtime-Trace-Id");
  event.deadline_ms = number_of(header_of(head, "Lambda-Runtime-Deadline-Ms"));
  return event;
}

bool RuntimeClient::post(std::string_view path, std::string_view type, std::string_view body) {
  auto bytes = fmt::format(
      "POST {}/{} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n",
      kRuntimePath, path, address_, body.size());
  if (!type.empty()) bytes += fmt::format("Lambda-Runtime-Function-Error-Type: {}\r\n", type);
  bytes += "\r\n";
  bytes += body;
  std::string head;
  std::string answer;
  return connect() && send(bytes) && receive(head, answer);
}

bool RuntimeClient::respond(std::string_view request_id, std::string_view json) {
  return post(fmt::format("invocation/{}/response", request_id), {}, json);
}

bool RuntimeClient::fail(std::string_view request_id, std::string_view type,
                         std::string_view json) {
  return post(fmt::format("invocation/{}/error", request_id), type, json);
}

bool RuntimeClient::fail_init(std::string_view type, std::string_view json) {
  return post("init/error", type, json);
}

}  // namespace cumulite::functions
