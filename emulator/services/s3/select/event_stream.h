#pragma once

#include <string>
#include <string_view>

#include "emulator/services/s3/select/byte_reader.h"
#include "protocol/error.h"

/// The messages of S3 Select's answer.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html
namespace cumulite::s3::select {

/// Rows, cut anywhere.
void append_records(std::string_view payload, std::string& out);
/// Keeps a connection alive while nothing is found.
void append_continuation(std::string& out);
void append_progress(const InputCounts& counts, std::uint64_t returned_bytes, std::string& out);
void append_stats(const InputCounts& counts, std::uint64_t returned_bytes, std::string& out);
void append_end(std::string& out);
/// Ends the answer in place of append_end.
void append_error(const Error& error, std::string& out);

}  // namespace cumulite::s3::select
