#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Ids as Glacier gives them out: opaque URL-safe text. Ours hold their time of creation, hidden
/// among random bytes, so that rows lie in order of time and are found by the id alone.
namespace cumulite::glacier::ids {

std::string archive_id(std::int64_t created_ms);  ///< 138 characters.
std::string job_id(std::int64_t created_ms);      ///< 92 characters, as upload ids.
std::string upload_id(std::int64_t created_ms);
std::string short_id();  ///< 24 characters: locks and capacity units.

/// nullopt for a text that is not of the form of an id.
std::optional<std::int64_t> time_of(std::string_view id);

}  // namespace cumulite::glacier::ids
