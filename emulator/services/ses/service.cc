#include "emulator/services/ses/service.h"

#include "emulator/core/admin_answer.h"
#include "emulator/core/admin_registry.h"
#include "emulator/core/helper_spaces.h"
#include "emulator/core/row_service.h"
#include "emulator/services/ses/configuration_sets.h"
#include "emulator/services/ses/operations.h"
#include "emulator/services/ses/store.h"

namespace cumulite::ses {
namespace {

using nlohmann::json;

class SesService final : public RowService {
 public:
  explicit SesService(Environment& env) : RowService(env, {spaces::kSes}) {
    for (const auto& theme : {operation_rows(), configuration_set_rows()})
      rows_.insert(rows_.end(), theme.begin(), theme.end());
  }

  const model::ServiceModel& model() const override { return api::kModel; }

  std::span<const OperationRow> rows() const override { return rows_; }

  void start() override {
    RowService::start();
    register_admin_paths(env());
  }

 private:
  std::vector<OperationRow> rows_;
};

/// GET shows the messages whole, by `id` or sender (`email`) if that is asked; DELETE forgets them.
http::Response messages(Environment& env, const AdminCall& call) {
  const std::string id = call.request.query_value("id");
  const std::string email = call.request.query_value("email");
  if (call.request.method == "DELETE") {
    forget_messages(env.store, id);
    return json_answer(204, nullptr);
  }
  json shown = json::array();
  for (const SentMessage& message : all_messages(env.store)) {
    json each = json::parse(message.json, nullptr, false);
    if (!id.empty() && message.id != id) continue;
    if (!email.empty() && each.value("Source", "") != email) continue;
    shown.push_back(std::move(each));
  }
  return json_answer(200, {{"messages", std::move(shown)}});
}

/// POST {"require_verified": true, "account": "..."}; GET shows it.
http::Response verification(Environment& env, const AdminCall& call) {
  std::string account = call.request.query_value("account");
  if (call.request.method == "POST") {
    const json body = json::parse(call.body, nullptr, false);
    if (!body.is_object() || !body.contains("require_verified") ||
        !body["require_verified"].is_boolean()) {
      return json_answer(400, {{"message", "require_verified must be true or false"}});
    }
    account = body.value("account", account);
    if (account.empty()) account = env.settings.default_account;
    require_verification(env.store, account, body["require_verified"].get<bool>());
  }
  if (account.empty()) account = env.settings.default_account;
  return json_answer(
      200, {{"account", account}, {"require_verified", requires_verification(env.store, account)}});
}

}  // namespace

void register_admin_paths(Environment& env) {
  env.admin.add("/_cumulite/ses/messages",
                [&env](const AdminCall& call) { return messages(env, call); });
  env.admin.add("/_cumulite/ses",
                [&env](const AdminCall& call) { return verification(env, call); });
}

std::unique_ptr<Service> make_service(Environment& env) {
  return std::make_unique<SesService>(env);
}

}  // namespace cumulite::ses
