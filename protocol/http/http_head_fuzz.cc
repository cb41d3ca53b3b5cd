#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "protocol/http/chunked_decoder.h"
#include "protocol/http/client_url.h"
#include "protocol/http/head_parser.h"
#include "protocol/http/request.h"

namespace {

using cumulite::http::ChunkedDecoder;
using cumulite::http::Head;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_view(std::string_view view, std::string_view owner) {
  if (view.empty()) return;
  require(view.data() >= owner.data() && view.data() + view.size() <= owner.data() + owner.size());
}

/// An accepted head has views into the input alone, no line break in any value, and one framing.
void check_head(std::string_view bytes) {
  const std::size_t end = cumulite::http::find_head_end(bytes, 0);
  if (end == std::string_view::npos) return;
  Head head;
  if (cumulite::http::parse_head(bytes.substr(0, end), head).status != 0) return;
  check_view(head.request.method, bytes);
  for (const auto& line : head.request.headers) {
    check_view(line.name, bytes);
    check_view(line.value, bytes);
    require(line.value.find_first_of("\r\n") == std::string_view::npos);
    require(!line.name.empty());
  }
  require(!(head.request.chunked && head.request.has_content_length));
  require(!head.request.target.empty() &&
          (head.request.target.front() == '/' || head.request.target == "*"));
  (void)cumulite::http::parse_query(head.request.query);
  (void)head.request.has_query("acl");
}

std::string decode(std::string_view bytes, std::size_t step, ChunkedDecoder::Step& end) {
  ChunkedDecoder decoder;
  std::string out;
  while (!bytes.empty()) {
    std::string_view input = bytes.substr(0, step);
    bytes.remove_prefix(input.size());
    std::string_view piece;
    while ((end = decoder.next(input, piece)) == ChunkedDecoder::Step::kPiece) out.append(piece);
    if (end != ChunkedDecoder::Step::kNeedMore) return out;
  }
  return out;
}

/// Where the network cut the body must make no difference.
void check_chunks(std::string_view bytes) {
  ChunkedDecoder::Step whole = ChunkedDecoder::Step::kNeedMore;
  ChunkedDecoder::Step split = ChunkedDecoder::Step::kNeedMore;
  const std::string at_once = decode(bytes, bytes.size(), whole);
  require(at_once == decode(bytes, 1, split) && whole == split);
}

}  // namespace

/// The first bytes a stranger can send: a head, a chunked body, and a URL that the client calls.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_head(bytes);
  if (size > 0) check_chunks(bytes);
  (void)cumulite::http::parse_client_url(bytes);
  return 0;
}
