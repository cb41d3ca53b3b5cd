#include "emulator/services/dynamodb/policy/resource_policy.h"

#include <fmt/format.h>

#include "emulator/core/records/fields.h"
#include "emulator/services/dynamodb/companions.h"
#include "emulator/services/dynamodb/stream/stream.h"
#include "protocol/codec/json_document.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::size_t kPolicyBytesMax = 20 * 1024;
/// What ExpectedRevisionId names to say that there must be no policy yet.
constexpr std::string_view kNoPolicy = "NO_POLICY";
constexpr std::string_view kStreamPart = "/stream/";

/// What a policy is attached to.
struct Resource {
  TableRef table;
  std::string id;  ///< Of its companion row.
};

struct StoredPolicy {
  std::string policy;
  std::string revision;
};

Error policy_missing(std::string_view arn) {
  return {"PolicyNotFoundException",
          fmt::format("Resource-based policy not found for the provided ResourceArn: {}", arn)};
}

Error revision_mismatch(std::string_view revision) {
  return {"PolicyNotFoundException",
          fmt::format("Resource-based policy with the provided ExpectedRevisionId not found: {}",
                      revision)};
}

Result<Resource> find_resource(Context& ctx, const std::string& arn) {
  if (!arn.starts_with("arn:aws:dynamodb:") || arn.find("/index/") != std::string::npos) {
    return errors::validation("Invalid ResourceArn: " + arn);
  }
  Resource out;
  auto table = find_table(ctx, arn);
  if (!table.ok()) {
    if (table.error().code != "ResourceNotFoundException") return std::move(table).error();
    return errors::not_found("Requested resource not found: ResourcArn: " + arn + " not found");
  }
  out.table = std::move(*table);
  if (const auto at = arn.find(kStreamPart); at != std::string::npos) {
    const std::string label = arn.substr(at + kStreamPart.size());
    const auto& found = *out.table.table;
    if (!stream::find(ctx.env.store, found.account, found.region, found.name(), label)) {
      return errors::not_found("Requested resource not found: Stream: " + arn + " not found");
    }
    out.id = "stream/" + label;
  }
  return out;
}

std::optional<StoredPolicy> read(const storage::Reader& reader, const Resource& resource) {
  const auto row = get_companion(reader, *resource.table.table, Companion::kPolicy, resource.id);
  if (!row) return std::nullopt;
  StoredPolicy out;
  FieldReader fields(*row);
  while (fields.next()) {
    if (fields.tag() == 1) out.policy = fields.text();
    if (fields.tag() == 2) out.revision = fields.text();
  }
  return out;
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
Result<void> check_revision(const std::optional<StoredPolicy>& stored,
                            const std::optional<std::string>& expected) {
  if (!expected) return {};
  const bool as_expected = stored ? stored->revision == *expected : *expected == kNoPolicy;
  if (!as_expected) return revision_mismatch(*expected);
  return {};
}

}  // namespace

Result<void> check_policy(std::string_view policy) {
  if (policy.size() > kPolicyBytesMax) {
    return errors::limit_exceeded("Resource-based policy size exceeds the limit of 20 KB");
  }
  const auto document = nlohmann::json::parse(policy, nullptr, false);
  if (!document.is_object() || !document.contains("Statement")) {
    return errors::validation("Invalid policy document: The policy is not a valid JSON policy");
  }
  return {};
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
  CUMULITE_ASSIGN(const std::string revision,
                  ctx.env.store.transact(
                      {companions_domain(table)}, [&](storage::Txn& txn) -> Result<std::string> {
                        const auto stored = read(txn, resource);
                        CUMULITE_TRY(check_revision(stored, in.ExpectedRevisionId));
                        // The same document again keeps its revision.
                        if (stored && stored->policy == *in.Policy) {
                          return stored->revision;
                        }
                        auto next = next_revision(stored, ctx.now_ms);
                        put_companion(txn, table, Companion::kPolicy, resource.id,
                                      encode(*in.Policy, next));
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
  out.Policy = std::move(stored->policy);
  out.RevisionId = std::move(stored->revision);
  return out;
}

Result<api::DeleteResourcePolicyOutput> delete_resource_policy(
    Context& ctx, const api::DeleteResourcePolicyInput& in) {
  CUMULITE_ASSIGN(const Resource resource, find_resource(ctx, *in.ResourceArn));
  const Table& table = *resource.table.table;
  return ctx.env.store.transact({companions_domain(table)},
                                [&](storage::Txn& txn) -> Result<api::DeleteResourcePolicyOutput> {
                                  const auto stored = read(txn, resource);
                                  api::DeleteResourcePolicyOutput out;
                                  if (in.ExpectedRevisionId)
                                    CUMULITE_TRY(check_revision(stored, in.ExpectedRevisionId));
                                  if (!stored) return out;
                                  del_companion(txn, table, Companion::kPolicy, resource.id);
                                  out.RevisionId = stored->revision;
                                  return out;
                                });
}

}  // namespace cumulite::dynamodb
