#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/result.h"

/// The tables that describe the API structs at run time. The generator writes one `Shape` for each
/// shape of a service's model; readers, writers and the validator walk them, so that each wire
/// format is one engine for every service.
namespace cumulite::model {

/// A point in time as the API carries it; which text it becomes is the member's business.
struct Timestamp {
  std::int64_t ms = 0;  ///< Milliseconds since 1970-01-01T00:00:00Z.
  friend bool operator==(const Timestamp&, const Timestamp&) = default;
};

/// Storage of a member whose shape contains itself: a copyable, nullable pointer.
template <class T>
class Box {
 public:
  Box() = default;

  Box(T value)
      : pointer_(std::make_unique<T>(std::move(value))) {}  // NOLINT: implicit like optional

  Box(const Box& other) : pointer_(other ? std::make_unique<T>(*other) : nullptr) {}

  Box(Box&&) noexcept = default;

  Box& operator=(Box other) noexcept {
    pointer_.swap(other.pointer_);
    return *this;
  }

  ~Box() = default;

  explicit operator bool() const { return pointer_ != nullptr; }

  bool has_value() const { return pointer_ != nullptr; }

  T& operator*() const { return *pointer_; }

  T* operator->() const { return pointer_.get(); }

  T& emplace() {
    pointer_ = std::make_unique<T>();
    return *pointer_;
  }

  void reset() { pointer_.reset(); }

 private:
  std::unique_ptr<T> pointer_;
};

/// C++ types: kBoolean bool; kInteger int32_t; kLong int64_t; kFloat, kDouble double; kString and
/// kBlob std::string (a blob's raw bytes); kTimestamp Timestamp; kList std::vector<T>; kMap
/// std::vector<std::pair<std::string, T>> in wire order; kStructure the generated struct;
/// kCustom a hand-written type with a CustomCodec.
enum class Kind : std::uint8_t {
  kBoolean,
  kInteger,
  kLong,
  kFloat,
  kDouble,
  kString,
  kBlob,
  kTimestamp,
  kList,
  kMap,
  kStructure,
  kCustom,
};

enum class Location : std::uint8_t {
  kBody,
  kHeader,
  kHeaders /* a map of headers with a prefix */,
  kUri,
  kQuery,
  kStatusCode,
};

enum class TimestampFormat : std::uint8_t { kDefault, kIso8601, kRfc822, kUnix };

/// How to reach a member's optional (or Box) without knowing its type.
struct OptionalOps {
  void* (*emplace)(void* storage);          ///< Makes a default value; returns it.
  const void* (*get)(const void* storage);  ///< The value, or null if absent.
  void (*reset)(void* storage);
};

struct ListOps {
  void* (*append)(void* list);  ///< Appends a default element; returns it.
  std::size_t (*size)(const void* list);
  const void* (*at)(const void* list, std::size_t index);
};

struct MapOps {
  void* (*append)(void* map,
                  std::string key);  ///< Appends; does not look for an earlier equal key.
  std::size_t (*size)(const void* map);
  const std::string& (*key)(const void* map, std::size_t index);
  const void* (*value)(const void* map, std::size_t index);
};

/// A hand-written JSON form. `element` is a `const simdjson::dom::element*`.
struct CustomCodec {
  Result<void> (*read_json)(const void* element, void* value);
  void (*write_json)(const void* value, std::string& out);
};

struct Shape;

struct Member {
  std::string_view name;       ///< The model's name, and the C++ member's ("_" after a keyword).
  std::string_view wire_name;  ///< locationName, or the name.
  const Shape* shape;
  std::uint32_t offset;  ///< Of the optional in the struct.
  const OptionalOps* ops;
  Location location = Location::kBody;
  TimestampFormat timestamp_format = TimestampFormat::kDefault;
  bool required = false;
  bool flattened = false;
  bool xml_attribute = false;
  bool streaming = false;  ///< Body bytes do not go through the struct.
  bool event_stream = false;
  bool idempotency_token = false;
  bool json_value = false;         ///< A JSON document, base64 encoded in a header.
  bool has_location_name = false;  ///< The model set locationName explicitly.
  bool event_payload = false;
  std::string_view xml_namespace = {};         ///< URI.
  std::string_view xml_namespace_prefix = {};  ///< "xsi".
};

struct Shape {
  Kind kind;
  std::string_view name;
  std::span<const Member> members = {};  ///< kStructure.
  const Member* payload = nullptr;       ///< kStructure: the member that is the whole body.
  bool is_union = false;
  bool is_event = false;

  const Shape* element = nullptr;      ///< kList: elements; kMap: values.
  const Shape* key = nullptr;          ///< kMap.
  std::string_view element_name = {};  ///< kList: member's locationName, else empty ("member").
  std::string_view key_name = {};      ///< kMap: else empty ("key").
  std::string_view value_name = {};    ///< kMap: else empty ("value").
  bool flattened = false;
  const ListOps* list = nullptr;
  const MapOps* map = nullptr;
  const CustomCodec* custom = nullptr;
  TimestampFormat timestamp_format = TimestampFormat::kDefault;

  bool has_min = false;
  bool has_max = false;
  std::int64_t min = 0;  ///< Length of text, list or map; value of a number.
  std::int64_t max = 0;
  std::string_view pattern = {};
  std::span<const std::string_view> enum_values = {};
  bool sensitive = false;
  std::string_view xml_namespace = {};
  std::string_view location_name = {};  ///< Root element name that the model gives the shape.
  std::string_view query_name = {};  ///< kList, kMap: name in Query where the JSON model lost it.
  bool constrained = false;  ///< It or something below it has a constraint that validation checks.
};

template <class T>
inline constexpr OptionalOps kOptionalOps = {
    [](void* storage) -> void* { return &static_cast<T*>(storage)->emplace(); },
    [](const void* storage) -> const void* {
      const auto& value = *static_cast<const T*>(storage);
      return value ? static_cast<const void*>(&*value) : nullptr;
    },
    [](void* storage) { static_cast<T*>(storage)->reset(); }};

template <class T>
inline constexpr ListOps kListOps = {
    [](void* list) -> void* { return &static_cast<std::vector<T>*>(list)->emplace_back(); },
    [](const void* list) { return static_cast<const std::vector<T>*>(list)->size(); },
    [](const void* list, std::size_t index) -> const void* {
      return &(*static_cast<const std::vector<T>*>(list))[index];
    }};

/// Element of a list of booleans: std::vector<bool> has no addressable elements. A pointer to it is
/// a pointer to its bool.
struct Boolean {
  bool value = false;
};

template <class T>
using Map = std::vector<std::pair<std::string, T>>;

template <class T>
inline constexpr MapOps kMapOps = {
    [](void* map, std::string key) -> void* {
      return &static_cast<Map<T>*>(map)->emplace_back(std::move(key), T{}).second;
    },
    [](const void* map) { return static_cast<const Map<T>*>(map)->size(); },
    [](const void* map, std::size_t index) -> const std::string& {
      return (*static_cast<const Map<T>*>(map))[index].first;
    },
    [](const void* map, std::size_t index) -> const void* {
      return &(*static_cast<const Map<T>*>(map))[index].second;
    }};

/// Value of a map at a key, or null.
template <class T>
const T* find(const Map<T>& map, std::string_view key) {
  for (const auto& [name, value] : map) {
    if (name == key) return &value;
  }
  return nullptr;
}

}  // namespace cumulite::model
