#pragma once

#include "emulator/services/dynamodb/database.h"

namespace cumulite::dynamodb {

/// Kinesis data streams that a table is to be replicated to: stored and answered with the checks of
/// the service. There is no Kinesis here, so nothing is sent.
Result<api::KinesisStreamingDestinationOutput> enable_kinesis_streaming_destination(
    Context& ctx, const api::KinesisStreamingDestinationInput& in);
Result<api::KinesisStreamingDestinationOutput> disable_kinesis_streaming_destination(
    Context& ctx, const api::KinesisStreamingDestinationInput& in);
Result<api::DescribeKinesisStreamingDestinationOutput> describe_kinesis_streaming_destination(
    Context& ctx, const api::DescribeKinesisStreamingDestinationInput& in);
Result<api::UpdateKinesisStreamingDestinationOutput> update_kinesis_streaming_destination(
    Context& ctx, const api::UpdateKinesisStreamingDestinationInput& in);

}  // namespace cumulite::dynamodb
