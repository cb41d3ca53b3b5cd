#pragma once

#include "api/dynamodbstreams.h"
#include "emulator/core/context.h"
#include "protocol/result.h"

/// The operations on the change streams of tables, which emulator/services/dynamodb writes.
namespace cumulite::dynamodbstreams {

Result<api::ListStreamsOutput> list_streams(Context& ctx, const api::ListStreamsInput& in);
Result<api::DescribeStreamOutput> describe_stream(Context& ctx, const api::DescribeStreamInput& in);
Result<api::GetShardIteratorOutput> get_shard_iterator(Context& ctx,
                                                       const api::GetShardIteratorInput& in);
Result<api::GetRecordsOutput> get_records(Context& ctx, const api::GetRecordsInput& in);

}  // namespace cumulite::dynamodbstreams
