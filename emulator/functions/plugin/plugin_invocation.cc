#include "emulator/functions/plugin/plugin_invocation.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>
#include <utility>

#include <fmt/format.h>

#include "emulator/clock/clock.h"
#include "emulator/functions/failure.h"
#include "protocol/checksum/checksum.h"
#include "protocol/codec/json_document.h"
#include "protocol/http/client.h"
#include "protocol/sigv4/signer.h"

namespace cumulite::functions {
namespace {

constexpr std::size_t kAnswerBytesMax = std::size_t{1} << 30;  // Its memory limit comes first.
constexpr std::int64_t kInitCallMs = 10'000;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

void write_line(std::string_view text) {
  auto line = std::string(text) + "\n";
  for (std::string_view rest = line; !rest.empty();) {
    const auto count = ::write(STDERR_FILENO, rest.data(), rest.size());
    if (count <= 0) return;  // Nobody reads the log any more.
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
}

std::string_view host_of(std::string_view url) {
  constexpr std::string_view kMark = "://";
  if (const auto at = url.find(kMark); at != std::string_view::npos)
    url.remove_prefix(at + kMark.size());
  return url.substr(0, url.find('/'));
}

/// The request as it goes on the wire, signed with the function's credentials.
http::ClientRequest signed_request(const PluginSurroundings& surroundings,
                                   const cumulite_request& request) {
  http::ClientRequest call;
  call.method = request.method;
  call.url = surroundings.endpoint_url + request.target;
  if (request.body.data != nullptr) call.body.assign(request.body.data, request.body.size);
  call.headers.emplace_back("Host", host_of(surroundings.endpoint_url));
  for (auto* header = request.headers; header != nullptr && *header != nullptr; header += 2)
    call.headers.emplace_back(header[0], header[1]);
  sigv4::SignInput input;
  input.method = call.method;
  input.target = request.target;
  input.headers = call.headers;
  input.payload_hash = checksum::hex(checksum::digest(checksum::Algorithm::kSha256, call.body));
  input.region = surroundings.region;
  input.service = request.service;
  input.now_ms = real_now_ms();
  for (auto& header :
       sigv4::sign_request(input, {surroundings.access_key_id, surroundings.secret_access_key, ""}))
    call.headers.push_back(std::move(header));
  return call;
}

}  // namespace

PluginSurroundings PluginSurroundings::of_environment() {
  PluginSurroundings found;
  found.function_name = variable("AWS_LAMBDA_FUNCTION_NAME");
  found.function_version = variable("AWS_LAMBDA_FUNCTION_VERSION");
  found.memory_mb = static_cast<std::uint32_t>(
      std::strtoul(variable("AWS_LAMBDA_FUNCTION_MEMORY_SIZE").c_str(), nullptr, 10));
  found.endpoint_url = variable("AWS_ENDPOINT_URL");
  found.region = variable("AWS_REGION");
  found.access_key_id = variable("AWS_ACCESS_KEY_ID");
  found.secret_access_key = variable("AWS_SECRET_ACCESS_KEY");
  return found;
}

PluginInvocation::PluginInvocation(const PluginSurroundings& surroundings,
                                   const RuntimeEvent& event)
    : surroundings_(surroundings), event_(event) {
  context_.abi = CUMULITE_PLUGIN_ABI;
  context_.memory_mb = surroundings.memory_mb;
  context_.request_id = event.request_id.c_str();
  context_.invoked_function_arn = event.invoked_arn.c_str();
  context_.function_name = surroundings.function_name.c_str();
  context_.function_version = surroundings.function_version.c_str();
  context_.client_context = event.client_context.c_str();
  context_.trace_id = event.trace_header.c_str();
  context_.deadline_ms = event.deadline_ms;
  context_.host = this;
  context_.log = [](const cumulite_context*, const char* text, std::size_t size) {
    write_line({text, size});
  };
  context_.result = [](const cumulite_context* context, const char* json, std::size_t size) {
    of(context).result_.assign(json, size);
  };
  context_.error = [](const cumulite_context* context, const char* type, const char* message) {
    of(context).fail(type, message);
  };
  context_.call = [](const cumulite_context* context, const cumulite_request* request,
                     cumulite_response* response) { return of(context).call(*request, *response); };
}

bool PluginInvocation::fail(std::string type, std::string message) {
  error_type_ = std::move(type);
  error_message_ = std::move(message);
  return false;
}

/// What leaves the plugin by an exception is the same failure as one that it returns.
template <class Function>
bool PluginInvocation::run(Function&& function) {
  try {
    const int status = function();
    std::fflush(stdout);  // What it printed is of this invocation.
    if (status != 0 && error_type_.empty())
      return fail("Runtime.PluginError", fmt::format("The plugin returned {}", status));
  } catch (const std::bad_alloc&) {
    return fail("Runtime.OutOfMemory",
                fmt::format("The plugin needs more than its {} MB", surroundings_.memory_mb));
  } catch (const std::exception& failure) {
    return fail("Runtime.PluginException", failure.what());
  } catch (...) {
    return fail("Runtime.PluginException", "The plugin threw what is no std::exception");
  }
  return error_type_.empty();
}

bool PluginInvocation::initialize(const PluginLibrary& library) {
  return run([&] { return library.init(context_); });
}

bool PluginInvocation::handle(const PluginLibrary& library) {
  if (!run([&] { return library.handle(context_, event_.payload); })) return false;
  if (!nlohmann::json::accept(result_))
    return fail("Runtime.InvalidResult", "The plugin's result is no JSON document");
  return true;
}

std::string PluginInvocation::error_json() const {
  return failure_json(error_type_, error_message_);
}

int PluginInvocation::call(const cumulite_request& request, cumulite_response& response) {
  auto outgoing = signed_request(surroundings_, request);
  outgoing.response_bytes_max = kAnswerBytesMax;
  outgoing.timeout_ms = event_.deadline_ms == 0
                            ? kInitCallMs
                            : std::max<std::int64_t>(1, event_.deadline_ms - real_now_ms());
  auto answered = http::call(outgoing);
  auto& kept = answers_.emplace_back();
  kept.body = answered.ok() ? std::move(answered->body) : answered.error().message;
  if (answered.ok()) kept.headers = std::move(answered->headers);
  for (const auto& [name, value] : kept.headers) {
    kept.header_texts.push_back(name.c_str());
    kept.header_texts.push_back(value.c_str());
  }
  kept.header_texts.push_back(nullptr);
  response.status = answered.ok() ? answered->status : 0;
  response.headers = kept.header_texts.data();
  response.body = {kept.body.data(), kept.body.size()};
  return answered.ok() ? 0 : 1;
}

}  // namespace cumulite::functions
