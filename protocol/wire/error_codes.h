#pragma once

#include <string_view>

#include "protocol/error.h"
#include "protocol/model/operation.h"

/// What the wire needs to know of an error's code beyond the model: names in the two protocols of a
/// service, and statuses of codes that the model does not list.
namespace cumulite::wire {

struct ErrorInfo {
  int status = 400;
  bool receiver_fault = false;
  std::string_view json_name;   ///< In `__type`, without the prefix.
  std::string_view query_code;  ///< In a Query answer's <Code>.
  /// In a Query answer's <Message>, where it is not that of the error.
  std::string_view query_message = {};
  /// JSON: the member that carries the message.
  std::string_view message_name = "message";
};

/// Looks an error up by its code, which may be the shape's name or either wire code.
/// The views live as long as `error`.
ErrorInfo describe_error(const model::ServiceModel& service, const Error& error);

}  // namespace cumulite::wire
