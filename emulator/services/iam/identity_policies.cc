#include <fmt/format.h>

#include "emulator/services/iam/operations.h"

/// Inline and attached policies of roles, users and groups: the same for all, under three names.
namespace cumulite::iam {
namespace {

constexpr std::size_t kAttachedMax = 10;

/// All inline policies of a role count together, and of a user, and of a group.
std::size_t inline_max(Kind kind) {
  if (kind == Kind::kGroup) return 5'120;
  return kind == Kind::kRole ? 10'240 : 2'048;
}

std::string_view quota_name(Kind kind) {
  if (kind == Kind::kGroup) return "PoliciesPerGroup";
  return kind == Kind::kRole ? "PoliciesPerRole" : "PoliciesPerUser";
}

struct Inline {
  Kind kind;
  const std::string& entity;
  const std::string& policy;
};

Result<model::Unit> put_inline(Context& ctx, const Inline& target, const std::string& document) {
  CUMULITE_TRY(check_document(document, Document::kIdentity));
  return alter(ctx, target.kind, target.entity, [&](storage::Txn&, Entity& entity) -> Result<void> {
    CUMULITE_TRY(check_modifiable(target.kind, entity));
    put(entity.documents, target.policy, document);
    std::size_t size = 0;
    for (const auto& [name, text] : entity.documents) size += document_size(text);
    if (size <= inline_max(target.kind)) return {};
    return errors::limit_exceeded(fmt::format("Maximum policy size of {} bytes exceeded for {} {}",
                                              inline_max(target.kind), name_of(target.kind),
                                              target.entity));
  });
}

Result<std::string> get_inline(const Context& ctx, const Inline& target) {
  CUMULITE_ASSIGN(const Entity entity, find_entity(ctx, ctx.env.store, target.kind, target.entity));
  const std::string* document = find(entity.documents, target.policy);
  if (document == nullptr) {
    return errors::no_such(fmt::format("{} policy", name_of(target.kind)), target.policy);
  }
  return encode_document(*document);
}

Result<model::Unit> delete_inline(Context& ctx, const Inline& target) {
  return alter(ctx, target.kind, target.entity, [&](storage::Txn&, Entity& entity) -> Result<void> {
    CUMULITE_TRY(check_modifiable(target.kind, entity));
    const auto erased = std::erase_if(
        entity.documents, [&](const auto& pair) { return pair.first == target.policy; });
    if (erased != 0) return {};
    return errors::no_such(fmt::format("{} policy", name_of(target.kind)), target.policy);
  });
}

template <class Response, class Request>
Result<Response> list_inline(Context& ctx, Kind kind, const std::string& name, const Request& req) {
  CUMULITE_ASSIGN(const Entity entity, find_entity(ctx, ctx.env.store, kind, name));
  std::vector<std::string> names;
  for (const auto& [policy, document] : entity.documents) names.push_back(policy);
  Response answer;
  CUMULITE_ASSIGN(answer.PolicyNames,
                  take_page(
                      std::move(names), [](const std::string& each) { return each; }, req.Marker,
                      req.MaxItems, answer));
  return answer;
}

Result<model::Unit> attach(Context& ctx, Kind kind, const std::string& name,
                           const std::string& arn) {
  return alter(ctx, kind, name, [&](storage::Txn& txn, Entity& entity) -> Result<void> {
    CUMULITE_TRY(check_modifiable(kind, entity));
    CUMULITE_TRY(check_policy(ctx, txn, arn));
    auto& attached = entity.attached;
    if (std::find(attached.begin(), attached.end(), arn) != attached.end()) return {};
    if (attached.size() >= kAttachedMax) return errors::quota(quota_name(kind), kAttachedMax);
    attached.push_back(arn);
    return {};
  });
}

Result<model::Unit> detach(Context& ctx, Kind kind, const std::string& name,
                           const std::string& arn) {
  return alter(ctx, kind, name, [&](storage::Txn&, Entity& entity) -> Result<void> {
    CUMULITE_TRY(check_modifiable(kind, entity));
    if (std::erase(entity.attached, arn) == 0) return errors::no_such_policy(arn);
    return {};
  });
}

/// "/service-role/" of "arn:aws:iam::aws:policy/service-role/Name".
std::string path_of_policy(std::string_view arn) {
  const auto begin = arn.find('/');
  return std::string(arn.substr(begin, arn.rfind('/') - begin + 1));
}

template <class Response, class Request>
Result<Response> list_attached(Context& ctx, Kind kind, const std::string& name,
                               const Request& req) {
  CUMULITE_ASSIGN(const Entity entity, find_entity(ctx, ctx.env.store, kind, name));
  std::vector<api::AttachedPolicy> attached;
  for (const std::string& arn : entity.attached) {
    if (!path_of_policy(arn).starts_with(req.PathPrefix.value_or("/"))) continue;
    attached.push_back({.PolicyName = arn.substr(arn.rfind('/') + 1), .PolicyArn = arn});
  }
  Response answer;
  CUMULITE_ASSIGN(
      answer.AttachedPolicies,
      take_page(
          std::move(attached), [](const api::AttachedPolicy& each) { return *each.PolicyArn; },
          req.Marker, req.MaxItems, answer));
  return answer;
}

Result<model::Unit> put_role_policy(Context& ctx, const api::PutRolePolicyRequest& req) {
  return put_inline(ctx, {Kind::kRole, *req.RoleName, *req.PolicyName}, *req.PolicyDocument);
}

Result<model::Unit> put_user_policy(Context& ctx, const api::PutUserPolicyRequest& req) {
  return put_inline(ctx, {Kind::kUser, *req.UserName, *req.PolicyName}, *req.PolicyDocument);
}

Result<model::Unit> put_group_policy(Context& ctx, const api::PutGroupPolicyRequest& req) {
  return put_inline(ctx, {Kind::kGroup, *req.GroupName, *req.PolicyName}, *req.PolicyDocument);
}

Result<api::GetRolePolicyResponse> get_role_policy(Context& ctx,
                                                   const api::GetRolePolicyRequest& req) {
  api::GetRolePolicyResponse answer{.RoleName = req.RoleName, .PolicyName = req.PolicyName};
  CUMULITE_ASSIGN(answer.PolicyDocument,
                  get_inline(ctx, {Kind::kRole, *req.RoleName, *req.PolicyName}));
  return answer;
}

Result<api::GetUserPolicyResponse> get_user_policy(Context& ctx,
                                                   const api::GetUserPolicyRequest& req) {
  api::GetUserPolicyResponse answer{.UserName = req.UserName, .PolicyName = req.PolicyName};
  CUMULITE_ASSIGN(answer.PolicyDocument,
                  get_inline(ctx, {Kind::kUser, *req.UserName, *req.PolicyName}));
  return answer;
}

Result<api::GetGroupPolicyResponse> get_group_policy(Context& ctx,
                                                     const api::GetGroupPolicyRequest& req) {
  api::GetGroupPolicyResponse answer{.GroupName = req.GroupName, .PolicyName = req.PolicyName};
  CUMULITE_ASSIGN(answer.PolicyDocument,
                  get_inline(ctx, {Kind::kGroup, *req.GroupName, *req.PolicyName}));
  return answer;
}

Result<model::Unit> delete_role_policy(Context& ctx, const api::DeleteRolePolicyRequest& req) {
  return delete_inline(ctx, {Kind::kRole, *req.RoleName, *req.PolicyName});
}

Result<model::Unit> delete_user_policy(Context& ctx, const api::DeleteUserPolicyRequest& req) {
  return delete_inline(ctx, {Kind::kUser, *req.UserName, *req.PolicyName});
}

Result<model::Unit> delete_group_policy(Context& ctx, const api::DeleteGroupPolicyRequest& req) {
  return delete_inline(ctx, {Kind::kGroup, *req.GroupName, *req.PolicyName});
}

Result<api::ListRolePoliciesResponse> list_role_policies(Context& ctx,
                                                         const api::ListRolePoliciesRequest& req) {
  return list_inline<api::ListRolePoliciesResponse>(ctx, Kind::kRole, *req.RoleName, req);
}

Result<api::ListUserPoliciesResponse> list_user_policies(Context& ctx,
                                                         const api::ListUserPoliciesRequest& req) {
  return list_inline<api::ListUserPoliciesResponse>(ctx, Kind::kUser, *req.UserName, req);
}

Result<api::ListGroupPoliciesResponse> list_group_policies(
    Context& ctx, const api::ListGroupPoliciesRequest& req) {
  return list_inline<api::ListGroupPoliciesResponse>(ctx, Kind::kGroup, *req.GroupName, req);
}

Result<model::Unit> attach_role_policy(Context& ctx, const api::AttachRolePolicyRequest& req) {
  return attach(ctx, Kind::kRole, *req.RoleName, *req.PolicyArn);
}

Result<model::Unit> attach_user_policy(Context& ctx, const api::AttachUserPolicyRequest& req) {
  return attach(ctx, Kind::kUser, *req.UserName, *req.PolicyArn);
}

Result<model::Unit> attach_group_policy(Context& ctx, const api::AttachGroupPolicyRequest& req) {
  return attach(ctx, Kind::kGroup, *req.GroupName, *req.PolicyArn);
}

Result<model::Unit> detach_role_policy(Context& ctx, const api::DetachRolePolicyRequest& req) {
  return detach(ctx, Kind::kRole, *req.RoleName, *req.PolicyArn);
}

Result<model::Unit> detach_user_policy(Context& ctx, const api::DetachUserPolicyRequest& req) {
  return detach(ctx, Kind::kUser, *req.UserName, *req.PolicyArn);
}

Result<model::Unit> detach_group_policy(Context& ctx, const api::DetachGroupPolicyRequest& req) {
  return detach(ctx, Kind::kGroup, *req.GroupName, *req.PolicyArn);
}

Result<api::ListAttachedRolePoliciesResponse> list_attached_role_policies(
    Context& ctx, const api::ListAttachedRolePoliciesRequest& req) {
  return list_attached<api::ListAttachedRolePoliciesResponse>(ctx, Kind::kRole, *req.RoleName, req);
}

Result<api::ListAttachedUserPoliciesResponse> list_attached_user_policies(
    Context& ctx, const api::ListAttachedUserPoliciesRequest& req) {
  return list_attached<api::ListAttachedUserPoliciesResponse>(ctx, Kind::kUser, *req.UserName, req);
}

Result<api::ListAttachedGroupPoliciesResponse> list_attached_group_policies(
    Context& ctx, const api::ListAttachedGroupPoliciesRequest& req) {
  return list_attached<api::ListAttachedGroupPoliciesResponse>(ctx, Kind::kGroup, *req.GroupName,
                                                               req);
}

}  // namespace

std::span<const OperationRow> identity_policy_rows() {
  static const OperationRow rows[] = {
      row<api::op::AttachGroupPolicy, &attach_group_policy>(),
      row<api::op::AttachRolePolicy, &attach_role_policy>(),
      row<api::op::AttachUserPolicy, &attach_user_policy>(),
      row<api::op::DeleteGroupPolicy, &delete_group_policy>(),
      row<api::op::DeleteRolePolicy, &delete_role_policy>(),
      row<api::op::DeleteUserPolicy, &delete_user_policy>(),
      row<api::op::DetachGroupPolicy, &detach_group_policy>(),
      row<api::op::DetachRolePolicy, &detach_role_policy>(),
      row<api::op::DetachUserPolicy, &detach_user_policy>(),
      row<api::op::GetGroupPolicy, &get_group_policy>(),
      row<api::op::GetRolePolicy, &get_role_policy>(),
      row<api::op::GetUserPolicy, &get_user_policy>(),
      row<api::op::ListAttachedGroupPolicies, &list_attached_group_policies>(),
      row<api::op::ListAttachedRolePolicies, &list_attached_role_policies>(),
      row<api::op::ListAttachedUserPolicies, &list_attached_user_policies>(),
      row<api::op::ListGroupPolicies, &list_group_policies>(),
      row<api::op::ListRolePolicies, &list_role_policies>(),
      row<api::op::ListUserPolicies, &list_user_policies>(),
      row<api::op::PutGroupPolicy, &put_group_policy>(),
      row<api::op::PutRolePolicy, &put_role_policy>(),
      row<api::op::PutUserPolicy, &put_user_policy>(),
  };
  return rows;
}

}  // namespace cumulite::iam
