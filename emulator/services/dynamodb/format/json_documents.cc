#include "emulator/services/dynamodb/format/json_documents.h"

#include "emulator/services/dynamodb/format/compression.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::size_t kDocumentReadBytes = 64 * 1024;
// An item of 400 KB whose bytes are all escaped or base64 is shorter than this.
constexpr std::size_t kDocumentBytesMax = 16 * 1024 * 1024;

/// Follows the braces of an object, which do not count within strings.
class Braces {
 public:
  /// True for the brace that closes the object.
  bool close(char c) {
    if (in_string_) {
      if (escaped_) {
        escaped_ = false;
      } else if (c == '\\') {
        escaped_ = true;
      } else if (c == '"') {
        in_string_ = false;
      }
      return false;
    }
    if (c == '"') in_string_ = true;
    if (c == '{') ++depth_;
    return c == '}' && --depth_ == 0;
  }

 private:
  std::size_t depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
};

}  // namespace

bool JsonDocumentReader::fill() {
  buffer_.erase(0, at_);
  at_ = 0;
  const std::size_t had = buffer_.size();
  buffer_.resize(had + kDocumentReadBytes);
  buffer_.resize(had + source_.read(buffer_.data() + had, kDocumentReadBytes));
  return buffer_.size() > had;
}

bool JsonDocumentReader::skip_space() {
  while (true) {
    at_ = buffer_.find_first_not_of(" \t\r\n", at_);
    if (at_ != std::string::npos) return true;
    at_ = buffer_.size();
    if (!fill()) return false;
  }
}

bool JsonDocumentReader::next(std::string& document) {
  if (!skip_space()) return false;
  if (buffer_[at_] != '{') throw MalformedInput("The object is not a sequence of JSON objects");
  Braces braces;
  for (std::size_t length = 1;; ++length) {
    if (length > kDocumentBytesMax)
      throw MalformedInput("A document is longer than an item can be");
    if (at_ + length > buffer_.size() && !fill()) {
      throw MalformedInput("The object ends within a document");
    }
    if (!braces.close(buffer_[at_ + length - 1])) continue;
    document.assign(buffer_, at_, length);
    at_ += length;
    return true;
  }
}

}  // namespace cumulite::dynamodb
