#include "emulator/snapshots/snapshots.h"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <mutex>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "emulator/clock/clock_keeper.h"
#include "emulator/core/admin_registry.h"
#include "emulator/core/log.h"
#include "emulator/core/spaces.h"
#include "emulator/events/captured.h"
#include "emulator/snapshots/account_state.h"
#include "emulator/snapshots/sweeper.h"
#include "emulator/snapshots/tar.h"
#include "protocol/codec/json_document.h"
#include "storage/kv/replaceable.h"
#include "storage/snapshot/state.h"

namespace cumulite::snapshots {
namespace {

/// Names the account restore that has begun and not ended, in space kSystem.
constexpr std::string_view kJournalKey = "snapshot.restoring";

Error invalid_name(std::string_view name) {
  return {"InvalidName",
          fmt::format("A snapshot's name is 1-128 letters, digits, '.', '-' or '_', beginning with "
                      "a letter or digit: not '{}'.",
                      name),
          400};
}

Error no_such_snapshot(std::string_view name) {
  return {"NoSuchSnapshot", fmt::format("There is no snapshot named '{}'.", name), 404};
}

Error exists(std::string_view name) {
  return {"SnapshotExists",
          fmt::format("There is a snapshot named '{}'; \"replace\": true takes its place.", name),
          409};
}

Error too_many() {
  return {"TooManySnapshots", fmt::format("There are {} snapshots already.", kSnapshotsMax), 409};
}

Error invalid_snapshot(std::string_view why) {
  return {"InvalidSnapshot", fmt::format("The snapshot cannot be used: {}", why), 400};
}

}  // namespace

class Snapshots::Implementation {
 public:
  explicit Implementation(Environment& env)
      : env_(env),
        fence_(storage::replaceable(env.store).fence()),
        shelf_(env.settings.data_directory),
        sweeper_(env.settings.data_directory) {}

  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;

  void recover();
  Result<Snapshot> save(const std::string& name, const std::string& account, bool may_replace);
  Result<Snapshot> restore(const std::string& name);
  Result<Snapshot> import_archive(const std::string& name);
  Result<Snapshot> find(const std::string& name);
  Result<void> remove(const std::string& name);

  void on_restored(std::function<void(std::string_view)> action) {
    actions_.push_back(std::move(action));
  }

  std::vector<Snapshot> list() {
    const std::lock_guard alone(env_.admin.state_mutex());
    return shelf_.list();
  }

  Shelf& shelf() { return shelf_; }

  std::string archive_path(const std::string& name) const {
    return env_.settings.data_directory + "/snapshots/.import-" + name;
  }

 private:
  std::optional<SavedClock> own_clock(const std::string& account) const;
  void set_own_clock(const std::string& account, const std::optional<SavedClock>& saved);
  void restore_whole(const Snapshot& snapshot);
  void restore_one(const Snapshot& snapshot);
  void write_journal(const std::string& name);
  /// What memory knows of the old rows goes, and the new ones are read. The fence is closed.
  void reload(const std::string& account);

