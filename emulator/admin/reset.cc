#include <mutex>

#include "emulator/admin/handlers.h"
#include "emulator/core/admin_answer.h"
#include "emulator/core/service.h"
#include "emulator/core/spaces.h"
#include "emulator/events/captured.h"

namespace cumulite::admin {
namespace {

using nlohmann::json;

/// Drops every row but the daemon's own books (kSystem, where the clock is) and the bodies, which
/// BlobStore::clear drops.
void drop_all_rows(storage::Store& store) {
  constexpr storage::Space kEngine = 255;
  for (storage::Space space = spaces::kSystem + 1; space < kEngine; ++space) {
    if (space == spaces::kBlob) continue;
    store.transact({storage::Domain::exclusive_on(space, {})},
                   [&](storage::Txn& txn) { txn.del_range(space, {}, {}); });
  }
}

}  // namespace

http::Response reset(Environment& env, const AdminCall& call) {
  if (!allows(call, "POST")) return wrong_method("POST");
  const std::string account = call.request.query_value("account");
  const std::lock_guard alone(env.admin.state_mutex());
  // First what would act on rows that are about to go.
  env.due.reset(account);
  env.outbox.reset(account);
  env.captured.reset(account);
  if (account.empty()) {
    drop_all_rows(env.store);
    env.blobs.clear();
  }
  for (Service* service : env.services.all()) {
    if (!account.empty()) service->drop_account(account);
    service->reset(account);
  }
  env.admin.run_reset(account);
  env.wake.notify_all();
  return json_answer(200, json{{"status", "OK"}, {"account", account}});
}

}  // namespace cumulite::admin
