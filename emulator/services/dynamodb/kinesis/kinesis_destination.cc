#include "emulator/services/dynamodb/kinesis/kinesis_destination.h"

#include <algorithm>

#include <fmt/format.h>

#include "emulator/core/records/fields.h"
#include "emulator/services/dynamodb/companions.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::string_view kDefaultPrecision = "MILLISECOND";
// The service replicates a table to at most this many streams at once.
constexpr std::ptrdiff_t kActiveMax = 2;

struct Destination {
  bool active = false;
  std::string precision = std::string(kDefaultPrecision);
};

Destination decode_destination(std::string_view bytes) {
  Destination out;
  FieldReader fields(bytes);
  while (fields.next()) {
    if (fields.tag() == 1) out.active = fields.number() != 0;
    if (fields.tag() == 2) out.precision = fields.text();
  }
  return out;
}

std::string encode(const Destination& destination) {
  FieldWriter fields;
  fields.number(1, destination.active ? 1 : 0);
  fields.text(2, destination.precision);
  return fields.take();
}

Result<void> check_stream_arn(const std::string& arn) {
  if (arn.starts_with("arn:") && arn.find(":kinesis:") != std::string::npos &&
      arn.find(":stream/") != std::string::npos) {
    return {};
  }
  return errors::validation("Invalid StreamArn: " + arn);
}

Error wrong_state(std::string_view what, std::string_view detail) {
  return errors::validation(fmt::format(
      "Table is not in a valid state to {} Kinesis Streaming Destination: {}", what, detail));
}

std::string none_found(const Table& table, std::string_view stream_arn) {
  return fmt::format(
      "No streaming destination with streamArn: {} found for table with tableName: {}", stream_arn,
      table.name());
}

std::optional<Destination> read(const storage::Reader& reader, const Table& table,
                                std::string_view stream_arn) {
  const auto row = get_companion(reader, table, Companion::kKinesis, stream_arn);
  if (!row) return std::nullopt;
  return decode_destination(*row);
}

Result<void> check_room(const storage::Reader& reader, const Table& table) {
  const auto rows = list_companions(reader, table, Companion::kKinesis);
  const auto active = std::count_if(rows.begin(), rows.end(), [](const CompanionRow& row) {
    return decode_destination(row.value).active;
  });
  if (active < kActiveMax) return {};
  return errors::limit_exceeded(
      "Too many active Kinesis streaming destinations for the table: the limit is 2");
}

/// Runs `change(txn, std::optional<Destination>) -> Result<Destination>` on the stored destination
/// and stores what it answers.
template <class Change>
Result<Destination> change_destination(Context& ctx, const TableRef& ref,
                                       const std::string& stream_arn, Change&& change) {
  return ctx.env.store.transact(
      {companions_domain(*ref.table)}, [&](storage::Txn& txn) -> Result<Destination> {
        CUMULITE_ASSIGN(const Destination changed, change(txn, read(txn, *ref.table, stream_arn)));
        put_companion(txn, *ref.table, Companion::kKinesis, stream_arn, encode(changed));
        return changed;
      });
}

}  // namespace

Result<api::KinesisStreamingDestinationOutput> enable_kinesis_streaming_destination(
    Context& ctx, const api::KinesisStreamingDestinationInput& in) {
  CUMULITE_TRY(check_stream_arn(*in.StreamArn));
  CUMULITE_ASSIGN(const TableRef ref, find_table(ctx, *in.TableName));
  Destination wanted{true, std::string(kDefaultPrecision)};
  const auto& configuration = in.EnableKinesisStreamingConfiguration;
  if (configuration && configuration->ApproximateCreationDateTimePrecision) {
    wanted.precision = *configuration->ApproximateCreationDateTimePrecision;
  }
  CUMULITE_TRY(change_destination(
      ctx, ref, *in.StreamArn,
      [&](storage::Txn& txn, const std::optional<Destination>& stored) -> Result<Destination> {
        if (stored && stored->active) {
          return wrong_state("enable",
                             "EnableKinesisStreamingDestination: the destination is "
                             "already active");
        }
        auto room = check_room(txn, *ref.table);
        if (!room.ok()) return std::move(room).error();
        return wanted;
      }));
  api::KinesisStreamingDestinationOutput out;
  out.TableName = ref.table->name();
  out.StreamArn = in.StreamArn;
  out.DestinationStatus = "ENABLING";
  out.EnableKinesisStreamingConfiguration.emplace();
  out.EnableKinesisStreamingConfiguration->ApproximateCreationDateTimePrecision = wanted.precision;
  return out;
}

