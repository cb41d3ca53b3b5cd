#include "protocol/codec/xml_reader.h"

#include <string>

#include <pugixml.hpp>

#include "protocol/codec/query_reader.h"
#include "protocol/codec/scalar.h"

namespace cumulite::codec {
namespace {

using model::Kind;
using model::Location;
using model::Member;
using model::Shape;
using model::TimestampFormat;

/// Key names of blanks only must survive; declarations and comments need not.
constexpr unsigned kParseFlags = pugi::parse_cdata | pugi::parse_escapes | pugi::parse_eol |
                                 pugi::parse_ws_pcdata_single | pugi::parse_wconv_attribute;

std::string_view local_name(std::string_view name) {
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::string text_of(const pugi::xml_node& node) {
  std::string text;
  for (const pugi::xml_node& child : node.children()) {
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) {
      text += child.value();
    }
  }
  return text;
}

bool is_element(const pugi::xml_node& node) {
  return node.type() == pugi::node_element;
}

class XmlReader {
 public:
  Result<void> structure(const pugi::xml_node& node, const Shape& shape, int depth, void* value) {
    if (depth > kXmlDepthMax) return malformed_xml();
    CUMULITE_TRY(attributes(node, shape, value));
    const Member* last = nullptr;
    for (const pugi::xml_node& child : node.children()) {
      if (!is_element(child)) continue;
      const Member* member = find(shape, local_name(child.name()));
      if (member == nullptr) continue;
      void* storage = static_cast<char*>(value) + member->offset;
      CUMULITE_TRY(child_of(child, *member, member == last, depth, storage));
      last = member;
    }
    return {};
  }

 private:
  static std::string_view name_of(const Member& member) { return local_name(member.wire_name); }

  static const Member* find(const Shape& shape, std::string_view name) {
    for (const Member& member : shape.members) {
      if (member.location != Location::kBody || member.xml_attribute) continue;
      if (name_of(member) == name) return &member;
    }
    return nullptr;
  }

  Result<void> attributes(const pugi::xml_node& node, const Shape& shape, void* value) {
    for (const Member& member : shape.members) {
      if (!member.xml_attribute) continue;
      for (const pugi::xml_attribute& attribute : node.attributes()) {
        if (local_name(attribute.name()) != local_name(member.wire_name)) continue;
        void* storage = static_cast<char*>(value) + member.offset;
        CUMULITE_TRY(scalar(attribute.value(), *member.shape, member.timestamp_format,
                            member.ops->emplace(storage)));
      }
    }
    return {};
  }

  Result<void> child_of(const pugi::xml_node& child, const Member& member, bool repeated, int depth,
                        void* storage) {
    const Shape& shape = *member.shape;
    if (is_flattened(member) && (shape.kind == Kind::kList || shape.kind == Kind::kMap)) {
      // Flattened elements need not stand together.
      void* value = existing(member, storage);
      if (value == nullptr) value = member.ops->emplace(storage);
      if (shape.kind == Kind::kMap) return entry(child, shape, depth, value);
      return read(child, *shape.element, TimestampFormat::kDefault, depth + 1,
                  shape.list->append(value));
    }
    if (repeated && shape.kind != Kind::kStructure) return malformed_xml();
    return read(child, shape, member.timestamp_format, depth + 1, member.ops->emplace(storage));
  }

  static void* existing(const Member& member, void* storage) {
    return const_cast<void*>(member.ops->get(storage));
  }

  Result<void> read(const pugi::xml_node& node, const Shape& shape, TimestampFormat format,
                    int depth, void* value) {
    if (depth > kXmlDepthMax) return malformed_xml();
    switch (shape.kind) {
      case Kind::kStructure:
        return structure(node, shape, depth, value);
      case Kind::kList:
        return list(node, shape, depth, value);
      case Kind::kMap:
        for (const pugi::xml_node& child : node.children()) {
          if (is_element(child)) CUMULITE_TRY(entry(child, shape, depth, value));
        }
        return {};
      default:
        return scalar(text_of(node), shape, format, value);
    }
  }

  Result<void> list(const pugi::xml_node& node, const Shape& shape, int depth, void* value) {
    const std::string_view wanted =
        shape.element_name.empty() ? std::string_view("member") : shape.element_name;
    for (const pugi::xml_node& child : node.children()) {
      if (!is_element(child) || local_name(child.name()) != wanted) continue;
      CUMULITE_TRY(read(child, *shape.element, TimestampFormat::kDefault, depth + 1,
                        shape.list->append(value)));
    }
    return {};
  }

  Result<void> entry(const pugi::xml_node& node, const Shape& shape, int depth, void* value) {
    const auto key_name = shape.key_name.empty() ? std::string_view("key") : shape.key_name;
    const auto value_name = shape.value_name.empty() ? std::string_view("value") : shape.value_name;
    pugi::xml_node key;
    pugi::xml_node content;
    for (const pugi::xml_node& child : node.children()) {
      if (!is_element(child)) continue;
      if (local_name(child.name()) == key_name) key = child;
      if (local_name(child.name()) == value_name) content = child;
    }
    if (!key || !content) return malformed_xml();
    return read(content, *shape.element, TimestampFormat::kDefault, depth + 1,
                shape.map->append(value, text_of(key)));
  }

  static Result<void> scalar(std::string_view text, const Shape& shape, TimestampFormat format,
                             void* value) {
    const auto used = timestamp_format(format, shape, TimestampFormat::kIso8601);
    if (!parse_scalar(shape, used, text, value)) return malformed_xml();
    return {};
  }
};

/// pugixml skips text around the root element; a document has none.
bool has_stray_text(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  constexpr std::string_view kBlanks = " \t\r\n";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return true;
  return text[first] != '<' || text[text.find_last_not_of(kBlanks)] != '>';
}

}  // namespace

Error malformed_xml() {
  return {
      "MalformedXML",
      "The XML you provided was not well-formed or did not validate against our published schema",
      400};
}

Result<void> read_xml(std::string_view text, const Shape& shape, std::string_view root,
                      void* value) {
  if (text.size() > kXmlBodyBytesMax || has_stray_text(text)) return malformed_xml();
  if (text.find("<!DOCTYPE") != std::string_view::npos ||
      text.find("<!ENTITY") != std::string_view::npos) {
    return malformed_xml();
  }
  pugi::xml_document document;
  if (!document.load_buffer(text.data(), text.size(), kParseFlags, pugi::encoding_utf8)) {
    return malformed_xml();
  }
  pugi::xml_node found;
  for (const pugi::xml_node& child : document.children()) {
    if (!is_element(child)) continue;
    if (found) return malformed_xml();
    found = child;
  }
  if (!found || (!root.empty() && local_name(found.name()) != root)) return malformed_xml();
  return XmlReader().structure(found, shape, 1, value);
}

}  // namespace cumulite::codec
