#include "emulator/services/sqs/receipt_handle.h"

#include "emulator/services/sqs/record.h"
#include "protocol/checksum/checksum.h"
#include "protocol/codec/base64.h"

namespace cumulite::sqs {
namespace {

// Handles begin with "AQEB", as AWS's do; the check bytes tell a handle of ours from made-up text.
constexpr std::string_view kVersion = "\x01\x01\x01";
constexpr std::string_view kSalt = "cumulite receipt handle";
constexpr std::size_t kPayloadBytes = 3 + 8 + 8 + 4;

std::string check_bytes(std::string_view payload) {
  std::string salted(payload);
  salted.append(kSalt);
  return checksum::digest(checksum::Algorithm::kXxhash128, salted);
}

}  // namespace

std::string format_receipt_handle(const ReceiptHandle& handle) {
  std::string bytes(kVersion);
  RecordWriter writer(bytes);
  writer.u64(handle.queue_id);
  writer.u64(handle.sequence);
  writer.u32(handle.receive_count);
  bytes += check_bytes(bytes);
  return codec::base64_encode(bytes);
}

std::optional<ReceiptHandle> parse_receipt_handle(std::string_view text) {
  const auto bytes = codec::base64_decode(text);
  if (!bytes || bytes->size() <= kPayloadBytes || !bytes->starts_with(kVersion)) {
    return std::nullopt;
  }
  const std::string_view payload = std::string_view(*bytes).substr(0, kPayloadBytes);
  if (std::string_view(*bytes).substr(kPayloadBytes) != check_bytes(payload)) return std::nullopt;
  RecordReader reader(payload.substr(kVersion.size()));
  ReceiptHandle handle;
  handle.queue_id = reader.u64();
  handle.sequence = reader.u64();
  handle.receive_count = reader.u32();
  return handle;
}

}  // namespace cumulite::sqs
