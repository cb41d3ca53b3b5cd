#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/dynamodb.h"
#include "protocol/error.h"
#include "protocol/result.h"

/// How often a table's settings may be changed, on the account's clock. Quotas are always on: they
/// count changes, and nobody waits for them by accident. Cooldowns are waiting times after a single
/// change, which programs and tests that change a setting twice in a row would meet; their callers
/// ask only where `--dynamodb-cooldowns strict` is set. All of it goes with the table.
namespace cumulite::dynamodb {

enum class LimitedChange : std::uint8_t {
  kEncryption,  ///< Quota: 4 in 24 hours from the first on, then one every 6 hours.
  kTableClass,  ///< Quota: 2 in any 30 days.
  kOnDemand,    ///< Quota: 4 switches to on-demand in any 24 hours.
  kTimeToLive,  ///< Cooldown: 31 minutes, as measured; documented is "up to one hour".
  kProtection,  ///< Cooldown: 15 s.
};

/// When a table's settings were changed, as far back as a limit looks.
class ChangeTimes {
 public:
  /// Whether a change may be made now. Errors: what the service says of that limit
  /// (LimitExceededException, ValidationException, ThrottlingException).
  Result<void> check(LimitedChange change, std::string_view table, std::int64_t now_ms) const;
  void note(LimitedChange change, std::int64_t now_ms);
  std::optional<std::int64_t> last_ms(LimitedChange change) const;

  bool empty() const { return made_.empty(); }

  void encode(std::string& out) const;
  /// Takes what `encode` wrote off the front of the bytes; nullopt if they are something else.
  static std::optional<ChangeTimes> decode(std::string_view& bytes);

 private:
  struct Made {
    LimitedChange change;
    std::int64_t at_ms;
  };

  std::vector<std::int64_t> times(LimitedChange change) const;

  std::vector<Made> made_;  ///< Oldest first.
};

/// How often the units went down in the present day of UTC.
std::int64_t decreases_today(const api::ProvisionedThroughputDescription& units,
                             std::int64_t now_ms);
/// Units of a table or index go down four times in a day of UTC, then once an hour. Errors:
/// LimitExceededException, which says when.
Result<void> check_decrease(const api::ProvisionedThroughputDescription& units,
                            std::int64_t now_ms);

/// "Resource-based policy for table NAME modified within the previous 15000 milliseconds. ...".
/// `owner` is "table NAME" or "stream LABEL".
Result<void> check_policy_cooldown(std::string_view owner, std::int64_t changed_ms,
                                   std::int64_t now_ms);

}  // namespace cumulite::dynamodb
