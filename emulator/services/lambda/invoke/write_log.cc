#include "emulator/services/lambda/invoke/write_log.h"

#include <string_view>
#include <vector>

#include "emulator/services/logs/function_logs.h"

namespace cumulite::lambda {

void write_log(Environment& env, const functions::LogChunk& chunk) {
  std::vector<logs::LogLine> lines;
  for (std::string_view rest = chunk.text; !rest.empty();) {
    const auto end = rest.find('\n');
    const auto size = end == std::string_view::npos ? rest.size() : end + 1;
    if (size > 1) lines.push_back({chunk.now_ms, std::string(rest.substr(0, size))});
    rest.remove_prefix(size);
  }
  logs::write_log_lines(env, {chunk.account, chunk.region, chunk.group, chunk.stream}, lines);
}

}  // namespace cumulite::lambda
