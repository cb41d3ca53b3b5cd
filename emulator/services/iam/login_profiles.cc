#include "emulator/services/iam/operations.h"

/// Passwords of users. Nothing here signs in with one, so what is kept is that there is one.
namespace cumulite::iam {
namespace {

// Of an account without a password policy of its own.
constexpr std::size_t kPasswordMin = 8;

Error no_profile(const std::string& user) {
  return {"NoSuchEntity", "Login Profile for User " + user + " cannot be found.", 404};
}

Result<void> check_password(const std::optional<std::string>& password) {
  if (!password || password->size() >= kPasswordMin) return {};
  return Error{"PasswordPolicyViolation", "Password should have a minimum length of 8", 400};
}

api::LoginProfile show_login_profile(const Entity& profile) {
  return {.UserName = profile.name,
          .CreateDate = model::Timestamp{profile.created_ms},
          .PasswordResetRequired = profile.must_reset};
}

/// The profile of a user who is there.
Result<Entity> find_login_profile(const Context& ctx, const storage::Reader& reader,
                                  const std::string& user) {
  CUMULITE_TRY(find_entity(ctx, reader, Kind::kUser, user));
  auto profile = load(ctx, reader, Kind::kLoginProfile, user);
  if (!profile) return no_profile(user);
  return std::move(*profile);
}

Result<api::CreateLoginProfileResponse> create_login_profile(
    Context& ctx, const api::CreateLoginProfileRequest& req) {
  CUMULITE_ASSIGN(const std::string name, meant_user(ctx, req.UserName));
  CUMULITE_TRY(check_password(req.Password));
  Entity profile;
  profile.created_ms = ctx.now_ms;
  profile.must_reset = req.PasswordResetRequired.value_or(false);
  CUMULITE_TRY(ctx.env.store.transact(iam_domains(ctx), [&](storage::Txn& txn) -> Result<void> {
    CUMULITE_ASSIGN(const Entity user, find_entity(ctx, txn, Kind::kUser, name));
    if (load(ctx, txn, Kind::kLoginProfile, user.name)) {
      return Error{"EntityAlreadyExists", "Login Profile for user " + name + " already exists.",
                   409};
    }
    profile.name = user.name;
    store(ctx, txn, Kind::kLoginProfile, profile);
    return {};
  }));
  return api::CreateLoginProfileResponse{.LoginProfile = show_login_profile(profile)};
}

Result<api::GetLoginProfileResponse> get_login_profile(Context& ctx,
                                                       const api::GetLoginProfileRequest& req) {
  CUMULITE_ASSIGN(const std::string name, meant_user(ctx, req.UserName));
  CUMULITE_ASSIGN(const Entity profile, find_login_profile(ctx, ctx.env.store, name));
  return api::GetLoginProfileResponse{.LoginProfile = show_login_profile(profile)};
}

Result<model::Unit> update_login_profile(Context& ctx, const api::UpdateLoginProfileRequest& req) {
  CUMULITE_TRY(check_password(req.Password));
  CUMULITE_TRY(ctx.env.store.transact(iam_domains(ctx), [&](storage::Txn& txn) -> Result<void> {
    CUMULITE_ASSIGN(Entity profile, find_login_profile(ctx, txn, *req.UserName));
    profile.must_reset = req.PasswordResetRequired.value_or(profile.must_reset);
    store(ctx, txn, Kind::kLoginProfile, profile);
    return {};
  }));
  return model::Unit{};
}

Result<model::Unit> delete_login_profile(Context& ctx, const api::DeleteLoginProfileRequest& req) {
  CUMULITE_ASSIGN(const std::string name, meant_user(ctx, req.UserName));
  return ctx.env.store.transact(iam_domains(ctx), [&](storage::Txn& txn) -> Result<model::Unit> {
    CUMULITE_TRY(find_login_profile(ctx, txn, name));
    erase(ctx, txn, Kind::kLoginProfile, name);
    return model::Unit{};
  });
}

}  // namespace

std::span<const OperationRow> login_profile_rows() {
  static const OperationRow rows[] = {
      row<api::op::CreateLoginProfile, &create_login_profile>(),
      row<api::op::DeleteLoginProfile, &delete_login_profile>(),
      row<api::op::GetLoginProfile, &get_login_profile>(),
      row<api::op::UpdateLoginProfile, &update_login_profile>(),
  };
  return rows;
}

}  // namespace cumulite::iam