  Environment& env_;
  storage::Fence& fence_;
  Shelf shelf_;
  std::vector<std::function<void(std::string_view)>> actions_;
  Sweeper sweeper_;
};

Result<Snapshot> Snapshots::Implementation::find(const std::string& name) {
  if (!is_valid_name(name)) return invalid_name(name);
  auto snapshot = shelf_.find(name);
  if (!snapshot) return no_such_snapshot(name);
  return std::move(*snapshot);
}

std::optional<SavedClock> Snapshots::Implementation::own_clock(const std::string& account) const {
  if (account.empty() || !env_.clock.has_own(account)) return std::nullopt;
  const ClockState state = env_.clock.state(account);
  return SavedClock{state.now_ms, real_now_ms(), state.scale, state.frozen};
}

void Snapshots::Implementation::set_own_clock(const std::string& account,
                                              const std::optional<SavedClock>& saved) {
  env_.clock.reset(account);
  if (!saved) return;
  // As after a restart: a clock that was running has run on meanwhile.
  const auto passed = static_cast<double>(real_now_ms() - saved->real_ms) * saved->scale;
  const std::int64_t passed_ms = saved->frozen ? 0 : static_cast<std::int64_t>(passed);
  env_.clock.set(saved->virtual_ms + passed_ms, account);
  if (saved->scale != 1.0) env_.clock.scale(saved->scale, account);
  if (saved->frozen) env_.clock.freeze(account);
}

Result<Snapshot> Snapshots::Implementation::save(const std::string& name,
                                                 const std::string& account, bool may_replace) {
  if (!is_valid_name(name)) return invalid_name(name);
  const std::lock_guard alone(env_.admin.state_mutex());
  const bool is_there = shelf_.find(name).has_value();
  if (is_there && !may_replace) return exists(name);
  if (!is_there && shelf_.list().size() >= kSnapshotsMax) return too_many();
  const std::string directory = shelf_.begin(name);
  Snapshot snapshot;
  snapshot.name = name;
  snapshot.account = account;
  try {
    const storage::Fence::Closed closed(fence_);
    snapshot.created_real_ms = real_now_ms();
    snapshot.clock_ms = env_.clock.now_ms(account);
    snapshot.own_clock = own_clock(account);
    if (account.empty()) {
      // The clocks are rows too: written at each change, so the checkpoint has them.
      storage::save_state(env_.store, env_.blobs, directory);
    } else {
      save_account(env_, account, directory);
    }
  } catch (const std::exception&) {
    shelf_.give_up(name);
    throw;
  }
  storage::sync_state(directory);
  return shelf_.finish(std::move(snapshot));
}

Result<Snapshot> Snapshots::Implementation::restore(const std::string& name) {
  const std::lock_guard alone(env_.admin.state_mutex());
  CUMULITE_ASSIGN(const Snapshot snapshot, find(name));
  try {
    if (snapshot.account.empty()) {
      restore_whole(snapshot);
    } else {
      check_account(shelf_.path_of(name));
      restore_one(snapshot);
    }
  } catch (const std::exception& failure) {
    log::error("restoring the snapshot {} failed: {}", name, failure.what());
    return invalid_snapshot(failure.what());
  }
  for (const auto& action : actions_) action(snapshot.account);
  env_.wake.notify_all();
  return snapshot;
}

void Snapshots::Implementation::restore_whole(const Snapshot& snapshot) {
  const std::string& data = env_.settings.data_directory;
  storage::stage_state(shelf_.path_of(snapshot.name), data);
  const storage::Fence::Closed closed(fence_);
  sweeper_.add(storage::restore_staged(env_.store, env_.blobs, data));
  // A state whose clock was never touched has no row of it.
  env_.clock.decode(Clock().encode());
  restore_clock(env_.store, env_.clock);
  reload({});
}

void Snapshots::Implementation::restore_one(const Snapshot& snapshot) {
  const storage::Fence::Closed closed(fence_);
  write_journal(snapshot.name);
  restore_account(env_, snapshot.account, shelf_.path_of(snapshot.name));
  set_own_clock(snapshot.account, snapshot.own_clock);
  reload(snapshot.account);
  write_journal({});
}

void Snapshots::Implementation::write_journal(const std::string& name) {
  env_.store.transact({storage::Domain::exclusive_on(spaces::kSystem, kJournalKey)},
                      [&](storage::Txn& txn) {
                        if (name.empty()) return txn.del(spaces::kSystem, kJournalKey);
                        txn.put(spaces::kSystem, kJournalKey, name);
                      });
}

void Snapshots::Implementation::reload(const std::string& account) {
  for (const auto& part : env_.admin.parts()) part->reload(account);
  env_.captured.reload();
  env_.due.clock_changed();
  env_.outbox.start();
}

void Snapshots::Implementation::recover() {
  const auto name = env_.store.get(spaces::kSystem, kJournalKey);
  if (!name) return;
  const auto snapshot = shelf_.find(*name);
  if (!snapshot) {
    log::error("the snapshot {} whose restore was cut short is gone", *name);
    return write_journal({});
  }
  log::info("completing the restore of snapshot {}", *name);
  const storage::Fence::Closed closed(fence_);
  restore_account(env_, snapshot->account, shelf_.path_of(*name));
  set_own_clock(snapshot->account, snapshot->own_clock);
  persist_clock(env_.store, env_.clock);
  for (const auto& part : env_.admin.parts()) part->reload(snapshot->account);
  write_journal({});
}

Result<void> Snapshots::Implementation::remove(const std::string& name) {
  if (!is_valid_name(name)) return invalid_name(name);
  const std::lock_guard alone(env_.admin.state_mutex());
  if (!shelf_.remove(name)) return no_such_snapshot(name);
  return {};
}

Result<Snapshot> Snapshots::Implementation::import_archive(const std::string& name) {
  const std::lock_guard alone(env_.admin.state_mutex());
  if (shelf_.find(name)) return exists(name);
  if (shelf_.list().size() >= kSnapshotsMax) return too_many();
  const std::string directory = shelf_.begin(name);
  const auto unpack = [&]() -> Result<Snapshot> {
    CUMULITE_TRY(unpack_tar(archive_path(name), directory));
    CUMULITE_ASSIGN(Snapshot snapshot, shelf_.describe_draft(name));
    try {
      if (snapshot.account.empty()) {
        storage::check_state(directory);
      } else {
        check_account(directory);
      }
    } catch (const storage::StorageError& failure) {
      return invalid_snapshot(failure.what());
    }
    snapshot.name = name;
    return shelf_.finish(std::move(snapshot));
  };
  auto imported = unpack();
  if (!imported.ok()) shelf_.give_up(name);
  std::error_code ignored;
  std::filesystem::remove(archive_path(name), ignored);
  return imported;
}

Snapshots::Snapshots(Environment& env) : implementation_(std::make_unique<Implementation>(env)) {}

Snapshots::~Snapshots() = default;

void Snapshots::on_restored(std::function<void(std::string_view)> action) {
  implementation_->on_restored(std::move(action));
}

void Snapshots::recover() {
  implementation_->recover();
}

Result<Snapshot> Snapshots::save(const std::string& name, const std::string& account,
                                 bool may_replace) {
  return implementation_->save(name, account, may_replace);
}

std::vector<Snapshot> Snapshots::list() {
  return implementation_->list();
}

Result<Snapshot> Snapshots::find(const std::string& name) {
  return implementation_->find(name);
}

Result<Snapshot> Snapshots::restore(const std::string& name) {
  return implementation_->restore(name);
}

Result<void> Snapshots::remove(const std::string& name) {
  return implementation_->remove(name);
}

Result<std::string> Snapshots::directory_of(const std::string& name) {
  CUMULITE_TRY(implementation_->find(name));
  return implementation_->shelf().path_of(name);
}

std::string Snapshots::archive_path(const std::string& name) const {
  return implementation_->archive_path(name);
}

Result<Snapshot> Snapshots::import_archive(const std::string& name) {
  return implementation_->import_archive(name);
}

}  // namespace cumulite::snapshots
