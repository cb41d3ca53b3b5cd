#include "emulator/services/s3/object/reading.h"

#include <fmt/format.h>

#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/object/versions.h"

namespace cumulite::s3 {

namespace {

Result<Selection> select_part(const Context& ctx, const BucketRecord& bucket,
                              const std::string& key, const ObjectRecord& record,
                              std::int32_t number) {
  if (number < 1 || number > 10'000) {
    return errors::invalid_argument("Part number must be an integer between 1 and 10000, inclusive",
                                    "partNumber", std::to_string(number));
  }
  Selection selection{{0, record.size_bytes}, record.size_bytes > 0, std::nullopt};
  if (record.part_count == 0) {
    if (number > 1) return errors::invalid_part_number(std::to_string(number), 1);
    return selection;
  }
  // Parts keep the numbers under which they were uploaded, which may have gaps.
  std::uint64_t offset = 0;
  for (PartRecord& part : read_parts(ctx.env.store, bucket, key, record)) {
    if (part.number == static_cast<std::uint32_t>(number)) {
      selection.range = {offset, part.size_bytes};
      selection.part = std::move(part);
      return selection;
    }
    offset += part.size_bytes;
  }
  return errors::invalid_part_number(std::to_string(number), record.part_count);
}

}  // namespace

Result<Selection> select_bytes(const Context& ctx, const BucketRecord& bucket,
                               const std::string& key, const ObjectRecord& record,
                               const std::optional<std::string>& range,
                               const std::optional<std::int32_t>& part_number) {
  if (part_number) {
    if (range) {
      return errors::invalid_request(
          "Cannot specify both Range header and partNumber query parameter");
    }
    return select_part(ctx, bucket, key, record, *part_number);
  }
  Selection selection{{0, record.size_bytes}, false, std::nullopt};
  if (!range) return selection;
  CUMULITE_ASSIGN(const auto asked, parse_range(*range, record.size_bytes));
  if (asked) {
    selection.range = *asked;
    selection.partial = true;
  }
  return selection;
}

std::string content_range(const Selection& selection, const ObjectRecord& record) {
  return fmt::format("bytes {}-{}/{}", selection.range.offset,
                     selection.range.offset + selection.range.length - 1, record.size_bytes);
}

}  // namespace cumulite::s3
