#include "protocol/model/pattern.h"

#include <memory>
#include <mutex>
#include <regex>
#include <shared_mutex>
#include <unordered_map>

namespace cumulite::model {
namespace {

std::unique_ptr<const std::regex> compile(std::string_view pattern) {
  if (pattern.find("\\p{") != std::string_view::npos ||
      pattern.find("\\u") != std::string_view::npos) {
    return nullptr;
  }
  try {
    return std::make_unique<const std::regex>(pattern.begin(), pattern.end(),
                                              std::regex::ECMAScript | std::regex::optimize);
  } catch (const std::regex_error&) {
    return nullptr;
  }
}

/// Compiled patterns by the address of the model's text, which lives as long as the process.
class Cache {
 public:
  const std::regex* find(std::string_view pattern) {
    {
      const std::shared_lock lock(mutex_);
      if (const auto at = compiled_.find(pattern.data()); at != compiled_.end()) {
        return at->second.get();
      }
    }
    const std::unique_lock lock(mutex_);
    auto& slot = compiled_[pattern.data()];
    if (slot == nullptr) slot = compile(pattern);
    return slot.get();
  }

 private:
  std::shared_mutex mutex_;
  std::unordered_map<const char*, std::unique_ptr<const std::regex>> compiled_;
};

}  // namespace

bool matches_pattern(std::string_view pattern, std::string_view text) {
  static Cache cache;
  if (text.size() > kPatternTextMax) return true;
  const std::regex* regex = cache.find(pattern);
  return regex == nullptr || std::regex_match(text.begin(), text.end(), *regex);
}

}  // namespace cumulite::model
