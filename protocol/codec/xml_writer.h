#pragma once

#include <string>
#include <string_view>

#include "protocol/model/shape.h"

namespace cumulite::codec {

/// Appends element text: markup characters and quotes as entities, control characters that XML 1.0
/// or its line ends would lose as character references ("&#xD;").
void append_xml_text(std::string_view text, std::string& out);
/// The same for an attribute's value, where line ends and tabs would be lost too.
void append_xml_attribute(std::string_view text, std::string& out);
/// How quotes in an element's text are written: XML takes either.
enum class XmlQuotes : std::uint8_t { kEscaped, kPlain };

/// Appends <name>text</name>.
void append_xml_element(std::string_view name, std::string_view text, std::string& out,
                        XmlQuotes quotes = XmlQuotes::kEscaped);

enum class XmlDialect : std::uint8_t {
  kRest,   ///< Member names of the model.
  kS3,     ///< The same; three fraction digits in timestamps, lists of the outermost last.
  kQuery,  ///< Query names of lists and maps.
};

/// Appends the elements of a structure's members (those bound to the body), without an element
/// around them. Timestamps are ISO 8601 unless the model says otherwise. `entries`: elements
/// written before, which come where the lists of kS3 begin.
void write_xml_members(const model::Shape& shape, XmlDialect dialect, const void* value,
                       std::string& out, std::string_view entries = {});

/// Attributes that a structure puts on the element around it: " xsi:type=\"CanonicalUser\"".
void write_xml_attributes(const model::Shape& shape, const void* value, std::string& out);

}  // namespace cumulite::codec
