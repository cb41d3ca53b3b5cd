#pragma once

#include <string>

#include "protocol/http/response.h"

namespace cumulite::dynamodb {

/// Cuts a text into the JSON objects that follow each other in it, with white space between them or
/// none. Each may span lines. What is between the braces is not looked at: it may be no JSON.
class JsonDocumentReader {
 public:
  explicit JsonDocumentReader(http::BodySource& source) : source_(source) {}

  /// False at the end. Throws MalformedInput where no object begins, where the text ends within
  /// one, and for one that is longer than an item can be.
  bool next(std::string& document);

 private:
  bool skip_space();
  bool fill();

  http::BodySource& source_;
  std::string buffer_;
  std::size_t at_ = 0;
};

}  // namespace cumulite::dynamodb
