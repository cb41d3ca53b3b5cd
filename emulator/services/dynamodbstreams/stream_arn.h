#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "emulator/core/context.h"
#include "emulator/services/dynamodb/stream/stream.h"
#include "protocol/result.h"

namespace cumulite::dynamodbstreams {

/// "arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/stream/LABEL", taken apart.
struct StreamArn {
  std::string region;
  std::string account;
  std::string table;
  std::string label;

  std::string text() const;
};

std::optional<StreamArn> parse_stream_arn(std::string_view text);

/// The stream of an ARN. Errors: ValidationException for a text that is no stream's ARN,
/// ResourceNotFoundException for an unknown one.
struct FoundStream {
  StreamArn arn;
  dynamodb::stream::Facts facts;
};

Result<FoundStream> find_stream(Context& ctx, std::string_view arn);

/// Where a reader stands in a shard.
struct Iterator {
  StreamArn arn;
  std::uint32_t shard = 0;
  std::uint64_t sequence = 0;  ///< Of the next record.
  std::int64_t made_ms = 0;
};

std::string render_iterator(const Iterator& iterator);
std::optional<Iterator> parse_iterator(std::string_view text);

}  // namespace cumulite::dynamodbstreams
