#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/result.h"

namespace cumulite::functions {

/// Reads members of one JSON object, remembering the first complaint and which names were asked
/// for, so that an unknown member (a misspelt one) is refused too. Errors: `ValidationException`.
class Members {
 public:
  static Result<Members> parse(std::string_view json);
  ~Members();
  Members(Members&& other) noexcept;
  Members& operator=(Members&& other) noexcept;

  std::string text(const char* name, std::string fallback = {});
  std::int64_t number(const char* name, std::int64_t fallback, std::int64_t min, std::int64_t max);
  bool flag(const char* name, bool fallback);
  std::vector<std::string> texts(const char* name);
  std::vector<std::pair<std::string, std::string>> map(const char* name);

  void complain(std::string_view member, std::string_view rule);
  Result<void> finish();

 private:
  struct Document;

  explicit Members(std::unique_ptr<Document> document);

  std::unique_ptr<Document> document_;
  std::vector<std::string> asked_;
  Error problem_;
};

}  // namespace cumulite::functions
