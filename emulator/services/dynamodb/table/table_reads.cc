#include "emulator/services/dynamodb/index/index_rows.h"
#include "emulator/services/dynamodb/table/table_change.h"
#include "emulator/services/dynamodb/table/table_operations.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::size_t kListMax = 100;
constexpr std::int64_t kEndpointCacheMinutes = 1440;

}  // namespace

Result<api::DescribeTableOutput> describe_table(Context& ctx, const api::DescribeTableInput& in) {
  CUMULITE_ASSIGN(const TableRef ref, find_table(ctx, *in.TableName));
  api::DescribeTableOutput out;
  out.Table = describe(database(ctx), *ref.table);
  return out;
}

Result<api::ListTablesOutput> list_tables(Context& ctx, const api::ListTablesInput& in) {
  const auto limit = in.Limit ? static_cast<std::size_t>(*in.Limit) : kListMax;
  const auto tables = database(ctx).catalog().list(
      ctx.caller.account_id, ctx.caller.region, in.ExclusiveStartTableName.value_or(""), limit + 1);
  api::ListTablesOutput out;
  out.TableNames.emplace();
  for (const auto& table : tables) {
    if (out.TableNames->size() == limit) {
      out.LastEvaluatedTableName = out.TableNames->back();
      break;
    }
    out.TableNames->push_back(table->name());
  }
  return out;
}

Result<api::DescribeLimitsOutput> describe_limits(Context&, const api::DescribeLimitsInput&) {
  api::DescribeLimitsOutput out;
  out.AccountMaxReadCapacityUnits = 80'000;
  out.AccountMaxWriteCapacityUnits = 80'000;
  out.TableMaxReadCapacityUnits = 40'000;
  out.TableMaxWriteCapacityUnits = 40'000;
  return out;
}

Result<api::DescribeEndpointsResponse> describe_endpoints(Context& ctx,
                                                          const api::DescribeEndpointsRequest&) {
  api::DescribeEndpointsResponse out;
  auto& endpoint = out.Endpoints.emplace().emplace_back();
  // An address that the client can reach: the one it used.
  const std::string url = ctx.client_url();
  endpoint.Address = url.substr(url.find("://") + 3);
  endpoint.CachePeriodInMinutes = kEndpointCacheMinutes;
  return out;
}

}  // namespace cumulite::dynamodb
