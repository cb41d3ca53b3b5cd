#include "emulator/services/lambda/paging.h"

#include <algorithm>
#include <utility>

#include "emulator/core/helper_spaces.h"
#include "emulator/services/lambda/errors.h"

namespace cumulite::lambda {

std::size_t page_size(const std::optional<std::int32_t>& items_max) {
  constexpr std::int32_t kItemsMax = 50;
  return static_cast<std::size_t>(std::clamp(items_max.value_or(kItemsMax), 1, kItemsMax));
}

Result<RowPage> read_page(const storage::Reader& reader, const std::string& prefix,
                          const std::optional<std::string>& marker,
                          const std::optional<std::int32_t>& items_max) {
  RowPageRequest request = {.space = spaces::kLambda, .prefix = prefix};
  request.limit = page_size(items_max);
  if (marker && !marker->empty()) request.token = marker;
  auto page = read_row_page(reader, request);
  if (!page) return errors::invalid_parameter("The pagination token is invalid.");
  return std::move(*page);
}

}  // namespace cumulite::lambda
