#include <unordered_set>

#include "emulator/services/dynamodb/item/key_check.h"
#include "emulator/services/dynamodb/request/batch_operations.h"
#include "emulator/services/dynamodb/request/parameters.h"
#include "emulator/services/dynamodb/request/write_plan.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::size_t kRequestsMax = 25;
constexpr std::string_view kThroughputExceeded = "ProvisionedThroughputExceededException";
constexpr std::string_view kConflict = "TransactionConflictException";

Result<WritePlan> make_plan(const api::WriteRequest& request) {
  WritePlan plan;
  if (request.PutRequest && request.DeleteRequest) {
    return errors::validation(
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
        "supported datatypes");
  }
  if (request.PutRequest && request.PutRequest->Item) {
    plan.kind = WritePlan::Kind::kPut;
    CUMULITE_ASSIGN(plan.item, normalized(*request.PutRequest->Item));
    CUMULITE_TRY(check_attribute_names(plan.item));
    if (size_bytes(plan.item) > kItemBytesMax) return errors::item_too_large();
    return plan;
  }
  if (request.DeleteRequest && request.DeleteRequest->Key) {
    plan.kind = WritePlan::Kind::kDelete;
    CUMULITE_ASSIGN(plan.item, normalized(*request.DeleteRequest->Key));
    return plan;
  }
  return errors::validation(
      "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
      "supported datatypes");
}

struct TableWrites {
  const std::string* name = nullptr;
  const std::vector<api::WriteRequest>* requests = nullptr;
  TableRef ref = {};
  std::vector<WritePlan> plans = {};
};

/// DynamoDB says the same for every kind of wrong primary key in a batch.
Result<void> check_batch_plan(const Table& table, const WritePlan& plan) {
  auto checked = check_plan(table, plan);
  if (checked.ok()) return {};
  const auto& message = checked.error().message;
  if (message.find("Missing the key") != std::string::npos ||
      message.find("Type mismatch for key") != std::string::npos) {
    return errors::key_not_matching_schema();
  }
  return checked;
}

Result<void> resolve(Context& ctx, TableWrites& writes) {
  CUMULITE_ASSIGN(writes.ref, find_data_table(ctx, *writes.name));
  std::unordered_set<std::string> seen;
  for (const auto& plan : writes.plans) {
    CUMULITE_TRY(check_batch_plan(*writes.ref.table, plan));
    if (!seen.insert(keys::item_row(*writes.ref.table, plan.item)).second) {
      return errors::validation("Provided list of item keys contains duplicates");
    }
  }
  return {};
}

/// What became of the requests of a batch.
struct Progress {
  bool any = false;                     ///< Something was written.
  std::optional<Error> throttled = {};  ///< Why something was not.
};

Result<void> run_writes(Context& ctx, const api::BatchWriteItemInput& in, const TableWrites& writes,
                        Progress& progress, api::BatchWriteItemOutput& out) {
  std::optional<api::ConsumedCapacity> total;
  std::vector<api::WriteRequest> unprocessed;
  for (std::size_t i = 0; i < writes.plans.size(); ++i) {
    const auto& plan = writes.plans[i];
    const auto written = run_plan(ctx, *writes.name, plan, false);
    if (!written.ok()) {
      const auto& code = written.error().code;
      if (code != kThroughputExceeded && code != kConflict) return written.error();
      if (code == kThroughputExceeded) progress.throttled = written.error();
      unprocessed.push_back((*writes.requests)[i]);
      continue;
    }
    progress.any = true;
    const auto& outcome = *written;
    const auto used = write_capacity(in.ReturnConsumedCapacity, *outcome.table, outcome.units);
    if (used && total) {
      add_capacity(*total, *used);
    } else if (used) {
      total = used;
    }
    auto metrics = collection_metrics(ctx.env.store, in.ReturnItemCollectionMetrics, *outcome.table,
                                      plan.item);
    if (!metrics) continue;
    if (!out.ItemCollectionMetrics) out.ItemCollectionMetrics.emplace();
    if (out.ItemCollectionMetrics->empty() ||
        out.ItemCollectionMetrics->back().first != *writes.name) {
      out.ItemCollectionMetrics->emplace_back(*writes.name,
                                              std::vector<api::ItemCollectionMetrics>{});
    }
    out.ItemCollectionMetrics->back().second.push_back(std::move(*metrics));
  }
  if (!unprocessed.empty()) out.UnprocessedItems->emplace_back(*writes.name, unprocessed);
  if (total) {
    if (!out.ConsumedCapacity) out.ConsumedCapacity.emplace();
    out.ConsumedCapacity->push_back(std::move(*total));
  }
  return {};
}

}  // namespace

Result<api::BatchWriteItemOutput> batch_write_item(Context& ctx,
                                                   const api::BatchWriteItemInput& in) {
  if (!in.RequestItems || in.RequestItems->empty()) {
    return errors::validation("The requestItems parameter is required for BatchWriteItem");
  }
  std::size_t total = 0;
  std::vector<TableWrites> tables;
  for (const auto& [name, requests] : *in.RequestItems) {
    TableWrites writes;
    writes.name = &name;
    writes.requests = &requests;
    for (const auto& request : requests) {
      CUMULITE_ASSIGN(auto plan, make_plan(request));
      writes.plans.push_back(std::move(plan));
    }
    total += requests.size();
    tables.push_back(std::move(writes));
  }
  if (total > kRequestsMax) {
    return errors::validation("Too many items requested for the BatchWriteItem call");
  }
  // Everything is checked before anything is written: a wrong request changes nothing.
  for (auto& writes : tables) CUMULITE_TRY(resolve(ctx, writes));
  api::BatchWriteItemOutput out;
  out.UnprocessedItems.emplace();
  Progress progress;
  for (const auto& writes : tables) CUMULITE_TRY(run_writes(ctx, in, writes, progress, out));
  // Only a call of which nothing could be done for want of throughput is refused. Conflicts are not
  // among the errors of BatchWriteItem: what met a transaction is unprocessed.
  if (progress.throttled && !progress.any) return std::move(*progress.throttled);
  return out;
}

}  // namespace cumulite::dynamodb
