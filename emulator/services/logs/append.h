#pragma once

#include <vector>

#include "emulator/core/environment.h"
#include "emulator/services/logs/function_logs.h"
#include "emulator/services/logs/keys.h"
#include "storage/kv/store.h"

namespace cumulite::logs {

/// Appends lines to a stream, in a transaction over stream_domains. False: there is no such stream.
bool append_lines(storage::Txn& txn, const GroupRef& group, std::string_view stream,
                  const std::vector<LogLine>& lines, std::int64_t now_ms);

}  // namespace cumulite::logs
