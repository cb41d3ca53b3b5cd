#include "emulator/services/dynamodb/insights/contributor_insights.h"

#include <fmt/format.h>

#include "emulator/core/records/fields.h"
#include "emulator/services/dynamodb/companions.h"
#include "protocol/codec/base64.h"
#include "storage/kv/key_codec.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::size_t kInsightsPageMax = 100;
constexpr std::string_view kDefaultMode = "ACCESSED_AND_THROTTLED_KEYS";

struct Insights {
  bool enabled = false;
  std::string mode = std::string(kDefaultMode);
  std::int64_t changed_ms = 0;
  std::int64_t enabled_ms = 0;  ///< When it was last turned on: its rules are named by it.
};

Insights decode_insights(std::string_view bytes) {
  Insights out;
  FieldReader fields(bytes);
  while (fields.next()) {
    if (fields.tag() == 1) out.enabled = fields.number() != 0;
    if (fields.tag() == 2) out.mode = fields.text();
    if (fields.tag() == 3) out.changed_ms = static_cast<std::int64_t>(fields.number());
    if (fields.tag() == 4) out.enabled_ms = static_cast<std::int64_t>(fields.number());
  }
  return out;
}

std::string encode(const Insights& insights) {
  FieldWriter fields;
  fields.number(1, insights.enabled ? 1 : 0);
  fields.text(2, insights.mode);
  fields.number(3, static_cast<std::uint64_t>(insights.changed_ms));
  fields.number(4, static_cast<std::uint64_t>(insights.enabled_ms));
  return fields.take();
}

Result<TableRef> find_subject(Context& ctx, std::string_view table,
                              const std::optional<std::string>& index) {
  CUMULITE_ASSIGN(TableRef ref, find_table(ctx, table));
  if (index) {
    const auto* found = ref.table->find_index(*index);
    if (found == nullptr || !found->global) {
      return errors::not_found(
          fmt::format("Requested resource not found: Index: {} not found for table: {}", *index,
                      ref.table->name()));
    }
  }
  return ref;
}

/// The rules that CloudWatch would have: for the partition key, and for the item's key where the
/// table (or index) has a sort key; for accesses and for throttled requests.
std::vector<std::string> rules(const Table& table, const std::optional<std::string>& index,
                               const Insights& insights) {
  const KeySchema& key = index ? table.find_index(*index)->key : table.key;
  std::string subject = table.name();
  if (index) subject += "-" + *index;
  std::vector<std::string> kinds;
  const bool accessed = insights.mode == kDefaultMode;
  if (accessed) kinds.push_back("PKC");
  kinds.push_back("PKT");
  if (key.range_count() > 0) {
    if (accessed) kinds.push_back("SKC");
    kinds.push_back("SKT");
  }
  std::vector<std::string> out;
  for (const auto& kind : kinds) {
    out.push_back(
        fmt::format("DynamoDBContributorInsights-{}-{}-{}", kind, subject, insights.enabled_ms));
  }
  return out;
}

/// A place in a listing: behind this table and index.
struct Place {
  std::string table;
  std::string index;
};

std::string render(const Place& place) {
  std::string bytes;
  storage::append_part(bytes, place.table);
  storage::append_part(bytes, place.index);
  return codec::base64url_encode(bytes);
}

Result<Place> parse_place(const std::string& token) {
  if (const auto bytes = codec::base64url_decode(token)) {
    std::string_view rest = *bytes;
    auto table = storage::take_part(rest);
    auto index = table ? storage::take_part(rest) : std::nullopt;
    if (index && rest.empty()) return Place{std::move(*table), std::move(*index)};
  }
  return errors::validation("Invalid NextToken");
}

/// The summaries of one table.
std::vector<api::ContributorInsightsSummary> summaries(const storage::Reader& reader,
                                                       const Table& table) {
  std::vector<api::ContributorInsightsSummary> out;
  for (const auto& row : list_companions(reader, table, Companion::kInsights)) {
    const Insights insights = decode_insights(row.value);
    auto& summary = out.emplace_back();
    summary.TableName = table.name();
    if (!row.id.empty()) summary.IndexName = row.id;
    summary.ContributorInsightsStatus = insights.enabled ? "ENABLED" : "DISABLED";
    summary.ContributorInsightsMode = insights.mode;
  }
  return out;
}

}  // namespace

