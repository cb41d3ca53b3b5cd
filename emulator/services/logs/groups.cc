#include <algorithm>
#include <cctype>
#include <iterator>

#include "emulator/core/helper_spaces.h"
#include "emulator/core/row_service.h"
#include "emulator/services/logs/access.h"
#include "emulator/services/logs/operations.h"
#include "emulator/services/logs/retention.h"
#include "storage/kv/key_codec.h"

namespace cumulite::logs {
namespace {

constexpr std::int32_t kPageSize = 50;

constexpr std::int32_t kRetentions[] = {1,    3,    5,    7,    14,   30,  60,  90,
                                        120,  150,  180,  365,  400,  545, 731, 1096,
                                        1827, 2192, 2557, 2922, 3288, 3653};

api::LogGroup describe(const storage::Reader& reader, const GroupRef& ref, const Group& group) {
  api::LogGroup shown;
  shown.logGroupName = ref.name;
  shown.creationTime = group.created_ms;
  if (group.retention_days != 0) shown.retentionInDays = group.retention_days;
  shown.metricFilterCount = 0;
  shown.arn = ref.arn() + ":*";
  shown.logGroupArn = ref.arn();
  shown.storedBytes = reader.counter(spaces::kLogs, keys::stored_bytes(ref));
  if (!group.kms_key_id.empty()) shown.kmsKeyId = group.kms_key_id;
  shown.logGroupClass = group.group_class;
  shown.deletionProtectionEnabled = group.is_protected;
  return shown;
}

Result<void> check_listing(const api::DescribeLogGroupsRequest& req) {
  if (req.logGroupNamePrefix && req.logGroupNamePattern) {
    return errors::invalid_parameter(
        "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.");
  }
  if (req.logGroupIdentifiers && (req.logGroupNamePrefix || req.logGroupNamePattern)) {
    return errors::invalid_parameter(
        "logGroupIdentifiers cannot be used together with a name prefix or pattern.");
  }
  return {};
}

/// The pattern is a part of the name, in any case of letters.
bool contains_ignoring_case(std::string_view text, std::string_view part) {
  const auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  };
  return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

}  // namespace

Result<model::Unit> create_log_group(Context& ctx, const api::CreateLogGroupRequest& req) {
  const GroupRef ref = group_ref(ctx, *req.logGroupName);
  if (ref.name.starts_with("aws/")) {
    return errors::invalid_parameter("Log groups starting with aws/ are reserved for AWS.");
  }
  Group group;
  group.created_ms = ctx.now_ms;
  group.is_protected = req.deletionProtectionEnabled.value_or(false);
  group.group_class = req.logGroupClass.value_or("STANDARD");
  group.kms_key_id = req.kmsKeyId.value_or("");
  if (req.tags) group.tags = *req.tags;
  CUMULITE_TRY(ctx.env.store.transact(group_domains(ref), [&](storage::Txn& txn) -> Result<void> {
    if (load_group(txn, ref)) return errors::group_exists();
    txn.put(spaces::kLogs, keys::group(ref), encode_group(group));
    return {};
  }));
  return model::Unit{};
}

Result<model::Unit> delete_log_group(Context& ctx, const api::DeleteLogGroupRequest& req) {
  const GroupRef ref = group_ref(ctx, *req.logGroupName);
  CUMULITE_TRY(
      ctx.env.store.transact(whole_group_domains(ref), [&](storage::Txn& txn) -> Result<void> {
        const auto group = load_group(txn, ref);
        if (!group) return errors::group_not_found();
        if (group->is_protected) return errors::deletion_protected();
        const std::string streams = keys::streams(ref);
        const std::string events = keys::events(ref);
        txn.del_range(spaces::kLogs, streams, storage::prefix_end(streams));
        txn.del_range(spaces::kLogEvents, events, storage::prefix_end(events));
        txn.del(spaces::kLogs, keys::stored_bytes(ref));
        txn.del(spaces::kLogs, keys::group(ref));
        return {};
      }));
  return model::Unit{};
}

Result<api::DescribeLogGroupsResponse> describe_log_groups(
    Context& ctx, const api::DescribeLogGroupsRequest& req) {
  CUMULITE_TRY(check_listing(req));
  const std::string all = keys::groups(ctx.caller.account_id, ctx.caller.region);
  const auto& wanted = req.logGroupIdentifiers;
  const auto keep = [&](const storage::KeyValue& row) {
    const std::string name = row.key.substr(all.size());
    if (wanted) {
      const std::string arn = group_ref(ctx, name).arn();
      if (std::none_of(wanted->begin(), wanted->end(), [&](const std::string& each) {
            return each == name || each == arn || each == arn + ":*";
          })) {
        return false;
      }
    }
    if (req.logGroupNamePattern && !contains_ignoring_case(name, *req.logGroupNamePattern)) {
      return false;
    }
    return !req.logGroupClass || decode_group(row.value).group_class == *req.logGroupClass;
  };
  RowPageRequest asked{spaces::kLogs, all + req.logGroupNamePrefix.value_or("")};
  asked.limit = static_cast<std::size_t>(req.limit.value_or(kPageSize));
  asked.token = req.nextToken;
  asked.keep = keep;
  auto page = read_row_page(ctx.env.store, asked);
  if (!page) return errors::invalid_token();
  api::DescribeLogGroupsResponse answer;
  answer.logGroups.emplace();
  for (const auto& row : page->rows) {
    const GroupRef ref = group_ref(ctx, row.key.substr(all.size()));
    answer.logGroups->push_back(describe(ctx.env.store, ref, decode_group(row.value)));
    if (!req.logGroupNamePattern) continue;
    // A search by pattern tells less than a listing.
    answer.logGroups->back().storedBytes.reset();
    answer.logGroups->back().deletionProtectionEnabled.reset();
  }
  answer.nextToken = std::move(page->next_token);
  return answer;
}

Result<model::Unit> put_retention_policy(Context& ctx, const api::PutRetentionPolicyRequest& req) {
  const std::int32_t days = *req.retentionInDays;
  if (std::find(std::begin(kRetentions), std::end(kRetentions), days) == std::end(kRetentions)) {
    std::string valid;
    for (const std::int32_t each : kRetentions) {
      valid += (valid.empty() ? "" : ", ") + std::to_string(each);
    }
    return errors::invalid_parameter("1 validation error detected: Value '" + std::to_string(days) +
                                     "' at 'retentionInDays' failed to satisfy constraint: Member "
                                     "must satisfy enum value set: [" +
                                     valid + "]");
  }
  const GroupRef ref = group_ref(ctx, *req.logGroupName);
  CUMULITE_TRY(change_group(ctx, ref, [&](storage::Txn& txn, Group& group) -> Result<void> {
    group.retention_days = days;
    schedule_sweep(ctx.env, txn, ref, group, ctx.now_ms);
    return {};
  }));
  return model::Unit{};
}

Result<model::Unit> delete_retention_policy(Context& ctx,
                                            const api::DeleteRetentionPolicyRequest& req) {
  CUMULITE_TRY(change_group(ctx, group_ref(ctx, *req.logGroupName),
                            [](storage::Txn&, Group& group) -> Result<void> {
                              group.retention_days = 0;
                              return {};
                            }));
  return model::Unit{};
}

}  // namespace cumulite::logs
