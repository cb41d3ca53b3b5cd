#include "emulator/services/dynamodb/expression/parser.h"

#include <functional>
#include <unordered_map>

#include <fmt/format.h>

#include "emulator/services/dynamodb/errors.h"

namespace cumulite::dynamodb::expression {
namespace {

struct TextHash {
  using is_transparent = void;

  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

/// Parsed texts of one grammar and thread. Dropped whole when it is full: the few texts in use come
/// back at once.
template <class Parsed>
class Cache {
 public:
  static constexpr std::size_t kEntriesMax = 256;

  std::shared_ptr<const Parsed> get(std::string_view text, Parsed (*read)(std::string_view)) {
    const auto found = entries_.find(text);
    if (found != entries_.end()) return found->second;
    if (entries_.size() >= kEntriesMax) entries_.clear();
    auto parsed = std::make_shared<const Parsed>(read(text));
    entries_.emplace(std::string(text), parsed);
    return parsed;
  }

 private:
  std::unordered_map<std::string, std::shared_ptr<const Parsed>, TextHash, std::equal_to<>>
      entries_;
};

template <class Parsed>
Result<std::shared_ptr<const Parsed>> parse(std::string_view parameter, std::string_view text,
                                            Parsed (*read)(std::string_view)) {
  thread_local Cache<Parsed> cache;
  if (text.empty()) {
    return errors::validation(
        fmt::format("Invalid {}: The expression can not be empty;", parameter));
  }
  if (text.size() > kExpressionBytesMax) {
    // Only of an update the size is not told.
    return errors::validation(fmt::format(
        "Invalid {}: Expression size has exceeded the maximum allowed size;{}", parameter,
        parameter == "UpdateExpression" ? std::string{}
                                        : fmt::format(" expression size: {}", text.size())));
  }
  auto parsed = cache.get(text, read);
  if (parsed->fault) {
    return errors::validation(fmt::format("Invalid {}: {}", parameter, *parsed->fault));
  }
  return parsed;
}

}  // namespace

Result<std::shared_ptr<const ParsedCondition>> parse_condition(std::string_view parameter,
                                                               std::string_view text) {
  return parse<ParsedCondition>(parameter, text, &read_condition);
}

Result<std::shared_ptr<const ParsedUpdate>> parse_update(std::string_view text) {
  return parse<ParsedUpdate>("UpdateExpression", text, &read_update);
}

Result<std::shared_ptr<const ParsedProjection>> parse_projection(std::string_view text) {
  return parse<ParsedProjection>("ProjectionExpression", text, &read_projection);
}

}  // namespace cumulite::dynamodb::expression
