#pragma once

#include <optional>
#include <string>
#include <vector>

#include "protocol/error.h"

namespace cumulite::dynamodb {

/// Why one action of a transaction stopped it; "None" for one that did not.
struct CancellationReason {
  std::string code = "None";
  std::string message = {};
  std::string item_json = {};
};

/// The reason for an action's error: a failed condition, or a validation error.
CancellationReason reason_of(const Error& error);

/// TransactionCanceledException with its reasons, one an action.
Error transaction_canceled(const std::vector<CancellationReason>& reasons);

}  // namespace cumulite::dynamodb
