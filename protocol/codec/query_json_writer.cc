#include "protocol/codec/query_json_writer.h"

#include "protocol/codec/json_writer.h"

namespace cumulite::codec {
namespace {

using model::Kind;
using model::Member;
using model::Shape;

void write_query_value(const Shape& shape, const void* value, std::string& out);

bool is_flat(const Member& member) {
  return member.flattened || member.shape->flattened;
}

void write_name(std::string_view name, std::string& out) {
  append_json_string(name, out);
  out += ':';
}

void write_flat_map(const Shape& shape, const void* value, std::string& out) {
  out += '[';
  const std::size_t size = shape.map->size(value);
  for (std::size_t i = 0; i < size; ++i) {
    out += i > 0 ? ",{" : "{";
    write_name("Name", out);
    append_json_string(shape.map->key(value, i), out);
    out += ',';
    write_name("Value", out);
    write_query_value(*shape.element, shape.map->value(value, i), out);
    out += '}';
  }
  out += ']';
}

void write_query_list(const Shape& shape, const void* value, std::string& out) {
  out += '[';
  const std::size_t size = shape.list->size(value);
  for (std::size_t i = 0; i < size; ++i) {
    if (i > 0) out += ',';
    write_query_value(*shape.element, shape.list->at(value, i), out);
  }
  out += ']';
}

void write_member(const Member& member, const void* owner, std::string& out) {
  const bool is_flat_list = is_flat(member) && member.shape->kind == Kind::kList;
  std::string name(member.name);
  if (is_flat_list && name[0] >= 'A' && name[0] <= 'Z') {
    name[0] = static_cast<char>(name[0] - 'A' + 'a');
  }
  write_name(name, out);
  const void* value = member.ops->get(static_cast<const char*>(owner) + member.offset);
  if (value == nullptr) {
    out += "null";
  } else if (is_flat(member) && member.shape->kind == Kind::kMap) {
    write_flat_map(*member.shape, value, out);
  } else {
    write_query_value(*member.shape, value, out);
  }
}

void write_query_value(const Shape& shape, const void* value, std::string& out) {
  if (shape.kind == Kind::kList) return write_query_list(shape, value, out);
  if (shape.kind == Kind::kStructure) return write_query_json(shape, value, out);
  write_json(shape, value, false, out);
}

}  // namespace

void write_query_json(const Shape& shape, const void* value, std::string& out) {
  out += '{';
  for (const Member& member : shape.members) {
    if (&member != shape.members.data()) out += ',';
    write_member(member, value, out);
  }
  out += '}';
}

}  // namespace cumulite::codec
