#include "protocol/codec/json_reader.h"

#include <simdjson.h>

#include <cmath>
#include <cstring>
#include <memory>
#include <string>

#include "protocol/codec/base64.h"
#include "protocol/codec/json_errors.h"
#include "protocol/codec/scalar.h"
#include "protocol/codec/timestamp.h"

namespace cumulite::codec {
namespace {

using model::Kind;
using model::Member;
using model::Shape;
using model::TimestampFormat;
using simdjson::dom::element;
using simdjson::dom::element_type;

/// Buffers above this are given back after use, so that one large body does not pin its size.
constexpr std::size_t kKeptBufferBytes = std::size_t{1} << 20;

/// Text with the padding behind it that simdjson reads over, reused by the thread.
class PaddedBuffer {
 public:
  const char* fill(std::string_view text) {
    if (text.size() > capacity_) {
      capacity_ = text.size() + text.size() / 2;
      bytes_ = std::make_unique<char[]>(capacity_ + simdjson::SIMDJSON_PADDING);
    }
    if (bytes_ == nullptr) return "";
    std::memcpy(bytes_.get(), text.data(), text.size());
    std::memset(bytes_.get() + text.size(), ' ', simdjson::SIMDJSON_PADDING);
    return bytes_.get();
  }

  void trim() {
    if (capacity_ <= kKeptBufferBytes) return;
    bytes_.reset();
    capacity_ = 0;
  }

  bool large() const { return capacity_ > kKeptBufferBytes; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0;
};

std::string_view java_type(const Shape& shape) {
  switch (shape.kind) {
    case Kind::kBoolean:
      return "Boolean";
    case Kind::kInteger:
      return "Integer";
    case Kind::kLong:
      return "Long";
    case Kind::kFloat:
      return "Float";
    case Kind::kDouble:
      return "Double";
    case Kind::kTimestamp:
      return "Date";
    default:
      return "String";
  }
}

class JsonReader {
 public:
  explicit JsonReader(const JsonReadOptions& options) : options_(options) {}

  /// The whole document.
  Result<void> document(const element& json, const Shape& shape, void* value) {
    if (shape.kind != Kind::kStructure) {
      return read(json, shape, TimestampFormat::kDefault, JsonPlace::kElement, value);
    }
    return structure(json, shape, options_.body_only, JsonPlace::kElement, value);
  }

 private:
  Result<void> structure(const element& json, const Shape& shape, bool body_only, JsonPlace place,
                         void* value) {
    if (json.type() != element_type::OBJECT) {
      if (json.type() != element_type::ARRAY) return expected_structure(place);
      return unrecognized_collection("class " + std::string(options_.type_prefix) +
                                     std::string(shape.name));
    }
    const simdjson::dom::object object = json.get_object().value_unsafe();
    std::size_t hint = 0;
    for (const auto field : object) {
      const Member* member = find(shape, field.key, hint);
      if (member == nullptr || field.value.is_null()) continue;
      if (body_only && member->location != model::Location::kBody) continue;
      if (member->event_stream) continue;
      void* inner = member->ops->emplace(static_cast<char*>(value) + member->offset);
      CUMULITE_TRY(
          read(field.value, *member->shape, member->timestamp_format, JsonPlace::kMember, inner));
    }
    return {};
  }

  Result<void> read(const element& json, const Shape& shape, TimestampFormat format,
                    JsonPlace place, void* value) {
    switch (shape.kind) {
      case Kind::kStructure:
        return structure(json, shape, false, place, value);
      case Kind::kList:
        return list(json, shape, place, value);
      case Kind::kMap:
        return map(json, shape, place, value);
      case Kind::kCustom:
        return custom(json, shape, place, value);
      default:
        break;
    }
    if (json.type() == element_type::OBJECT) return unexpected_structure();
    if (json.type() == element_type::ARRAY) {
      return unrecognized_collection(shape.kind == Kind::kBlob
                                         ? "class java.nio.ByteBuffer"
                                         : "class java.lang." + std::string(java_type(shape)));
    }
    return scalar(json, shape, format, value);
  }

  /// Clients write members in the model's order or sorted: the search goes on from the last hit.
  static const Member* find(const Shape& shape, std::string_view name, std::size_t& hint) {
    const std::size_t count = shape.members.size();
    for (std::size_t step = 0; step < count; ++step) {
      const std::size_t at = hint + step < count ? hint + step : hint + step - count;
      if (shape.members[at].wire_name == name) {
        hint = at + 1 < count ? at + 1 : 0;
        return &shape.members[at];
      }
    }
    return nullptr;
  }

  Result<void> list(const element& json, const Shape& shape, JsonPlace place, void* value) {
    if (json.type() == element_type::OBJECT) return unexpected_structure();
    if (json.type() != element_type::ARRAY) return expected_collection(place);
    const simdjson::dom::array array = json.get_array().value_unsafe();
    for (const auto item : array) {
      if (item.is_null()) continue;
      CUMULITE_TRY(read(item, *shape.element, TimestampFormat::kDefault, JsonPlace::kElement,
                        shape.list->append(value)));
    }
    return {};
  }

