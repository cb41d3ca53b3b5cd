#pragma once

#include <string_view>

#include "protocol/wire/formats.h"

/// What REST operations carry outside of their bodies: URI labels, query parameters, headers and
/// the status code.
namespace cumulite::wire {

/// Reads the members of an input structure that are bound to the URI, the query or headers.
/// An unreadable value is the error that `refuse` makes of its name and text; a date in a header
/// that cannot be read is taken as absent, as HTTP wants.
using RefuseValue = Error (*)(const model::Member& member, std::string_view text);
Result<void> read_bindings(const ReadContext& context, RefuseValue refuse, void* value);

/// Adds the headers that an output structure is bound to, and sets the status if it says one.
void write_bindings(const model::Shape& shape, const void* value, http::Response& response);

/// The member of a structure at its offset, or null if it is absent.
const void* member_value(const model::Member& member, const void* value);
/// Its storage.
void* member_storage(const model::Member& member, void* value);

/// Whether the structure's body has members of its own (no payload member).
bool has_body_members(const model::Shape& shape);
/// Whether the shape's payload does not go through the struct.
bool has_streaming_payload(const model::Shape* shape);

}  // namespace cumulite::wire
