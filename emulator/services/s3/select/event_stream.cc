#include "emulator/services/s3/select/event_stream.h"

#include <cstdint>

#include <fmt/format.h>

#include "protocol/checksum/checksum.h"

namespace cumulite::s3::select {

namespace {

using checksum::Algorithm;

constexpr char kStringValue = 7;
constexpr std::uint32_t kPreludeBytes = 12;
constexpr std::uint32_t kChecksumBytes = 4;

void append_number(std::string& out, std::uint32_t value, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> shift & 0xFF));
  }
}

void append_header(std::string_view name, std::string_view value, std::string& headers) {
  append_number(headers, static_cast<std::uint32_t>(name.size()), 1);
  headers += name;
  headers.push_back(kStringValue);
  append_number(headers, static_cast<std::uint32_t>(value.size()), 2);
  headers += value;
}

/// Total length, length of the headers and their checksum; headers, payload, checksum of all.
void append_message(std::string_view headers, std::string_view payload, std::string& out) {
  const std::size_t start = out.size();
  const auto headers_size = static_cast<std::uint32_t>(headers.size());
  const auto total =
      kPreludeBytes + headers_size + static_cast<std::uint32_t>(payload.size()) + kChecksumBytes;
  append_number(out, total, 4);
  append_number(out, headers_size, 4);
  out += checksum::digest(Algorithm::kCrc32, std::string_view(out).substr(start));
  out += headers;
  out += payload;
  out += checksum::digest(Algorithm::kCrc32, std::string_view(out).substr(start));
}

void append_event(std::string_view type, std::string_view content_type, std::string_view payload,
                  std::string& out) {
  std::string headers;
  append_header(":message-type", "event", headers);
  append_header(":event-type", type, headers);
  if (!content_type.empty()) append_header(":content-type", content_type, headers);
  append_message(headers, payload, out);
}

void append_counts(std::string_view type, const InputCounts& counts, std::uint64_t returned_bytes,
                   std::string& out) {
  const std::string xml =
      fmt::format(R"(<?xml version="1.0" encoding="UTF-8"?><{0}><BytesScanned>{1}</BytesScanned>)"
                  R"(<BytesProcessed>{2}</BytesProcessed><BytesReturned>{3}</BytesReturned></{0}>)",
                  type, counts.scanned_bytes, counts.processed_bytes, returned_bytes);
  append_event(type, "text/xml", xml, out);
}

}  // namespace

void append_records(std::string_view payload, std::string& out) {
  append_event("Records", "application/octet-stream", payload, out);
}

void append_continuation(std::string& out) {
  append_event("Cont", {}, {}, out);
}

void append_progress(const InputCounts& counts, std::uint64_t returned_bytes, std::string& out) {
  append_counts("Progress", counts, returned_bytes, out);
}

void append_stats(const InputCounts& counts, std::uint64_t returned_bytes, std::string& out) {
  append_counts("Stats", counts, returned_bytes, out);
}

void append_end(std::string& out) {
  append_event("End", {}, {}, out);
}

void append_error(const Error& error, std::string& out) {
  std::string headers;
  append_header(":message-type", "error", headers);
  append_header(":error-code", error.code, headers);
  append_header(":error-message", error.message, headers);
  append_message(headers, {}, out);
}

}  // namespace cumulite::s3::select
