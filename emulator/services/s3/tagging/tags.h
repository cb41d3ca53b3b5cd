#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/s3.h"
#include "emulator/services/s3/records/object_record.h"
#include "protocol/result.h"

namespace cumulite::s3 {

/// The `x-amz-tagging` header, a query string. Errors: InvalidArgument, and those of check_tags.
Result<TextPairs> parse_tagging_header(const std::string& header);

enum class TagOwner { kObject, kBucket, kNewBucket };

/// A tag set in XML. Errors: InvalidTag in its several wordings, MalformedXML.
Result<TextPairs> read_tag_set(const std::vector<api::Tag>& set, TagOwner owner);
std::vector<api::Tag> write_tag_set(const TextPairs& tags);

/// Whether the version has the tag: its key and its value.
bool has_tag(const ObjectRecord& record, const api::Tag& tag);

}  // namespace cumulite::s3
