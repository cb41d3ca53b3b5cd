#include <fmt/format.h>

#include "emulator/services/iam/operations.h"

/// Inline and attached policies of roles, users and groups: seven operations, each under three
/// names.
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

/// Who holds the policies: the one of three members that a message has.
template <class Message>
auto& holder_of(Message& message) {
  if constexpr (requires { message.RoleName; }) {
    return message.RoleName;
  } else if constexpr (requires { message.UserName; }) {
    return message.UserName;
  } else {
    return message.GroupName;
  }
}

template <class Request>
Kind kind_of(const Request& /*req*/) {
  if (requires(Request req) { req.RoleName; }) return Kind::kRole;
  return requires(Request req) {
    req.UserName;
  }
  ? Kind::kUser : Kind::kGroup;
}

struct Inline {
  Kind kind;
  const std::string& entity;
  const std::string& policy;
};

template <class Request>
Inline inline_of(const Request& req) {
  return {kind_of(req), *holder_of(req), *req.PolicyName};
}

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

template <class Op>
Result<typename Op::Output> list_inline_policies(Context& ctx, const typename Op::Input& req) {
  CUMULITE_ASSIGN(const Entity entity,
                  find_entity(ctx, ctx.env.store, kind_of(req), *holder_of(req)));
  std::vector<std::string> names;
  for (const auto& [policy, document] : entity.documents) names.push_back(policy);
  typename Op::Output answer;
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

template <class Op>
Result<typename Op::Output> list_attached(Context& ctx, const typename Op::Input& req) {
  CUMULITE_ASSIGN(const Entity entity,
                  find_entity(ctx, ctx.env.store, kind_of(req), *holder_of(req)));
  std::vector<api::AttachedPolicy> attached;
  for (const std::string& arn : entity.attached) {
    if (!path_of_policy(arn).starts_with(req.PathPrefix.value_or("/"))) continue;
    attached.push_back({.PolicyName = arn.substr(arn.rfind('/') + 1), .PolicyArn = arn});
  }
  typename Op::Output answer;
  CUMULITE_ASSIGN(
      answer.AttachedPolicies,
      take_page(
          std::move(attached), [](const api::AttachedPolicy& each) { return *each.PolicyArn; },
          req.Marker, req.MaxItems, answer));
  return answer;
}

template <class Op>
Result<model::Unit> put_policy(Context& ctx, const typename Op::Input& req) {
  return put_inline(ctx, inline_of(req), *req.PolicyDocument);
}

template <class Op>
Result<typename Op::Output> get_inline_policy(Context& ctx, const typename Op::Input& req) {
  typename Op::Output answer;
  holder_of(answer) = holder_of(req);
  answer.PolicyName = req.PolicyName;
  CUMULITE_ASSIGN(answer.PolicyDocument, get_inline(ctx, inline_of(req)));
  return answer;
}

template <class Op>
Result<model::Unit> delete_inline_policy(Context& ctx, const typename Op::Input& req) {
  return delete_inline(ctx, inline_of(req));
}

template <class Op>
Result<model::Unit> attach_policy(Context& ctx, const typename Op::Input& req) {
  return attach(ctx, kind_of(req), *holder_of(req), *req.PolicyArn);
}

template <class Op>
Result<model::Unit> detach_policy(Context& ctx, const typename Op::Input& req) {
  return detach(ctx, kind_of(req), *holder_of(req), *req.PolicyArn);
}

}  // namespace

std::span<const OperationRow> identity_policy_rows() {
  static const OperationRow rows[] = {
      row<api::op::AttachGroupPolicy, &attach_policy<api::op::AttachGroupPolicy>>(),
      row<api::op::AttachRolePolicy, &attach_policy<api::op::AttachRolePolicy>>(),
      row<api::op::AttachUserPolicy, &attach_policy<api::op::AttachUserPolicy>>(),
      row<api::op::DeleteGroupPolicy, &delete_inline_policy<api::op::DeleteGroupPolicy>>(),
      row<api::op::DeleteRolePolicy, &delete_inline_policy<api::op::DeleteRolePolicy>>(),
      row<api::op::DeleteUserPolicy, &delete_inline_policy<api::op::DeleteUserPolicy>>(),
      row<api::op::DetachGroupPolicy, &detach_policy<api::op::DetachGroupPolicy>>(),
      row<api::op::DetachRolePolicy, &detach_policy<api::op::DetachRolePolicy>>(),
      row<api::op::DetachUserPolicy, &detach_policy<api::op::DetachUserPolicy>>(),
      row<api::op::GetGroupPolicy, &get_inline_policy<api::op::GetGroupPolicy>>(),
      row<api::op::GetRolePolicy, &get_inline_policy<api::op::GetRolePolicy>>(),
      row<api::op::GetUserPolicy, &get_inline_policy<api::op::GetUserPolicy>>(),
      row<api::op::ListAttachedGroupPolicies, &list_attached<api::op::ListAttachedGroupPolicies>>(),
      row<api::op::ListAttachedRolePolicies, &list_attached<api::op::ListAttachedRolePolicies>>(),
      row<api::op::ListAttachedUserPolicies, &list_attached<api::op::ListAttachedUserPolicies>>(),
      row<api::op::ListGroupPolicies, &list_inline_policies<api::op::ListGroupPolicies>>(),
      row<api::op::ListRolePolicies, &list_inline_policies<api::op::ListRolePolicies>>(),
      row<api::op::ListUserPolicies, &list_inline_policies<api::op::ListUserPolicies>>(),
      row<api::op::PutGroupPolicy, &put_policy<api::op::PutGroupPolicy>>(),
      row<api::op::PutRolePolicy, &put_policy<api::op::PutRolePolicy>>(),
      row<api::op::PutUserPolicy, &put_policy<api::op::PutUserPolicy>>(),
  };
  return rows;
}

}  // namespace cumulite::iam