Result<api::DescribeContributorInsightsOutput> describe_contributor_insights(
    Context& ctx, const api::DescribeContributorInsightsInput& in) {
  CUMULITE_ASSIGN(const TableRef ref, find_subject(ctx, *in.TableName, in.IndexName));
  api::DescribeContributorInsightsOutput out;
  out.TableName = ref.table->name();
  out.IndexName = in.IndexName;
  const auto row =
      get_companion(ctx.env.store, *ref.table, Companion::kInsights, in.IndexName.value_or(""));
  if (!row) {
    out.ContributorInsightsStatus = "DISABLED";
    return out;
  }
  const Insights insights = decode_insights(*row);
  out.ContributorInsightsStatus = insights.enabled ? "ENABLED" : "DISABLED";
  out.ContributorInsightsMode = insights.mode;
  out.LastUpdateDateTime = model::Timestamp{insights.changed_ms};
  if (insights.enabled) out.ContributorInsightsRuleList = rules(*ref.table, in.IndexName, insights);
  return out;
}

Result<api::UpdateContributorInsightsOutput> update_contributor_insights(
    Context& ctx, const api::UpdateContributorInsightsInput& in) {
  CUMULITE_ASSIGN(const TableRef ref, find_subject(ctx, *in.TableName, in.IndexName));
  const bool enable = in.ContributorInsightsAction == "ENABLE";
  const std::string id = in.IndexName.value_or("");
  bool idle = false;
  const Insights changed =
      ctx.env.store.transact({companions_domain(*ref.table)}, [&](storage::Txn& txn) {
        const auto row = get_companion(txn, *ref.table, Companion::kInsights, id);
        Insights insights = row ? decode_insights(*row) : Insights{};
        // Turned on without a mode it is in that of the beginning, whatever it was in before.
        const std::string mode =
            in.ContributorInsightsMode.value_or(enable ? std::string(kDefaultMode) : insights.mode);
        idle = insights.enabled && enable && insights.mode == mode;
        if (idle) return insights;
        if (enable && !insights.enabled) insights.enabled_ms = ctx.now_ms;
        insights.enabled = enable;
        insights.mode = mode;
        insights.changed_ms = ctx.now_ms;
        put_companion(txn, *ref.table, Companion::kInsights, id, encode(insights));
        return insights;
      });
  api::UpdateContributorInsightsOutput out;
  out.TableName = ref.table->name();
  out.IndexName = in.IndexName;
  out.ContributorInsightsStatus = idle ? "ENABLED" : enable ? "ENABLING" : "DISABLING";
  out.ContributorInsightsMode = changed.mode;
  return out;
}

Result<api::ListContributorInsightsOutput> list_contributor_insights(
    Context& ctx, const api::ListContributorInsightsInput& in) {
  // The model gives no lower bound, and a page must hold something to go on from.
  const auto limit = in.MaxResults && *in.MaxResults > 0 ? static_cast<std::size_t>(*in.MaxResults)
                                                         : kInsightsPageMax;
  Place after;
  if (in.NextToken) {
    CUMULITE_ASSIGN(after, parse_place(*in.NextToken));
  }
  std::vector<TablePtr> tables;
  if (in.TableName) {
    CUMULITE_ASSIGN(const TableRef ref, find_table(ctx, *in.TableName));
    tables.push_back(ref.table);
  } else {
    tables = database(ctx).catalog().list(ctx.caller.account_id, ctx.caller.region, {},
                                          static_cast<std::size_t>(-1));
  }
  api::ListContributorInsightsOutput out;
  out.ContributorInsightsSummaries.emplace();
  for (const auto& table : tables) {
    if (in.NextToken && table->name() < after.table) continue;
    for (auto& summary : summaries(ctx.env.store, *table)) {
      if (in.NextToken && table->name() == after.table &&
          summary.IndexName.value_or("") <= after.index) {
        continue;
      }
      if (out.ContributorInsightsSummaries->size() == limit) {
        const auto& last = out.ContributorInsightsSummaries->back();
        out.NextToken = render({*last.TableName, last.IndexName.value_or("")});
        return out;
      }
      out.ContributorInsightsSummaries->push_back(std::move(summary));
    }
  }
  return out;
}

}  // namespace cumulite::dynamodb
