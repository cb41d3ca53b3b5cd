#pragma once

#include "emulator/daemon/client_options.h"

/// `cumulite snapshot ...`: each calls the daemon and returns the exit code.
namespace cumulite {

int snapshot_list(const ClientOptions& options);
int snapshot_save(const ClientOptions& options);
int snapshot_restore(const ClientOptions& options);
int snapshot_delete(const ClientOptions& options);
/// In pieces, so that neither side holds an archive in memory.
int snapshot_export(const ClientOptions& options);
int snapshot_import(const ClientOptions& options);

}  // namespace cumulite
