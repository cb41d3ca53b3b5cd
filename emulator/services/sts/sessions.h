#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "emulator/core/context.h"
#include "emulator/core/issued_keys.h"

/// The keys of sessions: rows of space kSts (account, then `k` access-key-id), and the index of
/// them that authentication reads (IssuedKeys).
namespace cumulite::sts {

/// Makes a key that lives for so long, keeps it, and lets it in from now on. `key` names account,
/// ARN and user id; the rest is filled here. `transitive` names the tags that go on to the sessions
/// that it starts.
IssuedKey issue_key(Context& ctx, IssuedKey key, std::int64_t lifetime_ms,
                    const std::vector<std::string>& transitive = {});

/// The transitive tags of the session that calls, in lower case; none for who calls without one.
std::vector<std::string> transitive_tags(const Context& ctx);

/// Registers the due kind by which expired keys are dropped.
void register_expiry(Environment& env);
/// Reads the account's keys (empty: all) anew.
void load_keys(Environment& env, std::string_view account);

}  // namespace cumulite::sts
