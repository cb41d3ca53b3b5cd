#pragma once

#include <cmath>
#include <limits>
#include <string>

#include <nlohmann/json.hpp>

#include "protocol/codec/scalar.h"
#include "protocol/model/shape.h"

/// For tests: structs from and to plain JSON by their tables, independent of any wire format
/// (members by their model names, blobs as text, timestamps as seconds).
namespace cumulite::wire {

/// Keeps the order of members, which is that of maps on the wire.
using json = nlohmann::ordered_json;

inline double to_number(const json& value) {
  if (!value.is_string()) return value.get<double>();
  if (value == "NaN") return std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  return value == "-Infinity" ? -infinity : infinity;
}

inline void fill(const model::Shape& shape, const json& from, void* value) {
  using model::Kind;
  switch (shape.kind) {
    case Kind::kBoolean:
      *static_cast<bool*>(value) = from.get<bool>();
      return;
    case Kind::kInteger:
      *static_cast<std::int32_t*>(value) = from.get<std::int32_t>();
      return;
    case Kind::kLong:
      *static_cast<std::int64_t*>(value) = from.get<std::int64_t>();
      return;
    case Kind::kFloat:
    case Kind::kDouble:
      *static_cast<double*>(value) = to_number(from);
      return;
    case Kind::kString:
    case Kind::kBlob:
      *static_cast<std::string*>(value) = from.is_string() ? from.get<std::string>() : from.dump();
      return;
    case Kind::kTimestamp:
      static_cast<model::Timestamp*>(value)->ms = std::llround(from.get<double>() * 1000);
      return;
    case Kind::kList:
      for (const auto& item : from) {
        if (!item.is_null()) fill(*shape.element, item, shape.list->append(value));
      }
      return;
    case Kind::kMap:
      for (const auto& [key, item] : from.items()) {
        if (!item.is_null()) fill(*shape.element, item, shape.map->append(value, key));
      }
      return;
    case Kind::kStructure:
      for (const auto& member : shape.members) {
        const auto at = from.find(std::string(member.name));
        if (at == from.end() || at->is_null()) continue;
        fill(*member.shape, *at, member.ops->emplace(static_cast<char*>(value) + member.offset));
      }
      return;
    case Kind::kCustom:
      return;
  }
}

inline json dump(const model::Shape& shape, const void* value) {
  using model::Kind;
  switch (shape.kind) {
    case Kind::kList: {
      json out = json::array();
      for (std::size_t i = 0; i < shape.list->size(value); ++i) {
        out.push_back(dump(*shape.element, shape.list->at(value, i)));
      }
      return out;
    }
    case Kind::kMap: {
      json out = json::object();
      for (std::size_t i = 0; i < shape.map->size(value); ++i) {
        out[shape.map->key(value, i)] = dump(*shape.element, shape.map->value(value, i));
      }
      return out;
    }
    case Kind::kStructure: {
      json out = json::object();
      for (const auto& member : shape.members) {
        const void* inner = member.ops->get(static_cast<const char*>(value) + member.offset);
        if (inner != nullptr && !member.streaming) {
          out[std::string(member.name)] = dump(*member.shape, inner);
        }
      }
      return out;
    }
    case Kind::kBlob:
      return *static_cast<const std::string*>(value);
    default: {
      std::string text;
      codec::append_scalar(shape, model::TimestampFormat::kUnix, false, value, text);
      return text;
    }
  }
}

}  // namespace cumulite::wire
