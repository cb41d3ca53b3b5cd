#include "emulator/services/s3/post/form_data.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include "protocol/codec/text.h"

namespace cumulite::s3 {

namespace {

constexpr std::size_t kFieldsBytesMax = 64 * 1024;
constexpr std::size_t kFormBufferBytes = 256 * 1024;

Error malformed() {
  return {"MalformedPOSTRequest",
          "The body of your POST request is not well-formed multipart/form-data.", 400};
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Value of a parameter of a header: name="a b" or name=ab.
std::optional<std::string> parameter(std::string_view header, std::string_view name) {
  std::size_t from = 0;
  const std::string low = codec::lower(header);
  const std::string wanted = std::string(name) + "=";
  while (true) {
    const std::size_t at = low.find(wanted, from);
    if (at == std::string::npos) return std::nullopt;
    from = at + wanted.size();
    // "filename=" ends with "name=": the parameter begins after a separator.
    if (at > 0 && low[at - 1] != ' ' && low[at - 1] != ';') continue;
    std::string_view value = header.substr(from);
    if (!value.starts_with('"')) return std::string(trim(value.substr(0, value.find(';'))));
    value.remove_prefix(1);
    return std::string(value.substr(0, value.find('"')));
  }
}

struct PartHead {
  std::string name;
  std::optional<std::string> filename;
  std::string content_type;
};

PartHead read_part_head(std::string_view head) {
  PartHead part;
  while (!head.empty()) {
    const std::size_t end = head.find("\r\n");
    const std::string_view line = head.substr(0, end);
    head = end == std::string_view::npos ? std::string_view{} : head.substr(end + 2);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string name = codec::lower(trim(line.substr(0, colon)));
    const std::string_view value = trim(line.substr(colon + 1));
    if (name == "content-disposition") {
      part.name = parameter(value, "name").value_or("");
      part.filename = parameter(value, "filename");
    } else if (name == "content-type") {
      part.content_type = value;
    }
  }
  return part;
}

std::string base_name(std::string_view path) {
  const std::size_t slash = path.find_last_of("/\\");
  return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

}  // namespace

std::optional<std::string> form_boundary(std::string_view content_type) {
  if (!codec::lower(content_type).starts_with("multipart/form-data")) return std::nullopt;
  auto boundary = parameter(content_type, "boundary");
  if (!boundary || boundary->empty()) return std::nullopt;
  return boundary;
}

Result<FormData> read_form(const storage::Spool& body, const std::string& boundary) {
  std::string text(kFieldsBytesMax, '\0');
  text.resize(body.read_at(0, text.data(), text.size()));
  FormData data;
  data.delimiter = "\r\n--" + boundary;
  const std::string first = "--" + boundary;
  std::size_t at = text.find(first);
  if (at == std::string::npos) return malformed();
  at += first.size();
  while (text.compare(at, 2, "--") != 0) {
    at = text.find("\r\n", at);
    const std::size_t head_end =
        at == std::string::npos ? std::string::npos : text.find("\r\n\r\n", at);
    if (head_end == std::string::npos) return malformed();
    const PartHead part = read_part_head(std::string_view(text).substr(at + 2, head_end - at - 2));
    if (part.name.empty()) return malformed();
    const std::size_t value = head_end + 4;
    if (codec::lower(part.name) == "file") {
      data.has_file = true;
      data.file_offset = value;
      data.file_content_type = part.content_type;
      if (part.filename) data.filename = base_name(*part.filename);
      return data;
    }
    const std::size_t end = text.find(data.delimiter, value);
    if (end == std::string::npos) return malformed();
    data.form.fields.emplace_back(part.name, text.substr(value, end - value));
    at = end + data.delimiter.size();
  }
  return data;
}

std::optional<std::uint64_t> find_file_end(const storage::Spool& body, const FormData& data) {
  std::string window;
  std::vector<char> buffer(kFormBufferBytes);
  std::uint64_t window_start = data.file_offset;
  std::uint64_t offset = data.file_offset;
  while (const std::size_t count = body.read_at(offset, buffer.data(), buffer.size())) {
    offset += count;
    window.append(buffer.data(), count);
    if (const std::size_t at = window.find(data.delimiter); at != std::string::npos) {
      return window_start + at;
    }
    // The delimiter may lie across two reads.
    const std::size_t kept = std::min(window.size(), data.delimiter.size() - 1);
    window_start += window.size() - kept;
    window.erase(0, window.size() - kept);
  }
  return std::nullopt;
}

}  // namespace cumulite::s3
