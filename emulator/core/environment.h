#pragma once

#include "emulator/clock/clock.h"
#include "emulator/clock/due_index.h"
#include "emulator/core/settings.h"
#include "emulator/events/outbox.h"
#include "emulator/events/wake_hub.h"
#include "storage/blob/blob_store.h"
#include "storage/kv/store.h"

namespace cumulite {

class AdminRegistry;
class Captured;
class CredentialStore;
class Settle;
class ServiceRegistry;

/// What the daemon is made of, by reference: built once by emulator/daemon, outliving every service
/// and request. Services keep a reference to it.
struct Environment {
  const Settings& settings;
  storage::Store& store;
  storage::BlobStore& blobs;
  Clock& clock;
  DueIndex& due;
  Outbox& outbox;
  WakeHub& wake;
  Settle& settle;
  Captured& captured;  ///< emulator/events/captured.h: e-mail, SMS, push messages.
  ServiceRegistry& services;
  AdminRegistry& admin;  ///< emulator/core/admin_registry.h: paths of the daemon's own.
  const CredentialStore* credentials = nullptr;  ///< emulator/core/credentials.h: known keys.
};

}  // namespace cumulite
