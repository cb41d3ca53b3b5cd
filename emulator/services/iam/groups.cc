#include "emulator/services/iam/operations.h"

namespace cumulite::iam {
namespace {

constexpr std::size_t kGroupsMax = 10;

api::Group show_group(const Context& ctx, const Entity& group) {
  return {.Path = group.path,
          .GroupName = group.name,
          .GroupId = group.id,
          .Arn = arn_of(ctx, Kind::kGroup, group),
          .CreateDate = model::Timestamp{group.created_ms}};
}

bool is_member(const Entity& user, const std::string& group) {
  return std::find(user.groups.begin(), user.groups.end(), group) != user.groups.end();
}

std::vector<Entity> members_of(const Context& ctx, const storage::Reader& reader,
                               const std::string& group) {
  auto users = load_all(ctx, reader, Kind::kUser);
  std::erase_if(users, [&](const Entity& user) { return !is_member(user, group); });
  return users;
}

Result<api::CreateGroupResponse> create_group(Context& ctx, const api::CreateGroupRequest& req) {
  Entity group;
  group.name = *req.GroupName;
  group.path = req.Path.value_or("/");
  group.id = new_id("AGPA");
  group.created_ms = ctx.now_ms;
  const auto change = [&](storage::Txn& txn) -> Result<void> {
    if (load(ctx, txn, Kind::kGroup, group.name)) return errors::exists("Group", group.name);
    store(ctx, txn, Kind::kGroup, group);
    return {};
  };
  CUMULITE_TRY(ctx.env.store.transact(iam_domains(ctx), change));
  return api::CreateGroupResponse{.Group = show_group(ctx, group)};
}

Result<api::GetGroupResponse> get_group(Context& ctx, const api::GetGroupRequest& req) {
  CUMULITE_ASSIGN(const Entity group,
                  find_entity(ctx, ctx.env.store, Kind::kGroup, *req.GroupName));
  api::GetGroupResponse answer;
  answer.Group = show_group(ctx, group);
  CUMULITE_ASSIGN(const auto page, take_page(
                                       members_of(ctx, ctx.env.store, group.name),
                                       [](const Entity& user) { return user.name; }, req.Marker,
                                       req.MaxItems, answer));
  answer.Users.emplace();
  for (const Entity& user : page) answer.Users->push_back(show_listed_user(ctx, user));
  return answer;
}

template <class Response, class Request>
Result<Response> show_groups(const Context& ctx, std::vector<Entity> groups, const Request& req) {
  Response answer;
  CUMULITE_ASSIGN(const auto page,
                  take_page(
                      std::move(groups), [](const Entity& group) { return group.name; }, req.Marker,
                      req.MaxItems, answer));
  answer.Groups.emplace();
  for (const Entity& group : page) answer.Groups->push_back(show_group(ctx, group));
  return answer;
}

Result<api::ListGroupsResponse> list_groups(Context& ctx, const api::ListGroupsRequest& req) {
  return show_groups<api::ListGroupsResponse>(ctx, load_below(ctx, Kind::kGroup, req.PathPrefix),
                                              req);
}

Result<api::ListGroupsForUserResponse> list_groups_for_user(
    Context& ctx, const api::ListGroupsForUserRequest& req) {
  CUMULITE_ASSIGN(const Entity user, find_entity(ctx, ctx.env.store, Kind::kUser, *req.UserName));
  auto groups = load_all(ctx, ctx.env.store, Kind::kGroup);
  std::erase_if(groups, [&](const Entity& group) { return !is_member(user, group.name); });
  return show_groups<api::ListGroupsForUserResponse>(ctx, std::move(groups), req);
}

/// A new name goes on to the members.
Result<model::Unit> update_group(Context& ctx, const api::UpdateGroupRequest& req) {
  const auto change = [&](storage::Txn& txn) -> Result<void> {
    CUMULITE_ASSIGN(Entity group, find_entity(ctx, txn, Kind::kGroup, *req.GroupName));
    const std::string old_name = group.name;
    CUMULITE_TRY(rename_entity(ctx, txn, Kind::kGroup, group, {req.NewGroupName, req.NewPath}));
    for (Entity& user : members_of(ctx, txn, old_name)) {
      std::replace(user.groups.begin(), user.groups.end(), old_name, group.name);
      store(ctx, txn, Kind::kUser, user);
    }
    return {};
  };
  CUMULITE_TRY(ctx.env.store.transact(iam_domains(ctx), change));
  return model::Unit{};
}

Result<model::Unit> delete_group(Context& ctx, const api::DeleteGroupRequest& req) {
  return ctx.env.store.transact(iam_domains(ctx), [&](storage::Txn& txn) -> Result<model::Unit> {
    CUMULITE_ASSIGN(const Entity group, find_entity(ctx, txn, Kind::kGroup, *req.GroupName));
    CUMULITE_TRY(check_no_policies(group));
    if (!members_of(ctx, txn, group.name).empty()) {
      return errors::delete_conflict("Cannot delete entity, must remove users from group first.");
    }
    erase(ctx, txn, Kind::kGroup, group.name);
    return model::Unit{};
  });
}

/// Whoever is a member already stays one.
Result<model::Unit> add_user_to_group(Context& ctx, const api::AddUserToGroupRequest& req) {
  CUMULITE_TRY(change_entity(
      ctx, Kind::kUser, *req.UserName, [&](storage::Txn& txn, Entity& user) -> Result<void> {
        CUMULITE_ASSIGN(const Entity group, find_entity(ctx, txn, Kind::kGroup, *req.GroupName));
        if (is_member(user, group.name)) return {};
        if (user.groups.size() >= kGroupsMax) return errors::quota("GroupsPerUser", kGroupsMax);
        user.groups.push_back(group.name);
        return {};
      }));
  return model::Unit{};
}

Result<model::Unit> remove_user_from_group(Context& ctx,
                                           const api::RemoveUserFromGroupRequest& req) {
  CUMULITE_TRY(change_entity(
      ctx, Kind::kUser, *req.UserName, [&](storage::Txn& txn, Entity& user) -> Result<void> {
        CUMULITE_ASSIGN(const Entity group, find_entity(ctx, txn, Kind::kGroup, *req.GroupName));
        std::erase(user.groups, group.name);
        return {};
      }));
  return model::Unit{};
}

}  // namespace

std::span<const OperationRow> group_rows() {
  static const OperationRow rows[] = {
      row<api::op::AddUserToGroup, &add_user_to_group>(),
      row<api::op::CreateGroup, &create_group>(),
      row<api::op::DeleteGroup, &delete_group>(),
      row<api::op::GetGroup, &get_group>(),
      row<api::op::ListGroups, &list_groups>(),
      row<api::op::ListGroupsForUser, &list_groups_for_user>(),
      row<api::op::RemoveUserFromGroup, &remove_user_from_group>(),
      row<api::op::UpdateGroup, &update_group>(),
  };
  return rows;
}

}  // namespace cumulite::iam
