#pragma once

#include <vector>

#include "emulator/services/dynamodb/database.h"

namespace cumulite::dynamodb {

/// Keys and values within the limits, no key twice, at most 50.
Result<void> check_tags(const std::vector<api::Tag>& tags);
storage::Domain tags_domain(const Table& table);
/// Replaces all tags of the table.
void put_tags(storage::Txn& txn, const Table& table, const std::vector<api::Tag>& tags);
std::vector<api::Tag> get_tags(const storage::Reader& reader, const Table& table);

Result<model::Unit> tag_resource(Context& ctx, const api::TagResourceInput& in);
Result<model::Unit> untag_resource(Context& ctx, const api::UntagResourceInput& in);
Result<api::ListTagsOfResourceOutput> list_tags_of_resource(Context& ctx,
                                                            const api::ListTagsOfResourceInput& in);

}  // namespace cumulite::dynamodb
