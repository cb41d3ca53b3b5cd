#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/result.h"
#include "protocol/sigv4/post_policy.h"
#include "storage/blob/blob_store.h"

/// Bodies of browser uploads: multipart/form-data (RFC 7578), read from a spool, so that the file
/// in it may have any size.
namespace cumulite::s3 {

struct FormData {
  sigv4::PostForm form;                 ///< The fields before the file.
  std::optional<std::string> filename;  ///< As the browser named the file, without directories.
  std::string file_content_type;
  std::uint64_t file_offset = 0;
  bool has_file = false;
  std::string delimiter;  ///< What ends the file: CR LF "--" boundary.
};

/// The boundary of a Content-Type, or nullopt if it is not multipart/form-data.
std::optional<std::string> form_boundary(std::string_view content_type);

/// Reads the fields up to the beginning of the file. Errors: MalformedPOSTRequest,
/// MaxPostPreDataLengthExceeded beyond 20 KB of fields (counted generously: 64 KB).
Result<FormData> read_form(const storage::Spool& body, const std::string& boundary);

/// Where the file ends; nullopt if the delimiter does not come.
std::optional<std::uint64_t> find_file_end(const storage::Spool& body, const FormData& data);

}  // namespace cumulite::s3
