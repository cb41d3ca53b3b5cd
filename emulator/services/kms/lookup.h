#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "emulator/core/context.h"
#include "emulator/services/kms/key.h"
#include "protocol/result.h"

/// How a call finds the key that it names.
namespace cumulite::kms {

/// A key as it was found.
struct Found {
  Place place;
  Key key;

  std::string arn() const { return place.key_arn(key.id); }
};

/// Whether an alias may stand for the key.
enum class Named { kByKey, kByKeyOrAlias };

/// The caller's account and Region.
Place place_of(const Context& ctx);

/// By id, ARN, and by an alias's name or ARN where that is allowed. The key that AWS manages for a
/// service is made when it is first looked for. Errors: NotFoundException.
Result<Found> find_key(Context& ctx, std::string_view id, Named named);
/// Likewise, and it can be used. Errors: DisabledException, KMSInvalidStateException too.
Result<Found> find_usable_key(Context& ctx, std::string_view id);
/// Errors: DisabledException, KMSInvalidStateException.
Result<void> check_usable(const Found& found);

/// What a change is allowed to touch.
enum class Change {
  kAnyState,
  kNotPendingDeletion,
  kEnabled,
};

/// Changes a key of the customer's in a transaction of its own; `change` may refuse. Answers what
/// it became. `operation` is named to who would change a key that AWS manages.
/// Errors: NotFoundException, AccessDeniedException, and those of the state.
Result<Found> change_key(Context& ctx, std::string_view id, std::string_view operation,
                         Change allowed,
                         const std::function<Result<void>(storage::Txn&, Found&)>& change);

/// Registers what becomes of a key at the date that it carries in `date`, by due rows whose id is
/// the key's ARN. A row whose key is gone, or has another date by now, is dropped. The action runs
/// in the transaction that takes the row away, which holds the keys of that account and Region.
void register_key_date(Environment& env, std::string_view kind, std::int64_t Key::*date,
                       std::function<void(storage::Txn&, Found)> action);

/// The aliases that each account and Region has, whether their keys are made yet or not.
std::vector<std::string> managed_aliases();

/// A new material with its id.
Material new_material(std::string_view spec, std::int64_t now_ms, std::string_view rotation = {});

/// The policy of who gives none: the account may do everything.
std::string default_policy(std::string_view account);

}  // namespace cumulite::kms
