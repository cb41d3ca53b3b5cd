#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

/// The binary form of services' rows: fields of a tag, a length and bytes. Absent fields cost
/// nothing, and a reader skips tags that it does not know, so that rows of an older build stay
/// readable.
namespace cumulite {

class FieldWriter {
 public:
  /// An empty text is not written.
  void text(std::uint8_t tag, std::string_view value);
  /// Written also when empty.
  void present(std::uint8_t tag, std::string_view value);
  /// Zero is not written.
  void number(std::uint8_t tag, std::uint64_t value);
  /// A pair of texts in one field.
  void pair(std::uint8_t tag, std::string_view first, std::string_view second);

  std::string take() { return std::move(bytes_); }

 private:
  void length(std::uint64_t value);

  std::string bytes_;
};

/// `while (reader.next()) switch (reader.tag()) ...`. Views live as long as the bytes.
class FieldReader {
 public:
  explicit FieldReader(std::string_view bytes) : rest_(bytes) {}

  /// Moves to the next field; throws storage::StorageError on a corrupt row.
  bool next();

  std::uint8_t tag() const { return tag_; }

  std::string_view text() const { return value_; }

  std::uint64_t number() const;
  std::pair<std::string, std::string> pair() const;

 private:
  std::string_view rest_;
  std::uint8_t tag_ = 0;
  std::string_view value_;
};

}  // namespace cumulite
