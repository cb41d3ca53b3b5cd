#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "emulator/core/environment.h"
#include "emulator/core/received_body.h"
#include "protocol/http/request.h"
#include "protocol/http/response.h"
#include "protocol/result.h"
#include "protocol/route/route.h"

namespace cumulite {

class Service;

/// Who calls, as far as the mode of authentication lets us know.
struct Caller {
  std::string account_id;
  std::string region;
  std::string access_key_id;      ///< Empty: anonymous.
  std::string canonical_user_id;  ///< S3's owner id of the account.
  std::string display_name;
  bool anonymous = false;
};

/// A handler's answer when what it waits for is not there: it has written nothing, and is run again
/// when `topic` is notified or the time comes.
struct Wait {
  std::string topic;
  std::int64_t deadline_ms =
      0;  ///< Virtual time; the real wait is bounded by the same span of real time.
};

/// Return type of handlers that may wait.
template <class Out>
using WaitOr = std::variant<Out, Wait>;

/// One call of an operation, as its handler sees it.
struct Context {
  Environment& env;
  Service&
      service;  ///< The called service: its folder has a function that casts it to its own type.
  const Caller& caller;
  const http::Request& request;
  std::string_view request_id;
  std::int64_t now_ms;  ///< The account's virtual time; read once, the same through the whole call.
  std::int64_t started_ms;   ///< now_ms of the first run, for handlers that wait and are run again.
  bool final_try;            ///< Must answer: do not wait again.
  ReceivedBody* body;        ///< Streaming operations only, else null.
  http::Response& response;  ///< For extra headers, `stream`, and a status other than the model's.
  /// Labels of the URI, and whether the host was S3's website endpoint. Null in direct test calls.
  const route::Route* route = nullptr;

  /// "arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE" of the caller's region and account.
  std::string arn(std::string_view service_name, std::string_view resource) const;
  /// Scheme and host by which the client reached us: "http://localhost:4566".
  std::string client_url() const;
};

}  // namespace cumulite
