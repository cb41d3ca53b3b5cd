#include <charconv>

#include <fmt/format.h>

#include "emulator/services/iam/operations.h"
#include "protocol/checksum/checksum.h"

namespace cumulite::iam {
namespace {

constexpr std::size_t kDocumentMax = 6'144;
constexpr std::size_t kVersionsMax = 5;
constexpr Kind kAttachableTo[] = {Kind::kGroup, Kind::kRole, Kind::kUser};

std::string_view filter_of(Kind kind) {
  if (kind == Kind::kGroup) return "Group";
  return kind == Kind::kRole ? "Role" : "User";
}

Result<void> check_managed(const std::string& document) {
  CUMULITE_TRY(check_document(document, Document::kIdentity));
  if (document_size(document) > kDocumentMax) return errors::quota("PolicySize", kDocumentMax);
  return {};
}

/// The account's policy of that ARN.
Result<Entity> find_policy(const Context& ctx, const storage::Reader& reader,
                           const std::string& arn) {
  auto found = load(ctx, reader, Kind::kPolicy, arn.substr(arn.rfind('/') + 1));
  if (!found || arn_of(ctx, Kind::kPolicy, *found) != arn) return errors::no_such_policy(arn);
  return std::move(*found);
}

/// A policy of AWS, as far as its ARN tells of it.
Entity aws_policy(const std::string& arn) {
  constexpr std::size_t kCharacters = 17;
  constexpr std::int64_t kCreatedMs = 1'423'181'960'000;  // 2015-02-06, when they were numbered.
  Entity policy;
  const auto slash = arn.find('/');
  policy.name = arn.substr(arn.rfind('/') + 1);
  policy.path = arn.substr(slash, arn.rfind('/') - slash + 1);
  const std::string digest = checksum::hex(checksum::digest(checksum::Algorithm::kSha256, arn));
  policy.id = "ANPA";
  for (std::size_t i = 0; i < kCharacters; ++i) {
    policy.id += static_cast<char>(digest[i] >= 'a' ? digest[i] - 'a' + 'A' : digest[i]);
  }
  policy.created_ms = kCreatedMs;
  policy.updated_ms = kCreatedMs;
  policy.default_version = "v1";
  policy.documents = {{"v1", aws_policy_document(policy.name)}};
  policy.times = {{"v1", std::to_string(kCreatedMs)}};
  return policy;
}

Result<Entity> any_policy(const Context& ctx, const storage::Reader& reader,
                          const std::string& arn) {
  if (is_aws_policy(arn)) return aws_policy(arn);
  return find_policy(ctx, reader, arn);
}

Result<Entity> change_policy(Context& ctx, const std::string& arn,
                             const std::function<Result<void>(storage::Txn&, Entity&)>& change) {
  return ctx.env.store.transact(iam_domains(ctx), [&](storage::Txn& txn) -> Result<Entity> {
    CUMULITE_ASSIGN(Entity policy, find_policy(ctx, txn, arn));
    CUMULITE_TRY(change(txn, policy));
    store(ctx, txn, Kind::kPolicy, policy);
    return policy;
  });
}

api::Policy show_policy(const Context& ctx, const Entity& policy, const std::string& arn) {
  api::Policy shown;
  shown.PolicyName = policy.name;
  shown.PolicyId = policy.id;
  shown.Arn = arn;
  shown.Path = policy.path;
  shown.DefaultVersionId = policy.default_version;
  shown.AttachmentCount = count_attachments(ctx, ctx.env.store, arn);
  shown.PermissionsBoundaryUsageCount = 0;
  shown.IsAttachable = true;
  if (!policy.description.empty()) shown.Description = policy.description;
  shown.CreateDate = model::Timestamp{policy.created_ms};
  shown.UpdateDate = model::Timestamp{policy.updated_ms};
  shown.Tags = show_tags(policy);
  return shown;
}

api::PolicyVersion show_version(const Entity& policy, const std::string& id) {
  std::int64_t created_ms = 0;
  if (const std::string* time = find(policy.times, id)) {
    std::from_chars(time->data(), time->data() + time->size(), created_ms);
  }
  return {.VersionId = id,
          .IsDefaultVersion = id == policy.default_version,
          .CreateDate = model::Timestamp{created_ms}};
}

std::string add_version(Entity& policy, const std::string& document, std::int64_t now_ms) {
  const std::string id = fmt::format("v{}", ++policy.last_version);
  policy.documents.emplace_back(id, document);
  policy.times.emplace_back(id, std::to_string(now_ms));
  policy.updated_ms = now_ms;
  return id;
}

Result<api::CreatePolicyResponse> create_policy(Context& ctx, const api::CreatePolicyRequest& req) {
  CUMULITE_TRY(check_managed(*req.PolicyDocument));
  Entity policy;
  policy.name = *req.PolicyName;
  policy.path = req.Path.value_or("/");
  policy.id = new_id("ANPA");
  policy.description = req.Description.value_or("");
  policy.created_ms = ctx.now_ms;
  policy.default_version = add_version(policy, *req.PolicyDocument, ctx.now_ms);
  CUMULITE_TRY(merge_tags(req.Tags, policy));
  CUMULITE_TRY(ctx.env.store.transact(iam_domains(ctx), [&](storage::Txn& txn) -> Result<void> {
    if (load(ctx, txn, Kind::kPolicy, policy.name)) return errors::policy_exists(policy.name);
    store(ctx, txn, Kind::kPolicy, policy);
    return {};
  }));
  const std::string arn = arn_of(ctx, Kind::kPolicy, policy);
  return api::CreatePolicyResponse{.Policy = show_policy(ctx, policy, arn)};
}

Result<api::GetPolicyResponse> get_policy(Context& ctx, const api::GetPolicyRequest& req) {
  CUMULITE_ASSIGN(const Entity policy, any_policy(ctx, ctx.env.store, *req.PolicyArn));
  return api::GetPolicyResponse{.Policy = show_policy(ctx, policy, *req.PolicyArn)};
}

Result<api::ListPoliciesResponse> list_policies(Context& ctx, const api::ListPoliciesRequest& req) {
  const std::string scope = req.Scope.value_or("All");
  std::vector<api::Policy> all;
  if (scope != "AWS") {
    for (const Entity& policy : load_all(ctx, ctx.env.store, Kind::kPolicy)) {
      all.push_back(show_policy(ctx, policy, arn_of(ctx, Kind::kPolicy, policy)));
    }
  }
  if (scope != "Local") {
    // AWS's own are those that something here uses: nobody keeps the list of all of them.
    std::vector<std::string> used;
    for (const Kind kind : kAttachableTo) {
      for (const Entity& entity : load_all(ctx, ctx.env.store, kind)) {
        std::copy_if(entity.attached.begin(), entity.attached.end(), std::back_inserter(used),
                     is_aws_policy);
      }
    }
    std::sort(used.begin(), used.end());
    used.erase(std::unique(used.begin(), used.end()), used.end());
    for (const std::string& arn : used) all.push_back(show_policy(ctx, aws_policy(arn), arn));
  }
  std::erase_if(all, [&](const api::Policy& policy) {
    return !policy.Path->starts_with(req.PathPrefix.value_or("/")) ||
           (req.OnlyAttached.value_or(false) && *policy.AttachmentCount == 0);
  });
  api::ListPoliciesResponse answer;
  CUMULITE_ASSIGN(answer.Policies,
                  take_page(
                      std::move(all), [](const api::Policy& each) { return *each.Arn; }, req.Marker,
                      req.MaxItems, answer));
  return answer;
}

Result<model::Unit> delete_policy(Context& ctx, const api::DeletePolicyRequest& req) {
  CUMULITE_TRY(ctx.env.store.transact(iam_domains(ctx), [&](storage::Txn& txn) -> Result<void> {
    CUMULITE_ASSIGN(const Entity policy, find_policy(ctx, txn, *req.PolicyArn));
    if (count_attachments(ctx, txn, *req.PolicyArn) != 0) {
      return errors::delete_conflict("Cannot delete a policy attached to entities.");
    }
    if (policy.documents.size() > 1) {
      return errors::delete_conflict(
          "This policy has more than one version. Before you delete a policy, you must delete the "
          "policy's versions. The default version is deleted with the policy.");
    }
    erase(ctx, txn, Kind::kPolicy, policy.name);
    return {};
  }));
  return model::Unit{};
}

Result<api::CreatePolicyVersionResponse> create_policy_version(
    Context& ctx, const api::CreatePolicyVersionRequest& req) {
  CUMULITE_TRY(check_managed(*req.PolicyDocument));
  std::string id;
  CUMULITE_ASSIGN(
      const Entity policy,
      change_policy(ctx, *req.PolicyArn, [&](storage::Txn&, Entity& changed) -> Result<void> {
        if (changed.documents.size() >= kVersionsMax) {
          return errors::limit_exceeded(
              "A managed policy can have up to 5 versions. Before you create a new version, you "
              "must delete an existing version.");
        }
        id = add_version(changed, *req.PolicyDocument, ctx.now_ms);
        if (req.SetAsDefault.value_or(false)) changed.default_version = id;
        return {};
      }));
  return api::CreatePolicyVersionResponse{.PolicyVersion = show_version(policy, id)};
}

Result<api::GetPolicyVersionResponse> get_policy_version(Context& ctx,
                                                         const api::GetPolicyVersionRequest& req) {
  CUMULITE_ASSIGN(const Entity policy, any_policy(ctx, ctx.env.store, *req.PolicyArn));
  const std::string* document = find(policy.documents, *req.VersionId);
  if (document == nullptr) return errors::no_such_version(*req.PolicyArn, *req.VersionId);
  api::PolicyVersion version = show_version(policy, *req.VersionId);
  version.Document = encode_document(*document);
  return api::GetPolicyVersionResponse{.PolicyVersion = std::move(version)};
}

Result<api::ListPolicyVersionsResponse> list_policy_versions(
    Context& ctx, const api::ListPolicyVersionsRequest& req) {
  CUMULITE_ASSIGN(const Entity policy, any_policy(ctx, ctx.env.store, *req.PolicyArn));
  api::ListPolicyVersionsResponse answer;
  answer.IsTruncated = false;
  answer.Versions.emplace();
  // The newest first. There are at most five.
  for (auto at = policy.documents.rbegin(); at != policy.documents.rend(); ++at) {
    answer.Versions->push_back(show_version(policy, at->first));
  }
  return answer;
}

Result<model::Unit> delete_policy_version(Context& ctx,
                                          const api::DeletePolicyVersionRequest& req) {
  CUMULITE_TRY(
      change_policy(ctx, *req.PolicyArn, [&](storage::Txn&, Entity& policy) -> Result<void> {
        const std::string& id = *req.VersionId;
        if (find(policy.documents, id) == nullptr) {
          return errors::no_such_version(*req.PolicyArn, id);
        }
        if (id == policy.default_version) {
          return errors::delete_conflict("Cannot delete the default version of a policy.");
        }
        std::erase_if(policy.documents, [&](const auto& pair) { return pair.first == id; });
        std::erase_if(policy.times, [&](const auto& pair) { return pair.first == id; });
        return {};
      }));
  return model::Unit{};
}

Result<model::Unit> set_default_policy_version(Context& ctx,
                                               const api::SetDefaultPolicyVersionRequest& req) {
  CUMULITE_TRY(
      change_policy(ctx, *req.PolicyArn, [&](storage::Txn&, Entity& policy) -> Result<void> {
        if (find(policy.documents, *req.VersionId) == nullptr) {
          return errors::no_such_version(*req.PolicyArn, *req.VersionId);
        }
        policy.default_version = *req.VersionId;
        policy.updated_ms = ctx.now_ms;
        return {};
      }));
  return model::Unit{};
}

Result<api::ListEntitiesForPolicyResponse> list_entities_for_policy(
    Context& ctx, const api::ListEntitiesForPolicyRequest& req) {
  CUMULITE_TRY(any_policy(ctx, ctx.env.store, *req.PolicyArn));
  const std::string filter = req.EntityFilter.value_or("");
  std::vector<std::pair<Kind, Entity>> users;
  for (const Kind kind : kAttachableTo) {
    if (!filter.empty() && filter != filter_of(kind)) continue;
    for (Entity& entity : load_all(ctx, ctx.env.store, kind)) {
      const auto& attached = entity.attached;
      const bool is_attached =
          std::find(attached.begin(), attached.end(), *req.PolicyArn) != attached.end();
      if (!is_attached || !entity.path.starts_with(req.PathPrefix.value_or("/"))) continue;
      users.emplace_back(kind, std::move(entity));
    }
  }
  api::ListEntitiesForPolicyResponse answer;
  CUMULITE_ASSIGN(const auto page, take_page(
                                       std::move(users),
                                       [](const std::pair<Kind, Entity>& each) {
                                         return static_cast<char>(each.first) + each.second.name;
                                       },
                                       req.Marker, req.MaxItems, answer));
  answer.PolicyGroups.emplace();
  answer.PolicyUsers.emplace();
  answer.PolicyRoles.emplace();
  for (const auto& [kind, entity] : page) {
    if (kind == Kind::kGroup) answer.PolicyGroups->push_back({entity.name, entity.id});
    if (kind == Kind::kRole) answer.PolicyRoles->push_back({entity.name, entity.id});
    if (kind == Kind::kUser) answer.PolicyUsers->push_back({entity.name, entity.id});
  }
  return answer;
}

Result<model::Unit> tag_policy(Context& ctx, const api::TagPolicyRequest& req) {
  CUMULITE_TRY(change_policy(ctx, *req.PolicyArn, [&](storage::Txn&, Entity& policy) {
    return merge_tags(req.Tags, policy);
  }));
  return model::Unit{};
}

Result<model::Unit> untag_policy(Context& ctx, const api::UntagPolicyRequest& req) {
  CUMULITE_TRY(
      change_policy(ctx, *req.PolicyArn, [&](storage::Txn&, Entity& policy) -> Result<void> {
        remove_tags(*req.TagKeys, policy);
        return {};
      }));
  return model::Unit{};
}

Result<api::ListPolicyTagsResponse> list_policy_tags(Context& ctx,
                                                     const api::ListPolicyTagsRequest& req) {
  CUMULITE_ASSIGN(const Entity policy, find_policy(ctx, ctx.env.store, *req.PolicyArn));
  api::ListPolicyTagsResponse answer;
  CUMULITE_ASSIGN(answer.Tags, take_page(
                                   show_tags(policy).value_or(std::vector<api::Tag>()),
                                   [](const api::Tag& tag) { return *tag.Key; }, req.Marker,
                                   req.MaxItems, answer));
  return answer;
}

}  // namespace

std::span<const OperationRow> managed_policy_rows() {
  static const OperationRow rows[] = {
      row<api::op::CreatePolicy, &create_policy>(),
      row<api::op::CreatePolicyVersion, &create_policy_version>(),
      row<api::op::DeletePolicy, &delete_policy>(),
      row<api::op::DeletePolicyVersion, &delete_policy_version>(),
      row<api::op::GetPolicy, &get_policy>(),
      row<api::op::GetPolicyVersion, &get_policy_version>(),
      row<api::op::ListEntitiesForPolicy, &list_entities_for_policy>(),
      row<api::op::ListPolicies, &list_policies>(),
      row<api::op::ListPolicyTags, &list_policy_tags>(),
      row<api::op::ListPolicyVersions, &list_policy_versions>(),
      row<api::op::SetDefaultPolicyVersion, &set_default_policy_version>(),
      row<api::op::TagPolicy, &tag_policy>(),
      row<api::op::UntagPolicy, &untag_policy>(),
  };
  return rows;
}

std::int32_t count_attachments(const Context& ctx, const storage::Reader& reader,
                               const std::string& arn) {
  std::int32_t count = 0;
  for (const Kind kind : kAttachableTo) {
    for (const Entity& entity : load_all(ctx, reader, kind)) {
      count += static_cast<std::int32_t>(
          std::count(entity.attached.begin(), entity.attached.end(), arn));
    }
  }
  return count;
}

Result<void> check_policy(const Context& ctx, const storage::Reader& reader,
                          const std::string& arn) {
  if (!arn.starts_with("arn:")) {
    return errors::validation("Invalid ARN:  Could not be parsed!");
  }
  if (is_aws_policy(arn) || find_policy(ctx, reader, arn).ok()) return {};
  return Error{"NoSuchEntity", fmt::format("Policy {} does not exist or is not attachable.", arn),
               404};
}

}  // namespace cumulite::iam
