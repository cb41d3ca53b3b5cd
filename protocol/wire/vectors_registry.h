#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "protocol/model/operation.h"

namespace cumulite::wire {

/// Tables of one operation of the protocol test vectors. For tests only; the list is generated.
struct VectorOperation {
  std::string_view file;  ///< "input/rest-xml".
  std::size_t suite;      ///< Position in the file.
  const model::ServiceModel* service;
  const model::Operation* operation;
  std::shared_ptr<void> (*make_input)();
  std::shared_ptr<void> (*make_output)();
};

template <class T>
std::shared_ptr<void> make() {
  return std::make_shared<T>();
}

/// Empty if the vectors were not present when the project was built.
std::vector<VectorOperation> vector_operations();

}  // namespace cumulite::wire
