#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/core/context.h"
#include "emulator/services/dynamodb/table/table.h"

namespace cumulite::dynamodb {

/// "arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/WHAT/ID": backups, exports, imports, bulk puts.
struct PartArn {
  std::string region;
  std::string account;
  std::string table;
  std::string what;  ///< "backup", "export", "import", "bulk-operation".
  std::string id;

  std::string text() const;
  /// Its row in the store, of the kind that keys::part_row names.
  std::string row(char kind) const;
};

/// Nullopt unless it is of that form, with the `what`, and of the caller's account and region.
std::optional<PartArn> parse_part_arn(const Context& ctx, std::string_view text,
                                      std::string_view what);

/// What follows a table's name in its ARN: "", "/stream/LABEL", "/index/NAME".
std::string_view part_of_table_arn(std::string_view arn);
inline constexpr std::string_view kStreamArnPart = "/stream/";
/// The form of an ARN that tags and policies are asked of: that of a table or stream.
Result<void> check_resource_arn(const std::string& arn);

/// A new id, "01767225600000-1f2e3d4c": ids rise with time.
PartArn new_part_arn(const Table& table, std::string_view what, std::int64_t now_ms);

}  // namespace cumulite::dynamodb
