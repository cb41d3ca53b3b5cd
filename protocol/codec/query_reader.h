#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/model/shape.h"
#include "protocol/result.h"

namespace cumulite::codec {

using Form = std::vector<std::pair<std::string, std::string>>;

/// More parameters than any request needs; bounds the work on a hostile one.
inline constexpr std::size_t kFormParametersMax = 20'000;

/// Reads AWS Query parameters ("Tags.member.1.Key=a&Attribute.1.Name=b") into a structure. Elements
/// come in the order of their numbers, gaps do not matter; "Name=" alone is an empty list or map;
/// of equal names the first wins; unknown names are ignored.
///
/// Errors: MalformedInput for a value that is not of the member's type.
Result<void> read_query(const Form& form, const model::Shape& shape, void* value);

/// Name of a member in Query requests and answers.
std::string_view query_name(const model::Member& member);
/// Whether a list or map member has no level of its own in Query and XML.
bool is_flattened(const model::Member& member);

}  // namespace cumulite::codec
