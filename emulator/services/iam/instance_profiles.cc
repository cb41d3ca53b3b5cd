#include "emulator/services/iam/operations.h"

namespace cumulite::iam {
namespace {

api::InstanceProfile show_profile(const Context& ctx, const Entity& profile) {
  api::InstanceProfile shown;
  shown.Path = profile.path;
  shown.InstanceProfileName = profile.name;
  shown.InstanceProfileId = profile.id;
  shown.Arn = arn_of(ctx, Kind::kInstanceProfile, profile);
  shown.CreateDate = model::Timestamp{profile.created_ms};
  shown.Tags = show_tags(profile);
  shown.Roles.emplace();
  if (profile.owner.empty()) return shown;
  if (const auto role = load(ctx, ctx.env.store, Kind::kRole, profile.owner)) {
    shown.Roles->push_back(show_role(ctx, *role));
    shown.Roles->back().RoleLastUsed.reset();
  }
  return shown;
}

Result<api::CreateInstanceProfileResponse> create_instance_profile(
    Context& ctx, const api::CreateInstanceProfileRequest& req) {
  Entity profile;
  profile.name = *req.InstanceProfileName;
  profile.path = req.Path.value_or("/");
  profile.id = new_id("AIPA");
  profile.created_ms = ctx.now_ms;
  CUMULITE_TRY(merge_tags(req.Tags, profile));
  CUMULITE_TRY(ctx.env.store.transact(iam_domains(ctx), [&](storage::Txn& txn) -> Result<void> {
    if (load(ctx, txn, Kind::kInstanceProfile, profile.name)) {
      return Error{"EntityAlreadyExists", "Instance Profile " + profile.name + " already exists.",
                   409};
    }
    store(ctx, txn, Kind::kInstanceProfile, profile);
    return {};
  }));
  return api::CreateInstanceProfileResponse{.InstanceProfile = show_profile(ctx, profile)};
}

Result<api::GetInstanceProfileResponse> get_instance_profile(
    Context& ctx, const api::GetInstanceProfileRequest& req) {
  CUMULITE_ASSIGN(const Entity profile, find_entity(ctx, ctx.env.store, Kind::kInstanceProfile,
                                                    *req.InstanceProfileName));
  return api::GetInstanceProfileResponse{.InstanceProfile = show_profile(ctx, profile)};
}

Result<model::Unit> delete_instance_profile(Context& ctx,
                                            const api::DeleteInstanceProfileRequest& req) {
  CUMULITE_TRY(ctx.env.store.transact(iam_domains(ctx), [&](storage::Txn& txn) -> Result<void> {
    CUMULITE_ASSIGN(const Entity profile,
                    find_entity(ctx, txn, Kind::kInstanceProfile, *req.InstanceProfileName));
    if (!profile.owner.empty()) {
      return errors::delete_conflict(
          "Cannot delete entity, must remove roles from instance profile first.");
    }
    erase(ctx, txn, Kind::kInstanceProfile, profile.name);
    return {};
  }));
  return model::Unit{};
}

Result<model::Unit> add_role_to_instance_profile(Context& ctx,
                                                 const api::AddRoleToInstanceProfileRequest& req) {
  CUMULITE_TRY(change_entity(ctx, Kind::kInstanceProfile, *req.InstanceProfileName,
                             [&](storage::Txn& txn, Entity& profile) -> Result<void> {
                               CUMULITE_ASSIGN(const Entity role,
                                               find_entity(ctx, txn, Kind::kRole, *req.RoleName));
                               if (!profile.owner.empty())
                                 return errors::quota("InstanceSessionsPerInstanceProfile", 1);
                               profile.owner = role.name;
                               return {};
                             }));
  return model::Unit{};
}

Result<model::Unit> remove_role_from_instance_profile(
    Context& ctx, const api::RemoveRoleFromInstanceProfileRequest& req) {
  CUMULITE_TRY(change_entity(ctx, Kind::kInstanceProfile, *req.InstanceProfileName,
                             [&](storage::Txn&, Entity& profile) -> Result<void> {
                               if (profile.owner != *req.RoleName) {
                                 return errors::no_such("role", *req.RoleName);
                               }
                               profile.owner.clear();
                               return {};
                             }));
  return model::Unit{};
}

template <class Response, class Request, class Keep>
Result<Response> list(Context& ctx, const Request& req, Keep&& keep) {
  std::vector<Entity> all = load_all(ctx, ctx.env.store, Kind::kInstanceProfile);
  std::erase_if(all, [&](const Entity& profile) { return !keep(profile); });
  Response answer;
  CUMULITE_ASSIGN(const auto page,
                  take_page(
                      std::move(all), [](const Entity& profile) { return profile.name; },
                      req.Marker, req.MaxItems, answer));
  answer.InstanceProfiles.emplace();
  for (const Entity& profile : page) answer.InstanceProfiles->push_back(show_profile(ctx, profile));
  return answer;
}

Result<api::ListInstanceProfilesResponse> list_instance_profiles(
    Context& ctx, const api::ListInstanceProfilesRequest& req) {
  return list<api::ListInstanceProfilesResponse>(ctx, req, [&](const Entity& profile) {
    return profile.path.starts_with(req.PathPrefix.value_or("/"));
  });
}

Result<api::ListInstanceProfilesForRoleResponse> list_instance_profiles_for_role(
    Context& ctx, const api::ListInstanceProfilesForRoleRequest& req) {
  CUMULITE_ASSIGN(const Entity role, find_entity(ctx, ctx.env.store, Kind::kRole, *req.RoleName));
  return list<api::ListInstanceProfilesForRoleResponse>(
      ctx, req, [&](const Entity& profile) { return profile.owner == role.name; });
}

Result<model::Unit> tag_instance_profile(Context& ctx, const api::TagInstanceProfileRequest& req) {
  CUMULITE_TRY(
      change_entity(ctx, Kind::kInstanceProfile, *req.InstanceProfileName,
                    [&](storage::Txn&, Entity& profile) { return merge_tags(req.Tags, profile); }));
  return model::Unit{};
}

Result<model::Unit> untag_instance_profile(Context& ctx,
                                           const api::UntagInstanceProfileRequest& req) {
  CUMULITE_TRY(change_entity(ctx, Kind::kInstanceProfile, *req.InstanceProfileName,
                             [&](storage::Txn&, Entity& profile) -> Result<void> {
                               remove_tags(*req.TagKeys, profile);
                               return {};
                             }));
  return model::Unit{};
}

Result<api::ListInstanceProfileTagsResponse> list_instance_profile_tags(
    Context& ctx, const api::ListInstanceProfileTagsRequest& req) {
  CUMULITE_ASSIGN(const Entity profile, find_entity(ctx, ctx.env.store, Kind::kInstanceProfile,
                                                    *req.InstanceProfileName));
  api::ListInstanceProfileTagsResponse answer;
  CUMULITE_ASSIGN(answer.Tags, take_page(
                                   show_tags(profile).value_or(std::vector<api::Tag>()),
                                   [](const api::Tag& tag) { return *tag.Key; }, req.Marker,
                                   req.MaxItems, answer));
  return answer;
}

}  // namespace

std::span<const OperationRow> instance_profile_rows() {
  static const OperationRow rows[] = {
      row<api::op::AddRoleToInstanceProfile, &add_role_to_instance_profile>(),
      row<api::op::CreateInstanceProfile, &create_instance_profile>(),
      row<api::op::DeleteInstanceProfile, &delete_instance_profile>(),
      row<api::op::GetInstanceProfile, &get_instance_profile>(),
      row<api::op::ListInstanceProfileTags, &list_instance_profile_tags>(),
      row<api::op::ListInstanceProfiles, &list_instance_profiles>(),
      row<api::op::ListInstanceProfilesForRole, &list_instance_profiles_for_role>(),
      row<api::op::RemoveRoleFromInstanceProfile, &remove_role_from_instance_profile>(),
      row<api::op::TagInstanceProfile, &tag_instance_profile>(),
      row<api::op::UntagInstanceProfile, &untag_instance_profile>(),
  };
  return rows;
}

}  // namespace cumulite::iam
