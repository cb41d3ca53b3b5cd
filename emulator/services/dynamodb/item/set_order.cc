#include "emulator/services/dynamodb/item/set_order.h"

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include "emulator/services/dynamodb/item/number.h"

namespace cumulite::dynamodb {

void sort_set(AttributeValue& set) {
  auto& elements = std::get<std::vector<std::string>>(set.value);
  if (set.type == Type::kNS) {
    std::sort(elements.begin(), elements.end(),
              [](const auto& a, const auto& b) { return compare_numbers(a, b) < 0; });
  } else {
    std::sort(elements.begin(), elements.end());
  }
}

}  // namespace cumulite::dynamodb
