#include "protocol/codec/xml_writer.h"

#include <iterator>

#include <fmt/format.h>

#include "protocol/codec/query_reader.h"
#include "protocol/codec/scalar.h"

namespace cumulite::codec {
namespace {

using model::Kind;
using model::Location;
using model::Member;
using model::Shape;
using model::TimestampFormat;

void append_escaped(std::string_view text, bool attribute, std::string& out,
                    XmlQuotes quotes = XmlQuotes::kEscaped) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += quotes == XmlQuotes::kEscaped ? "&quot;" : "\"";
        break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20 || (!attribute && (c == '\n' || c == '\t'))) {
          out += c;
        } else {
          fmt::format_to(std::back_inserter(out), "&#x{:X};", static_cast<unsigned>(c));
        }
    }
  }
}

class Writer {
 public:
  Writer(XmlDialect dialect, std::string& out) : dialect_(dialect), out_(out) {}

  enum class Which : std::uint8_t { kAll, kLists, kOthers };

  void members(const Shape& shape, const void* value, Which which = Which::kAll) {
    for (const Member& each : shape.members) {
      const bool is_list = each.shape->kind == Kind::kList;
      if (which != Which::kAll && is_list != (which == Which::kLists)) continue;
      if (each.location != Location::kBody || each.xml_attribute || each.streaming ||
          each.event_stream) {
        continue;
      }
      const void* inner = each.ops->get(static_cast<const char*>(value) + each.offset);
      if (inner != nullptr) member(each, inner);
    }
  }

 private:
  void member(const Member& each, const void* value) {
    const Shape& shape = *each.shape;
    const std::string_view name = member_name(each);
    if (is_flattened(each) && shape.kind == Kind::kList) {
      elements(name, each, shape, value);
    } else if (is_flattened(each) && shape.kind == Kind::kMap) {
      entries(name, shape, value);
    } else {
      element(name, each, shape, each.timestamp_format, value);
    }
  }

  std::string_view member_name(const Member& each) const {
    return dialect_ == XmlDialect::kQuery ? query_name(each) : each.wire_name;
  }

  void open(std::string_view name, const Member* owner, const Shape& shape, const void* value) {
    out_ += '<';
    out_ += name;
    std::string_view uri = shape.xml_namespace;
    std::string_view prefix;
    if (owner != nullptr) {
      uri = owner->xml_namespace;
      prefix = owner->xml_namespace_prefix;
    }
    if (!uri.empty()) {
      out_ += prefix.empty() ? " xmlns" : " xmlns:";
      out_ += prefix;
      out_ += "=\"";
      append_xml_attribute(uri, out_);
      out_ += '"';
    }
    if (shape.kind == Kind::kStructure) write_xml_attributes(shape, value, out_);
    out_ += '>';
  }

  void close(std::string_view name) {
    out_ += "</";
    out_ += name;
    out_ += '>';
  }

  void element(std::string_view name, const Member* owner, const Shape& shape,
               TimestampFormat format, const void* value) {
    open(name, owner, shape, value);
    content(shape, format, value);
    close(name);
  }

  void element(std::string_view name, const Member& owner, const Shape& shape,
               TimestampFormat format, const void* value) {
    element(name, &owner, shape, format, value);
  }

  void content(const Shape& shape, TimestampFormat format, const void* value) {
    switch (shape.kind) {
      case Kind::kStructure:
        return members(shape, value);
      case Kind::kList: {
        const auto name =
            shape.element_name.empty() ? std::string_view("member") : shape.element_name;
        const std::size_t size = shape.list->size(value);
        for (std::size_t i = 0; i < size; ++i) {
          element(name, nullptr, *shape.element, TimestampFormat::kDefault,
                  shape.list->at(value, i));
        }
        return;
      }
      case Kind::kMap:
        return entries("entry", shape, value);
      case Kind::kString:
        return append_xml_text(*static_cast<const std::string*>(value), out_);
      default:
        append_scalar(shape, timestamp_format(format, shape, TimestampFormat::kIso8601),
                      dialect_ == XmlDialect::kS3 || has_fraction(shape, value), value, out_);
    }
  }

  void elements(std::string_view name, const Member& owner, const Shape& shape, const void* value) {
    const std::size_t size = shape.list->size(value);
    for (std::size_t i = 0; i < size; ++i) {
      const bool own_namespace = !owner.xml_namespace.empty();
      element(name, own_namespace ? &owner : nullptr, *shape.element, TimestampFormat::kDefault,
              shape.list->at(value, i));
    }
  }

  void entries(std::string_view name, const Shape& shape, const void* value) {
    const auto key_name = shape.key_name.empty() ? std::string_view("key") : shape.key_name;
    const auto value_name = shape.value_name.empty() ? std::string_view("value") : shape.value_name;
    const std::size_t size = shape.map->size(value);
    for (std::size_t i = 0; i < size; ++i) {
      out_ += '<';
      out_ += name;
      out_ += '>';
      append_xml_element(key_name, shape.map->key(value, i), out_);
      element(value_name, nullptr, *shape.element, TimestampFormat::kDefault,
              shape.map->value(value, i));
      close(name);
    }
  }

  static bool has_fraction(const Shape& shape, const void* value) {
    return shape.kind == Kind::kTimestamp &&
           static_cast<const model::Timestamp*>(value)->ms % 1000 != 0;
  }

  XmlDialect dialect_;
  std::string& out_;
};

}  // namespace

void append_xml_text(std::string_view text, std::string& out) {
  append_escaped(text, false, out);
}

void append_xml_attribute(std::string_view text, std::string& out) {
  append_escaped(text, true, out);
}

void append_xml_element(std::string_view name, std::string_view text, std::string& out,
                        XmlQuotes quotes) {
  out += '<';
  out += name;
  out += '>';
  append_escaped(text, false, out, quotes);
  out += "</";
  out += name;
  out += '>';
}

void write_xml_members(const Shape& shape, XmlDialect dialect, const void* value, std::string& out,
                       std::string_view entries) {
  Writer writer(dialect, out);
  if (dialect != XmlDialect::kS3) return writer.members(shape, value);
  // What there may be many of comes last: SDKs that read a listing as a stream count on having seen
  // its name and owner before its entries.
  writer.members(shape, value, Writer::Which::kOthers);
  out += entries;
  writer.members(shape, value, Writer::Which::kLists);
}

void write_xml_attributes(const Shape& shape, const void* value, std::string& out) {
  for (const Member& member : shape.members) {
    if (!member.xml_attribute) continue;
    const void* inner = member.ops->get(static_cast<const char*>(value) + member.offset);
    if (inner == nullptr) continue;
    out += ' ';
    out += member.wire_name;
    out += "=\"";
    std::string text;
    append_scalar(*member.shape, member.timestamp_format, true, inner, text);
    append_xml_attribute(text, out);
    out += '"';
  }
}

}  // namespace cumulite::codec
