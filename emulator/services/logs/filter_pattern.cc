#include "emulator/services/logs/filter_pattern.h"

#include <algorithm>
#include <cctype>

#include "emulator/services/logs/errors.h"
#include "emulator/services/logs/json_filter.h"

namespace cumulite::logs {
namespace {

bool contains(std::string_view message, const std::string& term) {
  return message.find(term) != std::string_view::npos;
}

bool is_space(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0;
}

void skip_spaces(std::string_view& text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
}

/// Takes a word, or what stands between quotation marks, off the front.
Result<std::string> take_term(std::string_view& text) {
  std::string term;
  if (!text.starts_with('"')) {
    while (!text.empty() && !is_space(text.front())) {
      // Anything but letters, digits and underscores has to be quoted.
      const char c = text.front();
      if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_' && (c & '\x80') == 0) {
        return errors::invalid_pattern();
      }
      term.push_back(c);
      text.remove_prefix(1);
    }
    return term;
  }
  text.remove_prefix(1);
  while (!text.empty() && text.front() != '"') {
    if (text.front() == '\\' && text.size() > 1) text.remove_prefix(1);
    term.push_back(text.front());
    text.remove_prefix(1);
  }
  if (text.empty()) return errors::invalid_pattern();
  text.remove_prefix(1);
  return term;
}

}  // namespace

Result<FilterPattern> FilterPattern::parse(std::string_view text) {
  FilterPattern pattern;
  skip_spaces(text);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  if (text.starts_with('[') || text.starts_with('%')) {
    return not_implemented("of filter patterns by columns or regular expressions");
  }
  if (text.starts_with('{')) {
    CUMULITE_ASSIGN(pattern.json_, JsonFilter::parse(text));
    return pattern;
  }
  CUMULITE_TRY(pattern.add_terms(text));
  return pattern;
}

Result<void> FilterPattern::add_terms(std::string_view text) {
  while (!text.empty()) {
    std::vector<std::string>* kind = &required_;
    if (text.front() == '-') kind = &excluded_;
    if (text.front() == '?') kind = &optional_;
    if (kind != &required_) text.remove_prefix(1);
    CUMULITE_ASSIGN(std::string term, take_term(text));
    if (term.empty()) return errors::invalid_pattern();
    kind->push_back(std::move(term));
    skip_spaces(text);
  }
  return {};
}

bool FilterPattern::matches(std::string_view message) const {
  if (json_) return json_->matches(message);
  const auto found = [&](const std::string& term) { return contains(message, term); };
  if (std::any_of(excluded_.begin(), excluded_.end(), found)) return false;
  if (!std::all_of(required_.begin(), required_.end(), found)) return false;
  if (optional_.empty() || !required_.empty()) return true;
  return std::any_of(optional_.begin(), optional_.end(), found);
}

}  // namespace cumulite::logs
