#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "emulator/services/dynamodb/item/value.h"

/// Items as Amazon Ion text, as exports write and imports read them: numbers are decimals, binaries
/// blobs, sets lists annotated with $dynamodb_SS, $dynamodb_NS, $dynamodb_BS.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
namespace cumulite::dynamodb {

void append_ion(const AttributeValue& value, std::string& out);
/// The attributes as a struct.
void append_ion(const Item& item, std::string& out);

/// Reads the values of an Ion text one after the other. What DynamoDB has no type for (timestamps,
/// lobs of text, infinities) is refused.
class IonReader {
 public:
  explicit IonReader(std::string_view text) : rest_(text) {}

  /// False at the end of the text; version markers are skipped. Throws MalformedInput, after which
  /// the reader is of no use.
  bool next(AttributeValue& value);

  /// What was not read yet.
  std::string_view rest() const { return rest_; }

 private:
  void skip_blank();
  bool take(std::string_view text);

  char peek() const { return rest_.empty() ? '\0' : rest_.front(); }

  [[noreturn]] static void fail(std::string_view what);

  AttributeValue read_value(int depth);
  AttributeValue read_unannotated(int depth);
  AttributeValue read_list(int depth);
  AttributeValue read_struct(int depth);
  AttributeValue read_blob();
  AttributeValue read_number();
  AttributeValue read_word(std::string word);
  std::string read_quoted(char quote);
  std::string read_long_string();
  void read_escape(std::string& out);
  std::string read_symbol();
  static AttributeValue as_set(std::string_view annotation, AttributeValue list);

  std::string_view rest_;
};

}  // namespace cumulite::dynamodb
