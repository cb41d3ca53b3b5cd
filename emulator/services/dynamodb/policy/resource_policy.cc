#include "emulator/services/dynamodb/policy/resource_policy.h"

#include <fmt/format.h>

#include "emulator/core/arn.h"
#include "emulator/core/records/fields.h"
#include "emulator/services/dynamodb/companions.h"
#include "emulator/services/dynamodb/part_arn.h"
#include "emulator/services/dynamodb/policy/policy_text.h"
#include "emulator/services/dynamodb/stream/stream.h"
#include "emulator/services/dynamodb/table/change_limits.h"
#include "protocol/time_units.h"

namespace cumulite::dynamodb {
namespace {

/// What ExpectedRevisionId names to say that there must be no policy yet.
constexpr std::string_view kNoPolicy = "NO_POLICY";
constexpr std::int64_t kDeletionKnownMs = 15 * kSecondMs;

/// What a policy is attached to.
struct Resource {
  TableRef table;
  std::string id;  ///< Of its companion row.
};

struct StoredPolicy {
  std::string policy;    ///< Empty: it was deleted, which is a revision too.
  std::string revision;  ///< When it was changed, in milliseconds.
};

Error policy_missing(std::string_view detail) {
  return {"PolicyNotFoundException",
          fmt::format("Resource-based policy not found for the provided ResourceArn: {}", detail)};
}

/// The code is that of a missing policy whatever the revision is at odds with.
Error revision_mismatch(std::string_view table, std::string_view expected,
                        const std::optional<StoredPolicy>& stored) {
  std::string detail;
  if (!stored) {
    detail = fmt::format(
        "Requested update for policy with revision id {}, but table {} has no associated policy.",
        expected, table);
  } else if (expected == kNoPolicy) {
    detail = fmt::format(
        "Requested policy update expecting none to be present for table {}, but a policy exists "
        "with revision id {}.",
        table, stored->revision);
  } else {
    detail = fmt::format(
        "Requested update for policy with revision id {}, but the policy associated to target "
        "table {} has revision id {}.",
        expected, table, stored->revision);
  }
  return policy_missing(detail);
}

/// Of a stream's companion row; that of the table is empty.
std::string policy_id(std::string_view stream_label) {
  return fmt::format("stream/{}", stream_label);
}

Result<Resource> find_resource(Context& ctx, const std::string& arn) {
  CUMULITE_TRY(check_resource_arn(arn));
  Resource out;
  CUMULITE_ASSIGN(out.table, find_table(ctx, arn));
  if (const auto part = part_of_table_arn(arn); !part.empty()) {
    const std::string label(part.substr(kStreamArnPart.size()));
    const auto& found = *out.table.table;
    if (!stream::find(ctx.env.store, found.account, found.region, found.name(), label)) {
      return errors::not_found(fmt::format(
          "Requested resource not found: Stream: {} not found for Table: {}", label, found.name()));
    }
    out.id = policy_id(label);
  }
  return out;
}

StoredPolicy decode_policy(std::string_view row) {
  StoredPolicy out;
  FieldReader fields(row);
  while (fields.next()) {
    if (fields.tag() == 1) out.policy = fields.text();
    if (fields.tag() == 2) out.revision = fields.text();
  }
  return out;
}

/// The last change, if there was one: the policy, or that it was deleted.
std::optional<StoredPolicy> read_last(const storage::Reader& reader, const Resource& resource) {
  const auto row = get_companion(reader, *resource.table.table, Companion::kPolicy, resource.id);
  if (!row) return std::nullopt;
  return decode_policy(*row);
}

std::optional<std::string> policy_of_row(const std::optional<std::string>& row) {
  if (!row) return std::nullopt;
  auto policy = decode_policy(*row).policy;
  if (policy.empty()) return std::nullopt;
  return policy;
}

std::optional<StoredPolicy> read(const storage::Reader& reader, const Resource& resource) {
  auto last = read_last(reader, resource);
  if (last && last->policy.empty()) last.reset();
  return last;
}

/// What revisions are compared with: for a while a deletion is one too.
std::optional<StoredPolicy> comparable(std::optional<StoredPolicy> last, std::int64_t now_ms) {
  const bool forgotten =
      last && last->policy.empty() && now_ms >= std::stoll(last->revision) + kDeletionKnownMs;
  if (forgotten) last.reset();
  return last;
}

Result<void> check_not_deleted(const Table& table) {
  if (table.description.TableStatus != kDeleting) return {};
  return errors::being_deleted(table.name());
}

/// Whether the policy may be changed again.
Result<void> check_pause(const Context& ctx, const Resource& resource,
                         const std::optional<StoredPolicy>& last) {
  if (!last || !ctx.env.settings.dynamodb_cooldowns) return {};
  constexpr std::string_view kStreamId = "stream/";
  const auto owner = resource.id.empty() ? "table " + resource.table.table->name()
                                         : "stream " + resource.id.substr(kStreamId.size());
  return check_policy_cooldown(owner, std::stoll(last->revision), ctx.now_ms);
}

std::string encode(std::string_view policy, std::string_view revision) {
  FieldWriter fields;
  fields.text(1, policy);
  fields.text(2, revision);
  return fields.take();
}

/// A revision is the time of its change, but always another one than before.
std::string next_revision(const std::optional<StoredPolicy>& before, std::int64_t now_ms) {
  std::string revision = std::to_string(now_ms);
  if (before && before->revision >= revision) {
    revision = std::to_string(std::stoll(before->revision) + 1);
  }
  return revision;
}

/// Whether the stored revision is the one that the request expects.
Result<void> check_revision(const Table& table, const std::optional<StoredPolicy>& stored,
                            const std::optional<std::string>& expected) {
  if (!expected) return {};
  const bool as_expected = stored ? stored->revision == *expected : *expected == kNoPolicy;
  if (!as_expected) return revision_mismatch(table.name(), *expected, stored);
  return {};
}

}  // namespace

std::optional<std::string> table_policy(const storage::Reader& reader, const Table& table) {
  return policy_of_row(get_companion(reader, table, Companion::kPolicy, {}));
}

std::optional<std::string> stream_policy(const storage::Reader& reader, std::string_view account,
                                         std::string_view region, std::string_view table,
                                         std::string_view label) {
  const auto rows = keys::companion_rows(account, region, table);
  return policy_of_row(get_companion(reader, rows, Companion::kPolicy, policy_id(label)));
}

void put_table_policy(storage::Txn& txn, const Table& table, std::string_view policy,
                      std::int64_t now_ms) {
  put_companion(txn, table, Companion::kPolicy, {}, encode(policy, std::to_string(now_ms)));
}

Result<api::PutResourcePolicyOutput> put_resource_policy(Context& ctx,
                                                         const api::PutResourcePolicyInput& in) {
  CUMULITE_TRY(check_policy(*in.Policy));
  CUMULITE_ASSIGN(const Resource resource, find_resource(ctx, *in.ResourceArn));
  const Table& table = *resource.table.table;
  CUMULITE_TRY(check_not_deleted(table));
  if (!in.ConfirmRemoveSelfResourceAccess.value_or(false) &&
      locks_out(*in.Policy, *in.ResourceArn, ctx.caller.account_id)) {
    return Error{"AccessDeniedException",
                 "The new resource policy will not allow you to update the resource policy in the "
                 "future."};
  }
  CUMULITE_ASSIGN(
      const std::string revision,
      ctx.env.store.transact(
          {companions_domain(table)}, [&](storage::Txn& txn) -> Result<std::string> {
            const auto stored = read(txn, resource);
            const auto last = read_last(txn, resource);
            CUMULITE_TRY(
                check_revision(table, comparable(last, ctx.now_ms), in.ExpectedRevisionId));
            // The same document again keeps its revision, however it is spelled.
            if (stored && canonical_policy(stored->policy) == canonical_policy(*in.Policy)) {
              return stored->revision;
            }
            CUMULITE_TRY(check_pause(ctx, resource, last));
            auto next = next_revision(last, ctx.now_ms);
            put_companion(txn, table, Companion::kPolicy, resource.id, encode(*in.Policy, next));
            return next;
          }));
  api::PutResourcePolicyOutput out;
  out.RevisionId = revision;
  return out;
}

Result<api::GetResourcePolicyOutput> get_resource_policy(Context& ctx,
                                                         const api::GetResourcePolicyInput& in) {
  CUMULITE_ASSIGN(const Resource resource, find_resource(ctx, *in.ResourceArn));
  auto stored = read(ctx.env.store, resource);
  if (!stored) return policy_missing(*in.ResourceArn);
  api::GetResourcePolicyOutput out;
  out.Policy = render_policy(stored->policy);
  out.RevisionId = std::move(stored->revision);
  return out;
}

Result<api::DeleteResourcePolicyOutput> delete_resource_policy(
    Context& ctx, const api::DeleteResourcePolicyInput& in) {
  CUMULITE_ASSIGN(const Resource resource, find_resource(ctx, *in.ResourceArn));
  const Table& table = *resource.table.table;
  CUMULITE_TRY(check_not_deleted(table));
  return ctx.env.store.transact(
      {companions_domain(table)},
      [&](storage::Txn& txn) -> Result<api::DeleteResourcePolicyOutput> {
        const auto stored = comparable(read_last(txn, resource), ctx.now_ms);
        api::DeleteResourcePolicyOutput out;
        CUMULITE_TRY(check_revision(table, stored, in.ExpectedRevisionId));
        if (!stored) return out;
        out.RevisionId = stored->revision;
        if (stored->policy.empty()) return out;
        CUMULITE_TRY(check_pause(ctx, resource, stored));
        put_companion(txn, table, Companion::kPolicy, resource.id,
                      encode({}, next_revision(stored, ctx.now_ms)));
        return out;
      });
}

}  // namespace cumulite::dynamodb
