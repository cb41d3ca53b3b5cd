#pragma once

#include <algorithm>
#include <functional>

#include "api/iam.h"
#include "emulator/core/service.h"
#include "emulator/services/iam/documents.h"
#include "emulator/services/iam/entity.h"
#include "emulator/services/iam/errors.h"
#include "protocol/codec/base64.h"

/// Rows of the operations, and what the files of operations share.
namespace cumulite::iam {

/// Each of the file of its name.
std::span<const OperationRow> role_rows();
std::span<const OperationRow> user_rows();
std::span<const OperationRow> group_rows();
std::span<const OperationRow> login_profile_rows();
std::span<const OperationRow> service_linked_role_rows();
std::span<const OperationRow> identity_policy_rows();
std::span<const OperationRow> managed_policy_rows();
std::span<const OperationRow> instance_profile_rows();

/// Registers nothing; puts the account's active access keys (empty: of all) where authentication
/// finds them.
void load_access_keys(Environment& env, std::string_view account);

/// "role", "user" or "group", as messages have it.
std::string_view name_of(Kind kind);
/// The entity, or NoSuchEntity in the words of its kind.
Result<Entity> find_entity(const Context& ctx, const storage::Reader& reader, Kind kind,
                           const std::string& name);
/// Changes it in a transaction of its own; `change` may refuse.
Result<Entity> change_entity(Context& ctx, Kind kind, const std::string& name,
                             const std::function<Result<void>(storage::Txn&, Entity&)>& change);

/// What UpdateUser and UpdateGroup ask for; what is absent stays.
struct Renaming {
  std::optional<std::string> new_name;
  std::optional<std::string> new_path;
};

/// Puts a user or a group under its new name and path; what refers to it is the caller's. Errors:
/// EntityAlreadyExists.
Result<void> rename_entity(const Context& ctx, storage::Txn& txn, Kind kind, Entity& entity,
                           const Renaming& renaming);

/// All of a kind whose path begins with the prefix (absent: "/"), by name.
std::vector<Entity> load_below(const Context& ctx, Kind kind,
                               const std::optional<std::string>& path_prefix);

/// As change_entity, for operations that answer nothing.
Result<model::Unit> alter(Context& ctx, Kind kind, const std::string& name,
                          const std::function<Result<void>(storage::Txn&, Entity&)>& change);

/// Errors: InvalidInput, LimitExceeded.
Result<void> merge_tags(const std::optional<std::vector<api::Tag>>& added, Entity& entity);
void remove_tags(const std::vector<std::string>& names, Entity& entity);
std::optional<std::vector<api::Tag>> show_tags(const Entity& entity);
std::optional<api::AttachedPermissionsBoundary> show_boundary(const Entity& entity);
api::Role show_role(const Context& ctx, const Entity& role);
/// As lists have them: without tags and boundary.
api::User show_listed_user(const Context& ctx, const Entity& user);
/// The named user, else the calling one. Errors: ValidationError, if there is neither.
Result<std::string> meant_user(const Context& ctx, const std::optional<std::string>& name);
/// A role that a service made for itself.
bool is_service_linked(const Entity& role);
/// Errors: UnmodifiableEntity, for what only its service may change.
Result<void> check_modifiable(Kind kind, const Entity& entity);
/// Errors: NoSuchEntity, UnmodifiableEntity.
Result<model::Unit> put_boundary(Context& ctx, Kind kind, const std::string& name,
                                 const std::string& policy);
Result<model::Unit> delete_boundary(Context& ctx, Kind kind, const std::string& name);
/// Errors: DeleteConflict, while policies are attached or inside.
Result<void> check_no_policies(const Entity& entity);
/// How many roles, users and groups have the policy attached.
std::int32_t count_attachments(const Context& ctx, const storage::Reader& reader,
                               const std::string& arn);
/// Errors: NoSuchEntity, for a policy that is neither the account's nor AWS's.
Result<void> check_policy(const Context& ctx, const storage::Reader& reader,
                          const std::string& arn);

/// A page of what `key_of` orders: the Marker is the last key shown.
template <class Response, class T, class KeyOf>
Result<std::vector<T>> take_page(std::vector<T> all, KeyOf&& key_of,
                                 const std::optional<std::string>& marker,
                                 std::optional<std::int32_t> max, Response& answer) {
  constexpr std::int32_t kItemsDefault = 100;
  std::sort(all.begin(), all.end(), [&](const T& a, const T& b) { return key_of(a) < key_of(b); });
  if (marker) {
    const auto last = codec::base64_decode(*marker);
    if (!last) return errors::validation("Invalid Marker.");
    std::erase_if(all, [&](const T& each) { return !(*last < key_of(each)); });
  }
  const auto limit = static_cast<std::size_t>(max.value_or(kItemsDefault));
  answer.IsTruncated = all.size() > limit;
  if (all.size() > limit) {
    all.erase(all.begin() + static_cast<std::ptrdiff_t>(limit), all.end());
    answer.Marker = codec::base64_encode(key_of(all.back()));
  }
  return all;
}

}  // namespace cumulite::iam