Result<api::KinesisStreamingDestinationOutput> disable_kinesis_streaming_destination(
    Context& ctx, const api::KinesisStreamingDestinationInput& in) {
  CUMULITE_TRY(check_stream_arn(*in.StreamArn));
  CUMULITE_ASSIGN(const TableRef ref, find_table(ctx, *in.TableName));
  CUMULITE_ASSIGN(
      const Destination changed,
      change_destination(
          ctx, ref, *in.StreamArn,
          [&](storage::Txn&, const std::optional<Destination>& stored) -> Result<Destination> {
            if (!stored || !stored->active) {
              return wrong_state("disable", none_found(*ref.table, *in.StreamArn));
            }
            return Destination{false, stored->precision};
          }));
  api::KinesisStreamingDestinationOutput out;
  out.TableName = ref.table->name();
  out.StreamArn = in.StreamArn;
  out.DestinationStatus = "DISABLING";
  out.EnableKinesisStreamingConfiguration.emplace();
  out.EnableKinesisStreamingConfiguration->ApproximateCreationDateTimePrecision = changed.precision;
  return out;
}

Result<api::DescribeKinesisStreamingDestinationOutput> describe_kinesis_streaming_destination(
    Context& ctx, const api::DescribeKinesisStreamingDestinationInput& in) {
  CUMULITE_ASSIGN(const TableRef ref, find_table(ctx, *in.TableName));
  api::DescribeKinesisStreamingDestinationOutput out;
  out.TableName = ref.table->name();
  out.KinesisDataStreamDestinations.emplace();
  for (const auto& row : list_companions(ctx.env.store, *ref.table, Companion::kKinesis)) {
    const Destination destination = decode_destination(row.value);
    auto& described = out.KinesisDataStreamDestinations->emplace_back();
    described.StreamArn = row.id;
    described.DestinationStatus = destination.active ? "ACTIVE" : "DISABLED";
    described.ApproximateCreationDateTimePrecision = destination.precision;
  }
  return out;
}

Result<api::UpdateKinesisStreamingDestinationOutput> update_kinesis_streaming_destination(
    Context& ctx, const api::UpdateKinesisStreamingDestinationInput& in) {
  CUMULITE_TRY(check_stream_arn(*in.StreamArn));
  const auto& configuration = in.UpdateKinesisStreamingConfiguration;
  if (!configuration || !configuration->ApproximateCreationDateTimePrecision) {
    return errors::validation(
        "Streaming destination cannot be updated with given parameters: "
        "UpdateKinesisStreamingConfiguration cannot be null or contain only null values");
  }
  const std::string& precision = *configuration->ApproximateCreationDateTimePrecision;
  CUMULITE_ASSIGN(const TableRef ref, find_table(ctx, *in.TableName));
  CUMULITE_TRY(change_destination(
      ctx, ref, *in.StreamArn,
      [&](storage::Txn&, const std::optional<Destination>& stored) -> Result<Destination> {
        // The service speaks of enabling here too.
        if (!stored || !stored->active) {
          return wrong_state("enable", none_found(*ref.table, *in.StreamArn));
        }
        if (stored->precision == precision) {
          return errors::validation(fmt::format(
              "Invalid Request: Precision is already set to the desired value of {} for tableId: "
              "{}, KdsArn: {}",
              precision, *ref.table->description.TableId, *in.StreamArn));
        }
        return Destination{true, precision};
      }));
  api::UpdateKinesisStreamingDestinationOutput out;
  out.TableName = ref.table->name();
  out.StreamArn = in.StreamArn;
  out.DestinationStatus = "UPDATING";
  out.UpdateKinesisStreamingConfiguration = configuration;
  return out;
}

}  // namespace cumulite::dynamodb
