#include <map>

#include <fmt/format.h>

#include "emulator/core/credentials.h"
#include "emulator/core/helper_spaces.h"
#include "emulator/core/ids.h"
#include "emulator/services/iam/operations.h"
#include "storage/kv/key_codec.h"

namespace cumulite::iam {
namespace {

constexpr std::size_t kAccessKeysMax = 2;
constexpr char kOwner = 'i';
constexpr std::string_view kUserType = ":user/";

IssuedKey issued_key(std::string_view account, const Entity& key, const Entity& user) {
  IssuedKey issued;
  issued.owner = kOwner;
  issued.identity.credentials = {key.name, key.id, ""};
  issued.identity.account_id = account;
  issued.identity.canonical_user_id = canonical_user_id_of(account);
  issued.identity.display_name = user.name;
  issued.arn = fmt::format("arn:aws:iam::{}:user{}{}", account, user.path, user.name);
  issued.user_id = user.id;
  return issued;
}

/// After the commit, authentication knows the key, or knows it no longer.
void publish(Context& ctx, storage::Txn& txn, const Entity& key, const Entity& user) {
  const CredentialStore* credentials = ctx.env.credentials;
  if (credentials == nullptr) return;
  const IssuedKey issued = issued_key(ctx.caller.account_id, key, user);
  txn.on_commit([credentials, issued, is_inactive = key.is_inactive] {
    if (is_inactive) {
      credentials->issued().remove(issued.identity.credentials.access_key_id);
    } else {
      credentials->issued().put(issued);
    }
  });
}

std::vector<Entity> keys_of(const Context& ctx, const storage::Reader& reader,
                            const std::string& user) {
  auto keys = load_all(ctx, reader, Kind::kAccessKey);
  std::erase_if(keys, [&](const Entity& key) { return key.owner != user; });
  return keys;
}

/// The name of the user who calls; empty for everybody else.
std::string calling_user(const Context& ctx) {
  if (ctx.env.credentials == nullptr) return {};
  const auto issued = ctx.env.credentials->issued().find(ctx.caller.access_key_id);
  if (issued == nullptr || issued->arn.find(kUserType) == std::string::npos) return {};
  return issued->arn.substr(issued->arn.rfind('/') + 1);
}

/// Whether who calls assumed a role.
bool is_session_of_role(const Context& ctx) {
  if (ctx.env.credentials == nullptr) return false;
  const auto issued = ctx.env.credentials->issued().find(ctx.caller.access_key_id);
  return issued != nullptr && issued->arn.find(":assumed-role/") != std::string::npos;
}

api::User show_user(const Context& ctx, const Entity& user) {
  api::User shown;
  shown.Path = user.path;
  shown.UserName = user.name;
  shown.UserId = user.id;
  shown.Arn = arn_of(ctx, Kind::kUser, user);
  shown.CreateDate = model::Timestamp{user.created_ms};
  shown.PermissionsBoundary = show_boundary(user);
  shown.Tags = show_tags(user);
  return shown;
}

std::string_view status_of(const Entity& key) {
  return key.is_inactive ? "Inactive" : "Active";
}

Result<api::CreateUserResponse> create_user(Context& ctx, const api::CreateUserRequest& req) {
  Entity user;
  user.name = *req.UserName;
  user.path = req.Path.value_or("/");
  user.id = new_id("AIDA");
  user.boundary = req.PermissionsBoundary.value_or("");
  user.created_ms = ctx.now_ms;
  CUMULITE_TRY(merge_tags(req.Tags, user));
  const auto change = [&](storage::Txn& txn) -> Result<void> {
    if (load(ctx, txn, Kind::kUser, user.name)) return errors::exists("User", user.name);
    store(ctx, txn, Kind::kUser, user);
    return {};
  };
  CUMULITE_TRY(ctx.env.store.transact(iam_domains(ctx), change));
  return api::CreateUserResponse{.User = show_user(ctx, user)};
}

Result<api::GetUserResponse> get_user(Context& ctx, const api::GetUserRequest& req) {
  const std::string name = req.UserName ? *req.UserName : calling_user(ctx);
  if (name.empty() && is_session_of_role(ctx)) return errors::no_calling_user();
  if (name.empty()) {
    // Whoever calls as the account itself learns of the account.
    const std::string& account = ctx.caller.account_id;
    api::User root;
    root.Path = "/";
    root.UserName = "root";
    root.UserId = account;
    root.Arn = fmt::format("arn:aws:iam::{}:root", account);
    root.CreateDate = model::Timestamp{0};
    return api::GetUserResponse{.User = std::move(root)};
  }
  CUMULITE_ASSIGN(const Entity user, find_entity(ctx, ctx.env.store, Kind::kUser, name));
  return api::GetUserResponse{.User = show_user(ctx, user)};
}

Result<api::ListUsersResponse> list_users(Context& ctx, const api::ListUsersRequest& req) {
  auto all = load_below(ctx, Kind::kUser, req.PathPrefix);
  api::ListUsersResponse answer;
  CUMULITE_ASSIGN(const auto page, take_page(
                                       std::move(all), [](const Entity& user) { return user.name; },
                                       req.Marker, req.MaxItems, answer));
  answer.Users.emplace();
  for (const Entity& user : page) answer.Users->push_back(show_listed_user(ctx, user));
  return answer;
}

Result<model::Unit> update_user(Context& ctx, const api::UpdateUserRequest& req) {
  const auto change = [&](storage::Txn& txn) -> Result<void> {
    CUMULITE_ASSIGN(Entity user, find_entity(ctx, txn, Kind::kUser, *req.UserName));
    const std::string old_name = user.name;
    CUMULITE_TRY(rename_entity(ctx, txn, Kind::kUser, user, {req.NewUserName, req.NewPath}));
    if (auto profile = load(ctx, txn, Kind::kLoginProfile, old_name)) {
      erase(ctx, txn, Kind::kLoginProfile, old_name);
      profile->name = user.name;
      store(ctx, txn, Kind::kLoginProfile, *profile);
    }
    for (Entity& key : keys_of(ctx, txn, old_name)) {
      key.owner = user.name;
      store(ctx, txn, Kind::kAccessKey, key);
      publish(ctx, txn, key, user);
    }
    return {};
  };
  CUMULITE_TRY(ctx.env.store.transact(iam_domains(ctx), change));
  return model::Unit{};
}

Result<model::Unit> delete_user(Context& ctx, const api::DeleteUserRequest& req) {
  return ctx.env.store.transact(iam_domains(ctx), [&](storage::Txn& txn) -> Result<model::Unit> {
    CUMULITE_ASSIGN(const Entity user, find_entity(ctx, txn, Kind::kUser, *req.UserName));
    if (!keys_of(ctx, txn, user.name).empty()) {
      return errors::delete_conflict("Cannot delete entity, must delete access keys first.");
    }
    CUMULITE_TRY(check_no_policies(user));
    if (load(ctx, txn, Kind::kLoginProfile, user.name)) {
      return errors::delete_conflict("Cannot delete entity, must delete login profile first.");
    }
    if (!user.groups.empty()) {
      return errors::delete_conflict("Cannot delete entity, must remove users from group first.");
    }
    erase(ctx, txn, Kind::kUser, user.name);
    return model::Unit{};
  });
}

Result<model::Unit> tag_user(Context& ctx, const api::TagUserRequest& req) {
  CUMULITE_TRY(change_entity(ctx, Kind::kUser, *req.UserName, [&](storage::Txn&, Entity& user) {
    return merge_tags(req.Tags, user);
  }));
  return model::Unit{};
}

Result<model::Unit> untag_user(Context& ctx, const api::UntagUserRequest& req) {
  CUMULITE_TRY(change_entity(ctx, Kind::kUser, *req.UserName,
                             [&](storage::Txn&, Entity& user) -> Result<void> {
                               remove_tags(*req.TagKeys, user);
                               return {};
                             }));
  return model::Unit{};
}

Result<api::ListUserTagsResponse> list_user_tags(Context& ctx,
                                                 const api::ListUserTagsRequest& req) {
  CUMULITE_ASSIGN(const Entity user, find_entity(ctx, ctx.env.store, Kind::kUser, *req.UserName));
  api::ListUserTagsResponse answer;
  CUMULITE_ASSIGN(answer.Tags, take_page(
                                   show_tags(user).value_or(std::vector<api::Tag>()),
                                   [](const api::Tag& tag) { return *tag.Key; }, req.Marker,
                                   req.MaxItems, answer));
  return answer;
}

Result<api::CreateAccessKeyResponse> create_access_key(Context& ctx,
                                                       const api::CreateAccessKeyRequest& req) {
  constexpr std::size_t kIdCharacters = 16;
  constexpr std::size_t kSecretBytes = 30;
  CUMULITE_ASSIGN(const std::string name, meant_user(ctx, req.UserName));
  Entity key;
  key.name = "AKIA" + ids::random_alphanumeric_upper(kIdCharacters);
  key.id = ids::random_base64url(kSecretBytes);
  key.created_ms = ctx.now_ms;
  const auto change = [&](storage::Txn& txn) -> Result<void> {
    CUMULITE_ASSIGN(const Entity user, find_entity(ctx, txn, Kind::kUser, name));
    if (keys_of(ctx, txn, user.name).size() >= kAccessKeysMax) {
      return errors::quota("AccessKeysPerUser", kAccessKeysMax);
    }
    key.owner = user.name;
    store(ctx, txn, Kind::kAccessKey, key);
    publish(ctx, txn, key, user);
    return {};
  };
  CUMULITE_TRY(ctx.env.store.transact(iam_domains(ctx), change));
  api::AccessKey shown;
  shown.UserName = key.owner;
  shown.AccessKeyId = key.name;
  shown.Status = status_of(key);
  shown.SecretAccessKey = key.id;
  shown.CreateDate = model::Timestamp{key.created_ms};
  return api::CreateAccessKeyResponse{.AccessKey = std::move(shown)};
}

Result<api::ListAccessKeysResponse> list_access_keys(Context& ctx,
                                                     const api::ListAccessKeysRequest& req) {
  CUMULITE_ASSIGN(const std::string name, meant_user(ctx, req.UserName));
  CUMULITE_ASSIGN(const Entity user, find_entity(ctx, ctx.env.store, Kind::kUser, name));
  api::ListAccessKeysResponse answer;
  CUMULITE_ASSIGN(const auto page, take_page(
                                       keys_of(ctx, ctx.env.store, user.name),
                                       [](const Entity& key) { return key.name; }, req.Marker,
                                       req.MaxItems, answer));
  answer.AccessKeyMetadata.emplace();
  for (const Entity& key : page) {
    answer.AccessKeyMetadata->push_back({.UserName = key.owner,
                                         .AccessKeyId = key.name,
                                         .Status = std::string(status_of(key)),
                                         .CreateDate = model::Timestamp{key.created_ms}});
  }
  return answer;
}

Result<model::Unit> put_user_permissions_boundary(
    Context& ctx, const api::PutUserPermissionsBoundaryRequest& req) {
  return put_boundary(ctx, Kind::kUser, *req.UserName, *req.PermissionsBoundary);
}

Result<model::Unit> delete_user_permissions_boundary(
    Context& ctx, const api::DeleteUserPermissionsBoundaryRequest& req) {
  return delete_boundary(ctx, Kind::kUser, *req.UserName);
}

/// The user's key in a transaction, or NoSuchEntity.
Result<Entity> users_key(const Context& ctx, const storage::Reader& reader, const Entity& user,
                         const std::string& id) {
  CUMULITE_ASSIGN(Entity key, find_entity(ctx, reader, Kind::kAccessKey, id));
  if (key.owner == user.name) return key;
  return Error{"NoSuchEntity", "The Access Key with id " + id + " cannot be found.", 404};
}

Result<model::Unit> update_access_key(Context& ctx, const api::UpdateAccessKeyRequest& req) {
  CUMULITE_ASSIGN(const std::string name, meant_user(ctx, req.UserName));
  const auto change = [&](storage::Txn& txn) -> Result<void> {
    CUMULITE_ASSIGN(const Entity user, find_entity(ctx, txn, Kind::kUser, name));
    CUMULITE_ASSIGN(Entity key, users_key(ctx, txn, user, *req.AccessKeyId));
    key.is_inactive = *req.Status != "Active";
    store(ctx, txn, Kind::kAccessKey, key);
    publish(ctx, txn, key, user);
    return {};
  };
  CUMULITE_TRY(ctx.env.store.transact(iam_domains(ctx), change));
  return model::Unit{};
}

Result<model::Unit> delete_access_key(Context& ctx, const api::DeleteAccessKeyRequest& req) {
  CUMULITE_ASSIGN(const std::string name, meant_user(ctx, req.UserName));
  const auto change = [&](storage::Txn& txn) -> Result<void> {
    CUMULITE_ASSIGN(const Entity user, find_entity(ctx, txn, Kind::kUser, name));
    CUMULITE_ASSIGN(Entity key, users_key(ctx, txn, user, *req.AccessKeyId));
    erase(ctx, txn, Kind::kAccessKey, key.name);
    key.is_inactive = true;
    publish(ctx, txn, key, user);
    return {};
  };
  CUMULITE_TRY(ctx.env.store.transact(iam_domains(ctx), change));
  return model::Unit{};
}

/// Account of a row's key, which begins with it.
std::string account_of_row(std::string_view key) {
  return storage::take_part(key).value_or("");
}

}  // namespace

std::span<const OperationRow> user_rows() {
  static const OperationRow rows[] = {
      row<api::op::CreateAccessKey, &create_access_key>(),
      row<api::op::CreateUser, &create_user>(),
      row<api::op::DeleteAccessKey, &delete_access_key>(),
      row<api::op::DeleteUser, &delete_user>(),
      row<api::op::DeleteUserPermissionsBoundary, &delete_user_permissions_boundary>(),
      row<api::op::GetUser, &get_user>(),
      row<api::op::ListAccessKeys, &list_access_keys>(),
      row<api::op::ListUserTags, &list_user_tags>(),
      row<api::op::ListUsers, &list_users>(),
      row<api::op::PutUserPermissionsBoundary, &put_user_permissions_boundary>(),
      row<api::op::TagUser, &tag_user>(),
      row<api::op::UntagUser, &untag_user>(),
      row<api::op::UpdateAccessKey, &update_access_key>(),
      row<api::op::UpdateUser, &update_user>(),
  };
  return rows;
}

Result<std::string> meant_user(const Context& ctx, const std::optional<std::string>& name) {
  std::string user = name ? *name : calling_user(ctx);
  if (!user.empty()) return user;
  return errors::no_calling_user();
}

api::User show_listed_user(const Context& ctx, const Entity& user) {
  api::User shown = show_user(ctx, user);
  shown.Tags.reset();
  shown.PermissionsBoundary.reset();
  return shown;
}

void load_access_keys(Environment& env, std::string_view account) {
  if (env.credentials == nullptr) return;
  env.credentials->issued().forget(kOwner, account);
  std::string prefix;
  if (!account.empty()) storage::append_part(prefix, account);
  std::map<std::string, Entity> users;
  std::vector<std::pair<std::string, Entity>> keys;
  std::string from = prefix;
  while (true) {
    const auto page = env.store.range(spaces::kIam, from, storage::prefix_end(prefix));
    for (const auto& row : page.rows) {
      const std::string owner = account_of_row(row.key);
      std::string_view rest = row.key;
      (void)storage::take_part(rest);
      const char kind = rest.empty() ? '\0' : rest.front();
      if (kind == static_cast<char>(Kind::kUser)) {
        Entity user = decode_entity(row.value);
        const std::string id = owner + '/' + user.name;
        users.emplace(id, std::move(user));
      } else if (kind == static_cast<char>(Kind::kAccessKey)) {
        keys.emplace_back(owner, decode_entity(row.value));
      }
    }
    if (!page.more) break;
    from = page.rows.back().key + '\0';
  }
  for (const auto& [owner, key] : keys) {
    const auto user = users.find(owner + '/' + key.owner);
    if (key.is_inactive || user == users.end()) continue;
    env.credentials->issued().put(issued_key(owner, key, user->second));
  }
}

}  // namespace cumulite::iam
