#include "emulator/services/iam/operations.h"

namespace cumulite::iam {
namespace {

constexpr std::size_t kTrustMax = 2048;
constexpr std::size_t kTagsMax = 50;
constexpr std::int64_t kSessionSecondsDefault = 3600;

Result<void> check_trust(const std::string& document) {
  CUMULITE_TRY(check_document(document, Document::kTrust));
  if (document_size(document) > kTrustMax) return errors::quota("ACLSizePerRole", kTrustMax);
  return {};
}

Result<api::CreateRoleResponse> create_role(Context& ctx, const api::CreateRoleRequest& req) {
  CUMULITE_TRY(check_trust(*req.AssumeRolePolicyDocument));
  Entity role;
  role.name = *req.RoleName;
  role.path = req.Path.value_or("/");
  role.id = new_id("AROA");
  role.trust = *req.AssumeRolePolicyDocument;
  role.description = req.Description.value_or("");
  role.boundary = req.PermissionsBoundary.value_or("");
  role.session_seconds = req.MaxSessionDuration.value_or(kSessionSecondsDefault);
  role.created_ms = ctx.now_ms;
  CUMULITE_TRY(merge_tags(req.Tags, role));
  CUMULITE_TRY(ctx.env.store.transact(iam_domains(ctx), [&](storage::Txn& txn) -> Result<void> {
    if (load(ctx, txn, Kind::kRole, role.name)) return errors::exists("Role", role.name);
    store(ctx, txn, Kind::kRole, role);
    return {};
  }));
  api::Role shown = show_role(ctx, role);
  shown.RoleLastUsed.reset();
  // Only GetRole and ListRoles tell the default.
  if (!req.MaxSessionDuration) shown.MaxSessionDuration.reset();
  return api::CreateRoleResponse{.Role = std::move(shown)};
}

Result<api::GetRoleResponse> get_role(Context& ctx, const api::GetRoleRequest& req) {
  CUMULITE_ASSIGN(const Entity role, find_entity(ctx, ctx.env.store, Kind::kRole, *req.RoleName));
  return api::GetRoleResponse{.Role = show_role(ctx, role)};
}

Result<api::ListRolesResponse> list_roles(Context& ctx, const api::ListRolesRequest& req) {
  auto all = load_below(ctx, Kind::kRole, req.PathPrefix);
  api::ListRolesResponse answer;
  CUMULITE_ASSIGN(const auto page, take_page(
                                       std::move(all), [](const Entity& role) { return role.name; },
                                       req.Marker, req.MaxItems, answer));
  answer.Roles.emplace();
  for (const Entity& role : page) {
    api::Role shown = show_role(ctx, role);
    // Listings leave these out.
    shown.Tags.reset();
    shown.RoleLastUsed.reset();
    shown.PermissionsBoundary.reset();
    answer.Roles->push_back(std::move(shown));
  }
  return answer;
}

Result<api::UpdateRoleResponse> update_role(Context& ctx, const api::UpdateRoleRequest& req) {
  CUMULITE_TRY(change_entity(
      ctx, Kind::kRole, *req.RoleName, [&](storage::Txn&, Entity& role) -> Result<void> {
        role.description = req.Description.value_or("");
        role.session_seconds = req.MaxSessionDuration.value_or(kSessionSecondsDefault);
        return {};
      }));
  return api::UpdateRoleResponse{};
}

Result<api::UpdateRoleDescriptionResponse> update_role_description(
    Context& ctx, const api::UpdateRoleDescriptionRequest& req) {
  CUMULITE_ASSIGN(const Entity role, change_entity(ctx, Kind::kRole, *req.RoleName,
                                                   [&](storage::Txn&, Entity& changed) {
                                                     changed.description = *req.Description;
                                                     return Result<void>{};
                                                   }));
  return api::UpdateRoleDescriptionResponse{.Role = show_role(ctx, role)};
}

Result<model::Unit> update_assume_role_policy(Context& ctx,
                                              const api::UpdateAssumeRolePolicyRequest& req) {
  return alter(ctx, Kind::kRole, *req.RoleName, [&](storage::Txn&, Entity& role) -> Result<void> {
    CUMULITE_TRY(check_modifiable(Kind::kRole, role));
    CUMULITE_TRY(check_trust(*req.PolicyDocument));
    role.trust = *req.PolicyDocument;
    return {};
  });
}

Result<void> check_deletable(const Context& ctx, const storage::Reader& reader,
                             const Entity& role) {
  CUMULITE_TRY(check_modifiable(Kind::kRole, role));
  CUMULITE_TRY(check_no_policies(role));
  for (const Entity& profile : load_all(ctx, reader, Kind::kInstanceProfile)) {
    if (profile.owner != role.name) continue;
    return errors::delete_conflict(
        "Cannot delete entity, must remove roles from instance profile first.");
  }
  return {};
}

Result<model::Unit> delete_role(Context& ctx, const api::DeleteRoleRequest& req) {
  return ctx.env.store.transact(iam_domains(ctx), [&](storage::Txn& txn) -> Result<model::Unit> {
    CUMULITE_ASSIGN(const Entity role, find_entity(ctx, txn, Kind::kRole, *req.RoleName));
    CUMULITE_TRY(check_deletable(ctx, txn, role));
    erase(ctx, txn, Kind::kRole, role.name);
    return model::Unit{};
  });
}

Result<model::Unit> tag_role(Context& ctx, const api::TagRoleRequest& req) {
  CUMULITE_TRY(change_entity(ctx, Kind::kRole, *req.RoleName, [&](storage::Txn&, Entity& role) {
    return merge_tags(req.Tags, role);
  }));
  return model::Unit{};
}

Result<model::Unit> untag_role(Context& ctx, const api::UntagRoleRequest& req) {
  CUMULITE_TRY(change_entity(ctx, Kind::kRole, *req.RoleName,
                             [&](storage::Txn&, Entity& role) -> Result<void> {
                               remove_tags(*req.TagKeys, role);
                               return {};
                             }));
  return model::Unit{};
}

Result<api::ListRoleTagsResponse> list_role_tags(Context& ctx,
                                                 const api::ListRoleTagsRequest& req) {
  CUMULITE_ASSIGN(const Entity role, find_entity(ctx, ctx.env.store, Kind::kRole, *req.RoleName));
  api::ListRoleTagsResponse answer;
  CUMULITE_ASSIGN(answer.Tags, take_page(
                                   show_tags(role).value_or(std::vector<api::Tag>()),
                                   [](const api::Tag& tag) { return *tag.Key; }, req.Marker,
                                   req.MaxItems, answer));
  return answer;
}

Result<model::Unit> put_role_permissions_boundary(
    Context& ctx, const api::PutRolePermissionsBoundaryRequest& req) {
  return put_boundary(ctx, Kind::kRole, *req.RoleName, *req.PermissionsBoundary);
}

Result<model::Unit> delete_role_permissions_boundary(
    Context& ctx, const api::DeleteRolePermissionsBoundaryRequest& req) {
  return delete_boundary(ctx, Kind::kRole, *req.RoleName);
}

}  // namespace

std::span<const OperationRow> role_rows() {
  static const OperationRow rows[] = {
      row<api::op::CreateRole, &create_role>(),
      row<api::op::DeleteRole, &delete_role>(),
      row<api::op::DeleteRolePermissionsBoundary, &delete_role_permissions_boundary>(),
      row<api::op::GetRole, &get_role>(),
      row<api::op::ListRoleTags, &list_role_tags>(),
      row<api::op::ListRoles, &list_roles>(),
      row<api::op::PutRolePermissionsBoundary, &put_role_permissions_boundary>(),
      row<api::op::TagRole, &tag_role>(),
      row<api::op::UntagRole, &untag_role>(),
      row<api::op::UpdateAssumeRolePolicy, &update_assume_role_policy>(),
      row<api::op::UpdateRole, &update_role>(),
      row<api::op::UpdateRoleDescription, &update_role_description>(),
  };
  return rows;
}

std::string_view name_of(Kind kind) {
  if (kind == Kind::kGroup) return "group";
  return kind == Kind::kRole ? "role" : "user";
}

Result<Entity> find_entity(const Context& ctx, const storage::Reader& reader, Kind kind,
                           const std::string& name) {
  auto found = load(ctx, reader, kind, name);
  if (found) return std::move(*found);
  if (kind == Kind::kInstanceProfile) return errors::no_such_profile(name);
  if (kind == Kind::kAccessKey) {
    return Error{"NoSuchEntity", "The Access Key with id " + name + " cannot be found.", 404};
  }
  return errors::no_such(name_of(kind), name);
}

Result<Entity> change_entity(Context& ctx, Kind kind, const std::string& name,
                             const std::function<Result<void>(storage::Txn&, Entity&)>& change) {
  return ctx.env.store.transact(iam_domains(ctx), [&](storage::Txn& txn) -> Result<Entity> {
    CUMULITE_ASSIGN(Entity entity, find_entity(ctx, txn, kind, name));
    CUMULITE_TRY(change(txn, entity));
    store(ctx, txn, kind, entity);
    return entity;
  });
}

Result<void> rename_entity(const Context& ctx, storage::Txn& txn, Kind kind, Entity& entity,
                           const Renaming& renaming) {
  const std::string new_name = renaming.new_name.value_or(entity.name);
  const auto taken = load(ctx, txn, kind, new_name);
  if (taken && taken->id != entity.id) {
    return errors::exists(kind == Kind::kUser ? "User" : "Group", new_name);
  }
  erase(ctx, txn, kind, entity.name);
  entity.name = new_name;
  entity.path = renaming.new_path.value_or(entity.path);
  store(ctx, txn, kind, entity);
  return {};
}

std::vector<Entity> load_below(const Context& ctx, Kind kind,
                               const std::optional<std::string>& path_prefix) {
  auto all = load_all(ctx, ctx.env.store, kind);
  std::erase_if(all, [&](const Entity& entity) {
    return !entity.path.starts_with(path_prefix.value_or("/"));
  });
  return all;
}

Result<model::Unit> alter(Context& ctx, Kind kind, const std::string& name,
                          const std::function<Result<void>(storage::Txn&, Entity&)>& change) {
  CUMULITE_TRY(change_entity(ctx, kind, name, change));
  return model::Unit{};
}

Result<model::Unit> put_boundary(Context& ctx, Kind kind, const std::string& name,
                                 const std::string& policy) {
  return alter(ctx, kind, name, [&](storage::Txn& txn, Entity& entity) -> Result<void> {
    CUMULITE_TRY(check_modifiable(kind, entity));
    CUMULITE_TRY(check_policy(ctx, txn, policy));
    entity.boundary = policy;
    return {};
  });
}

Result<model::Unit> delete_boundary(Context& ctx, Kind kind, const std::string& name) {
  return alter(ctx, kind, name, [&](storage::Txn&, Entity& entity) -> Result<void> {
    CUMULITE_TRY(check_modifiable(kind, entity));
    entity.boundary.clear();
    return {};
  });
}

Result<void> check_no_policies(const Entity& entity) {
  if (!entity.attached.empty()) {
    return errors::delete_conflict("Cannot delete entity, must detach all policies first.");
  }
  if (!entity.documents.empty()) {
    return errors::delete_conflict("Cannot delete entity, must delete policies first.");
  }
  return {};
}

Result<void> merge_tags(const std::optional<std::vector<api::Tag>>& added, Entity& entity) {
  if (!added) return {};
  Pairs seen;
  for (const api::Tag& tag : *added) {
    if (find(seen, *tag.Key) != nullptr) {
      return errors::invalid_input(
          "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
    }
    if (tag.Key->starts_with("aws:")) {
      return errors::invalid_input("Tag keys beginning with aws: are reserved for AWS.");
    }
    put(seen, *tag.Key, *tag.Value);
    put(entity.tags, *tag.Key, *tag.Value);
  }
  if (entity.tags.size() > kTagsMax) {
    return errors::limit_exceeded("The number of tags has reached the maximum limit.");
  }
  return {};
}

void remove_tags(const std::vector<std::string>& names, Entity& entity) {
  std::erase_if(entity.tags, [&](const auto& tag) {
    return std::find(names.begin(), names.end(), tag.first) != names.end();
  });
}

std::optional<std::vector<api::Tag>> show_tags(const Entity& entity) {
  if (entity.tags.empty()) return std::nullopt;
  std::vector<api::Tag> tags;
  for (const auto& [key, value] : entity.tags) tags.push_back({.Key = key, .Value = value});
  return tags;
}

std::optional<api::AttachedPermissionsBoundary> show_boundary(const Entity& entity) {
  if (entity.boundary.empty()) return std::nullopt;
  return api::AttachedPermissionsBoundary{.PermissionsBoundaryType = "Policy",
                                          .PermissionsBoundaryArn = entity.boundary};
}

api::Role show_role(const Context& ctx, const Entity& role) {
  api::Role shown;
  shown.Path = role.path;
  shown.RoleName = role.name;
  shown.RoleId = role.id;
  shown.Arn = arn_of(ctx, Kind::kRole, role);
  shown.CreateDate = model::Timestamp{role.created_ms};
  shown.AssumeRolePolicyDocument = encode_document(role.trust);
  if (!role.description.empty()) shown.Description = role.description;
  shown.MaxSessionDuration = static_cast<std::int32_t>(role.session_seconds);
  shown.PermissionsBoundary = show_boundary(role);
  shown.Tags = show_tags(role);
  shown.RoleLastUsed.emplace();
  return shown;
}

}  // namespace cumulite::iam
