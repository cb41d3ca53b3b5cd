#pragma once

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "protocol/model/shape.h"

namespace cumulite::api {

/// A DynamoDB value: exactly one of the ten types. Hand-written because it is recursive and the
/// hottest shape of all. Numbers stay the text that the client sent until DynamoDB code normalises
/// them.
struct AttributeValue {
  enum class Type : std::uint8_t { kS, kN, kB, kSS, kNS, kBS, kM, kL, kNull, kBool };

  using List = std::vector<AttributeValue>;
  using Map = model::Map<AttributeValue>;

  /// What was sent in a value's place and is none. It is refused where DynamoDB code comes to
  /// normalise it, because AWS checks parameters in an order of its own. Of a value with several
  /// types the parts are checked first.
  struct Refused {
    std::string reason;
    List parts = {};
  };

  using RefusedPtr = std::shared_ptr<const Refused>;  ///< Keeps a value as small as its text.

  Type type = Type::kNull;
  /// kS, kN, kB (raw bytes): std::string. kSS, kNS, kBS: vector<string>. kNull: monostate,
  /// or RefusedPtr before it was normalised.
  std::variant<std::monostate, bool, std::string, std::vector<std::string>, List, Map, RefusedPtr>
      value = {};

  const std::string& text() const { return std::get<std::string>(value); }

  const std::vector<std::string>& set() const { return std::get<std::vector<std::string>>(value); }

  const List& list() const { return std::get<List>(value); }

  const Map& map() const { return std::get<Map>(value); }

  bool boolean() const { return std::get<bool>(value); }

  friend bool operator==(const AttributeValue&, const AttributeValue&) = default;
};

using AttributeMap = model::Map<AttributeValue>;

/// JSON form `{"S": "x"}`; errors are DynamoDB's SerializationException.
extern const model::CustomCodec kAttributeValueCodec;

}  // namespace cumulite::api
