#include "emulator/services/dynamodb/service.h"

#include "emulator/core/arn.h"
#include "emulator/services/dynamodb/database.h"

namespace cumulite::dynamodb {

std::unique_ptr<Service> make_service(Environment& env) {
  return std::make_unique<Database>(env);
}

bool has_table(Service& dynamodb, std::string_view text) {
  auto arn = parse_arn(text);
  if (!arn || !arn->is_of("dynamodb") || !take_prefix(arn->resource, "table/")) return false;
  const auto slash = arn->resource.find('/');
  const std::string row =
      keys::table_row(arn->account, arn->region, arn->resource.substr(0, slash));
  const TablePtr table = static_cast<Database&>(dynamodb).catalog().find(row);
  if (table == nullptr || slash == std::string_view::npos) return table != nullptr;
  arn->resource.remove_prefix(slash);
  if (!take_prefix(arn->resource, "/index/")) return false;
  const Index* index = table->find_index(arn->resource);
  return index != nullptr && index->global && !index->being_deleted();
}

}  // namespace cumulite::dynamodb
