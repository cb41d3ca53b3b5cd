#include <fmt/format.h>

#include "emulator/core/ids.h"
#include "emulator/services/dynamodb/companions.h"
#include "emulator/services/dynamodb/policy/policy_text.h"
#include "emulator/services/dynamodb/policy/resource_policy.h"
#include "emulator/services/dynamodb/stream/stream.h"
#include "emulator/services/dynamodb/table/encryption.h"
#include "emulator/services/dynamodb/table/schema_check.h"
#include "emulator/services/dynamodb/table/settings_check.h"
#include "emulator/services/dynamodb/table/table_change.h"
#include "emulator/services/dynamodb/table/table_operations.h"
#include "emulator/services/dynamodb/table/tags.h"
#include "emulator/services/dynamodb/table/transition.h"
#include "emulator/services/dynamodb/table/warm_throughput.h"
#include "emulator/services/dynamodb/vector/search_vectors.h"

namespace cumulite::dynamodb {
namespace {

Result<void> check_name(const std::string& name) {
  if (name.size() < 3 || name.size() > 255) {
    return errors::validation(
        "TableName must be at least 3 characters long and at most 255 characters long");
  }
  return {};
}

/// The model has a way to leave both out, for replicas of other accounts' tables.
Result<void> check_schema_given(const api::CreateTableInput& in) {
  const auto missing = [](std::string_view member) {
    return fmt::format("Value null at '{}' failed to satisfy constraint: Member must not be null",
                       member);
  };
  const std::string definitions = missing("attributeDefinitions");
  const std::string keys = missing("keySchema");
  if (in.AttributeDefinitions && in.KeySchema) return {};
  if (!in.AttributeDefinitions && !in.KeySchema) {
    return errors::validation(
        fmt::format("2 validation errors detected: {}; {}", definitions, keys));
  }
  return errors::validation(
      fmt::format("1 validation error detected: {}", in.KeySchema ? definitions : keys));
}

void describe_billing(const api::CreateTableInput& in, Context& ctx, api::TableDescription& out) {
  out.ProvisionedThroughput = throughput_of(in.ProvisionedThroughput);
  if (in.OnDemandThroughput) merge_on_demand(*in.OnDemandThroughput, out.OnDemandThroughput);
  if (in.BillingMode == "PAY_PER_REQUEST") {
    out.BillingModeSummary.emplace();
    out.BillingModeSummary->BillingMode = "PAY_PER_REQUEST";
    out.BillingModeSummary->LastUpdateToPayPerRequestDateTime = model::Timestamp{ctx.now_ms};
  }
  if (in.TableClass) {
    out.TableClassSummary.emplace();
    out.TableClassSummary->TableClass = in.TableClass;
  }
  if (in.WarmThroughput) set_warm_throughput(out.WarmThroughput, *in.WarmThroughput);
}

void describe_indexes(const api::CreateTableInput& in, Table& table) {
  auto& out = table.description;
  if (in.LocalSecondaryIndexes) {
    out.LocalSecondaryIndexes.emplace();
    for (const auto& index : *in.LocalSecondaryIndexes) {
      auto& description = out.LocalSecondaryIndexes->emplace_back();
      description.IndexName = index.IndexName;
      description.KeySchema = index.KeySchema;
      description.Projection = index.Projection;
      description.IndexSizeBytes = 0;
      description.ItemCount = 0;
      description.IndexArn = fmt::format("{}/index/{}", table.arn(), *index.IndexName);
      number_index(table, *index.IndexName);
    }
  }
  if (in.GlobalSecondaryIndexes) {
    out.GlobalSecondaryIndexes.emplace();
    for (const auto& index : *in.GlobalSecondaryIndexes) {
      out.GlobalSecondaryIndexes->push_back(global_index_of(table, index));
      number_index(table, *index.IndexName);
    }
  }
}

void begin_creation(api::TableDescription& description) {
  description.TableStatus = std::string(kCreating);
  if (!description.GlobalSecondaryIndexes) return;
  for (auto& index : *description.GlobalSecondaryIndexes) {
    index.IndexStatus = std::string(kCreating);
  }
}

/// Stores the table, which is CREATING, in a transaction that holds its domains.
Result<void> store_table(Context& ctx, storage::Txn& txn, const Table& created,
                         const api::CreateTableInput& in) {
  Database& db = database(ctx);
  const auto row = keys::table_row(created.account, created.region, created.name());
  if (const auto other = db.catalog().find(row)) {
    const bool creating = other->description.TableStatus == kCreating;
    return creating ? errors::being_created(created.name()) : errors::table_in_use(created.name());
  }
  auto table = std::make_shared<Table>(created);
  if (!ends_later(db, txn, *table, ctx.now_ms)) finish_change(txn, *table);
  if (table->streams()) stream::open(db, txn, *table, ctx.now_ms);
  if (in.Tags && !in.Tags->empty()) put_tags(txn, *table, *in.Tags);
  if (in.ResourcePolicy) put_table_policy(txn, *table, *in.ResourcePolicy, ctx.now_ms);
  save_table(db, txn, std::move(table));
  return {};
}

}  // namespace

std::shared_ptr<Table> make_table(Context& ctx, const api::CreateTableInput& in,
                                  const std::string& name) {
  auto table = std::make_shared<Table>();
  table->account = ctx.caller.account_id;
  table->region = ctx.caller.region;
  table->number = ids::random_u64();
  auto& out = table->description;
  out.TableName = name;
  out.AttributeDefinitions = in.AttributeDefinitions;
  out.KeySchema = in.KeySchema;
  out.TableStatus = std::string(kActive);
  out.CreationDateTime = model::Timestamp{ctx.now_ms};
  out.TableSizeBytes = 0;
  out.ItemCount = 0;
  out.TableArn = ctx.arn("dynamodb", "table/" + name);
  out.TableId = ids::uuid();
  out.DeletionProtectionEnabled = in.DeletionProtectionEnabled.value_or(false);
  describe_billing(in, ctx, out);
  describe_indexes(in, *table);
  sort_names(out);
  if (in.StreamSpecification && in.StreamSpecification->StreamEnabled.value_or(false)) {
    enable_stream(ctx, *table, *in.StreamSpecification);
  }
  if (in.SSESpecification && wants_kms(*in.SSESpecification)) {
    out.SSEDescription = sse_of(ctx, *in.SSESpecification);
  }
  return table;
}

Result<api::CreateTableOutput> create_table(Context& ctx, const api::CreateTableInput& in) {
  CUMULITE_ASSIGN(const std::string name, table_name(ctx, *in.TableName));
  CUMULITE_TRY(check_name(name));
  CUMULITE_TRY(check_schema_given(in));
  if (in.KeySchema->empty()) {
    return errors::validation(
        "1 validation error detected: Value '[]' at 'keySchema' failed to satisfy constraint: "
        "Member must have length greater than or equal to 1");
  }
  CUMULITE_TRY(check_no_vector_indexes(in.VectorIndexes));
  if (in.GlobalTableSourceArn) {
    return errors::validation("Multi-account global tables are not supported in this Region");
  }
  CUMULITE_TRY(check_schema(in));
  CUMULITE_TRY(check_on_demand(in));
  CUMULITE_TRY(check_warm_throughput(in));
  CUMULITE_TRY(check_new_stream(in.StreamSpecification));
  CUMULITE_TRY(check_encryption(in.SSESpecification));
  if (in.ResourcePolicy) CUMULITE_TRY(check_policy(*in.ResourcePolicy));
  const std::vector<api::Tag> tags = in.Tags.value_or(std::vector<api::Tag>{});
  CUMULITE_TRY(check_tags(tags));
  CUMULITE_TRY(check_simultaneous(ctx));

  const auto table = make_table(ctx, in, name);
  begin_creation(table->description);
  table->compile();
  auto domains = table_domains(*table);
  domains.push_back(tags_domain(*table));
  domains.push_back(companions_domain(*table));
  CUMULITE_TRY(ctx.env.store.transact(
      domains, [&](storage::Txn& txn) { return store_table(ctx, txn, *table, in); }));
  api::CreateTableOutput out;
  out.TableDescription = table->description;
  if (table->on_demand()) {
    // Only DescribeTable shows since when; a new table has not been updated to it.
    out.TableDescription->BillingModeSummary->LastUpdateToPayPerRequestDateTime.reset();
  }
  if (out.TableDescription->WarmThroughput) {
    fill_warm_throughput(out.TableDescription->WarmThroughput, table->on_demand(),
                         out.TableDescription->ProvisionedThroughput);
    out.TableDescription->WarmThroughput->Status = "UPDATING";
  }
  return out;
}

}  // namespace cumulite::dynamodb
