#include "emulator/services/dynamodb/kinesis/kinesis_destination.h"

#include <fmt/format.h>

#include "emulator/core/arn.h"
#include "emulator/core/records/fields.h"
#include "emulator/services/dynamodb/companions.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::string_view kDefaultPrecision = "MILLISECOND";

struct Destination {
  bool active = false;
  std::string precision = {};  ///< Empty until one is asked for, which is the default then.
  std::string passing = {};    ///< The state between, which lasts until `settled_ms`.
  std::int64_t settled_ms = 0;
  std::string failure = {};  ///< Why it could not be enabled.

  std::string status(std::int64_t now_ms) const {
    if (now_ms < settled_ms) return passing;
    if (!failure.empty()) return "ENABLE_FAILED";
    return active ? "ACTIVE" : "DISABLED";
  }

  bool is_idle(std::int64_t now_ms) const { return now_ms >= settled_ms && !is_active(); }

  bool is_active() const { return active && failure.empty(); }

  std::string_view known_precision() const {
    return precision.empty() ? kDefaultPrecision : std::string_view(precision);
  }

  /// Enters a state between for as long as tables take.
  void pass(Context& ctx, std::string_view state) {
    passing = std::string(state);
    settled_ms = ctx.now_ms + database(ctx).transition_time().ms(ctx.caller.account_id);
  }
};

Destination decode_destination(std::string_view bytes) {
  Destination out;
  FieldReader fields(bytes);
  while (fields.next()) {
    if (fields.tag() == 1) out.active = fields.number() != 0;
    if (fields.tag() == 2) out.precision = fields.text();
    if (fields.tag() == 3) out.passing = fields.text();
    if (fields.tag() == 4) out.settled_ms = static_cast<std::int64_t>(fields.number());
    if (fields.tag() == 5) out.failure = fields.text();
  }
  return out;
}

std::string encode(const Destination& destination) {
  FieldWriter fields;
  fields.number(1, destination.active ? 1 : 0);
  fields.text(2, destination.precision);
  fields.text(3, destination.passing);
  fields.number(4, static_cast<std::uint64_t>(destination.settled_ms));
  fields.text(5, destination.failure);
  return fields.take();
}

/// Why a stream cannot be written to; empty: it can. Only what its ARN shows is looked at.
std::string failure_of(const Context& ctx, std::string_view stream_arn) {
  const auto parsed = parse_arn(stream_arn);
  if (!parsed || !parsed->is_of("kinesis") ||
      stream_arn.find(":stream/") == std::string_view::npos ||
      stream_arn.find("/consumer/") != std::string_view::npos) {
    return "User does not have a permission to use kinesis stream";
  }
  if (parsed->region == ctx.caller.region) return {};
  return "The kinesis Arn used to enable kinesis replication belongs to a stream which is not in "
         "the current region";
}

/// The service speaks of enabling whatever was asked for.
Error wrong_state(std::string_view detail) {
  return errors::validation(fmt::format(
      "Table is not in a valid state to enable Kinesis Streaming Destination: {}", detail));
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

/// Of a table's destinations one is in use at a time.
Result<void> check_room(const storage::Reader& reader, const Table& table, std::int64_t now_ms) {
  for (const auto& row : list_companions(reader, table, Companion::kKinesis)) {
    if (decode_destination(row.value).is_idle(now_ms)) continue;
    return wrong_state(
        "EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE "
        "operation.");
  }
  return {};
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
  CUMULITE_ASSIGN(const TableRef ref, find_table(ctx, *in.TableName));
  Destination wanted{true};
  wanted.pass(ctx, "ENABLING");
  wanted.failure = failure_of(ctx, *in.StreamArn);
  const auto& configuration = in.EnableKinesisStreamingConfiguration;
  if (configuration && configuration->ApproximateCreationDateTimePrecision) {
    wanted.precision = *configuration->ApproximateCreationDateTimePrecision;
  }
  CUMULITE_TRY(change_destination(
      ctx, ref, *in.StreamArn,
      [&](storage::Txn& txn, const std::optional<Destination>&) -> Result<Destination> {
        auto room = check_room(txn, *ref.table, ctx.now_ms);
        if (!room.ok()) return std::move(room).error();
        return wanted;
      }));
  api::KinesisStreamingDestinationOutput out;
  out.TableName = ref.table->name();
  out.StreamArn = in.StreamArn;
  out.DestinationStatus = "ENABLING";
  out.EnableKinesisStreamingConfiguration =
      configuration.value_or(api::EnableKinesisStreamingConfiguration{});
  return out;
}

Result<api::KinesisStreamingDestinationOutput> disable_kinesis_streaming_destination(
    Context& ctx, const api::KinesisStreamingDestinationInput& in) {
  CUMULITE_ASSIGN(const TableRef ref, find_table(ctx, *in.TableName));
  CUMULITE_TRY(change_destination(
      ctx, ref, *in.StreamArn,
      [&](storage::Txn&, const std::optional<Destination>& stored) -> Result<Destination> {
        if (!stored || stored->status(ctx.now_ms) != "ACTIVE") {
          return wrong_state(
              "KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.");
        }
        Destination disabled{false};
        disabled.pass(ctx, "DISABLING");
        return disabled;
      }));
  api::KinesisStreamingDestinationOutput out;
  out.TableName = ref.table->name();
  out.StreamArn = in.StreamArn;
  out.DestinationStatus = "DISABLING";
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
    described.DestinationStatus = destination.status(ctx.now_ms);
    if (described.DestinationStatus == "ENABLE_FAILED") {
      described.DestinationStatusDescription = destination.failure;
    }
    if (destination.precision.empty()) continue;
    described.ApproximateCreationDateTimePrecision = destination.precision;
  }
  return out;
}

Result<api::UpdateKinesisStreamingDestinationOutput> update_kinesis_streaming_destination(
    Context& ctx, const api::UpdateKinesisStreamingDestinationInput& in) {
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
        if (!stored) return wrong_state(none_found(*ref.table, *in.StreamArn));
        if (stored->status(ctx.now_ms) != "ACTIVE") {
          return wrong_state(
              fmt::format("Kinesis streaming is not in ACTIVE state. Updates are only allowed in "
                          "ACTIVE state. TableName: {}, kdsArn: {}",
                          ref.table->name(), *in.StreamArn));
        }
        if (stored->known_precision() == precision) {
          return errors::validation(fmt::format(
              "Invalid Request: Precision is already set to the desired value of {} for tableId: "
              "{}, kdsArn: {}",
              precision, *ref.table->description.TableId, *in.StreamArn));
        }
        Destination changed{true, precision};
        changed.pass(ctx, kUpdating);
        return changed;
      }));
  api::UpdateKinesisStreamingDestinationOutput out;
  out.TableName = ref.table->name();
  out.StreamArn = in.StreamArn;
  out.DestinationStatus = "UPDATING";
  out.UpdateKinesisStreamingConfiguration = configuration;
  return out;
}

}  // namespace cumulite::dynamodb