  /// The class of a map's values, as the service's own code calls it.
  std::string java_class(const Shape& shape) const {
    if (shape.kind == Kind::kList) return "java.util.List<" + java_class(*shape.element) + ">";
    const bool made = shape.kind == Kind::kStructure || shape.kind == Kind::kCustom;
    if (!made) return "java.lang." + std::string(java_type(shape));
    return std::string(options_.type_prefix) + std::string(shape.name);
  }

  Result<void> map(const element& json, const Shape& shape, JsonPlace place, void* value) {
    if (json.type() == element_type::ARRAY) {
      return unrecognized_collection("java.util.Map<java.lang.String, " +
                                     java_class(*shape.element) + ">");
    }
    if (json.type() != element_type::OBJECT) return expected_collection(place);
    const simdjson::dom::object object = json.get_object().value_unsafe();
    for (const auto field : object) {
      if (field.value.is_null()) continue;
      CUMULITE_TRY(read(field.value, *shape.element, TimestampFormat::kDefault, JsonPlace::kElement,
                        shape.map->append(value, std::string(field.key))));
    }
    return {};
  }

  Result<void> custom(const element& json, const Shape& shape, JsonPlace place, void* value) {
    const bool nested = json.type() == element_type::OBJECT || json.type() == element_type::ARRAY;
    if (!nested) return expected_structure(place);
    return shape.custom->read_json(&json, value);
  }

  Result<void> scalar(const element& json, const Shape& shape, TimestampFormat format,
                      void* value) {
    const bool is_text = json.type() == element_type::STRING;
    if (is_text && shape.kind == Kind::kString) {
      static_cast<std::string*>(value)->assign(json.get_string().value_unsafe());
      return {};
    }
    if (shape.kind == Kind::kBlob) {
      if (!is_text) return blob_not_text();
      auto bytes = base64_decode(json.get_string().value_unsafe());
      if (!bytes) return bad_base64(json.get_string().value_unsafe());
      *static_cast<std::string*>(value) = std::move(*bytes);
      return {};
    }
    if (is_text) return from_text(json.get_string().value_unsafe(), shape, format, value);
    if (!from_token(json, shape, value))
      return not_convertible(token_name(&json), java_type(shape));
    return {};
  }

  Result<void> from_text(std::string_view text, const Shape& shape, TimestampFormat format,
                         void* value) {
    const bool special =
        shape.kind == Kind::kFloat || shape.kind == Kind::kDouble || shape.kind == Kind::kTimestamp;
    if (special || options_.lenient_scalars) {
      const auto used = timestamp_format(format, shape, TimestampFormat::kUnix);
      if (parse_scalar(shape, used, text, value)) return {};
    }
    if (shape.kind == Kind::kBoolean) {
      const auto meant = boolean_of(text);
      if (!meant) return unexpected_token();
      *static_cast<bool*>(value) = *meant;
      return {};
    }
    return not_convertible("STRING_VALUE", java_type(shape));
  }

  /// A number or a boolean into a shape that is not text.
  static bool from_token(const element& json, const Shape& shape, void* value) {
    if (json.type() == element_type::BOOL) {
      if (shape.kind != Kind::kBoolean) return false;
      *static_cast<bool*>(value) = json.get_bool().value_unsafe();
      return true;
    }
    switch (shape.kind) {
      case Kind::kInteger:
        return integer<std::int32_t>(json, value);
      case Kind::kLong:
        return integer<std::int64_t>(json, value);
      case Kind::kFloat:
      case Kind::kDouble:
        *static_cast<double*>(value) = number(json);
        return true;
      case Kind::kTimestamp:
        return epoch(number(json), value);
      default:
        return false;
    }
  }

  static double number(const element& json) { return json.get_double().value_unsafe(); }

  /// AWS truncates a decimal that is sent for an integer.
  template <class T>
  static bool integer(const element& json, void* value) {
    if (json.type() == element_type::INT64) {
      const std::int64_t whole = json.get_int64().value_unsafe();
      if (whole < std::numeric_limits<T>::min() || whole > std::numeric_limits<T>::max()) {
        return false;
      }
      *static_cast<T*>(value) = static_cast<T>(whole);
      return true;
    }
    if (json.type() != element_type::DOUBLE) return false;
    const double decimal = std::trunc(number(json));
    constexpr double kLimit = sizeof(T) == 4 ? 0x1p31 : 0x1p63;
    if (!(decimal >= -kLimit && decimal < kLimit)) return false;
    *static_cast<T*>(value) = static_cast<T>(decimal);
    return true;
  }

  static bool epoch(double seconds, void* value) {
    std::string text;
    append_double(seconds, text);
    const auto time = parse_epoch(text);
    if (time) *static_cast<model::Timestamp*>(value) = *time;
    return time.has_value();
  }

  const JsonReadOptions& options_;
};

}  // namespace

Result<void> read_json(std::string_view text, const Shape& shape, const JsonReadOptions& options,
                       void* value) {
  thread_local simdjson::dom::parser parser;
  thread_local PaddedBuffer buffer;
  simdjson::dom::element root;
  const auto failure = parser.parse(buffer.fill(text), text.size(), false).get(root);
  Result<void> result;
  if (failure != simdjson::SUCCESS) {
    result = serialization_error("");
  } else {
    JsonReader reader(options);
    result = reader.document(root, shape, value);
  }
  if (buffer.large()) {
    parser = simdjson::dom::parser();
    buffer.trim();
  }
  return result;
}

}  // namespace cumulite::codec
