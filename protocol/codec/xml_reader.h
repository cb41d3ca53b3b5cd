#pragma once

#include <string_view>

#include "protocol/model/shape.h"
#include "protocol/result.h"

namespace cumulite::codec {

/// Bodies above this are refused before they are parsed: the largest that S3 documents
/// (DeleteObjects, CompleteMultipartUpload) are far smaller.
inline constexpr std::size_t kXmlBodyBytesMax = std::size_t{8} << 20;
/// Elements within elements.
inline constexpr int kXmlDepthMax = 64;

/// S3's answer to any body that is not the XML that it expects.
Error malformed_xml();

/// Reads an XML document into a structure by its members' names, prefixes ignored. Unknown elements
/// are ignored. `root` is the name that the root element must have; empty accepts any.
///
/// A document type declaration is refused: entities are never defined nor fetched.
/// Errors: MalformedXML.
Result<void> read_xml(std::string_view text, const model::Shape& shape, std::string_view root,
                      void* value);

}  // namespace cumulite::codec
