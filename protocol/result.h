#pragma once

#include <cstdio>
#include <cstdlib>
#include <type_traits>
#include <utility>
#include <variant>

#include "protocol/error.h"

namespace cumulite {

/// A value or an `Error`; the only way by which protocol and emulator code reports a refusal.
/// Reading the side that is not there ends the process: check first.
template <class T>
class [[nodiscard]] Result {
 public:
  using Value = T;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit on purpose
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit on purpose

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return require<0>(); }
  const T& value() const& { return const_cast<Result*>(this)->template require<0>(); }
  T&& value() && { return std::move(require<0>()); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  Error& error() & { return require<1>(); }
  const Error& error() const& { return const_cast<Result*>(this)->template require<1>(); }
  Error&& error() && { return std::move(require<1>()); }

 private:
  template <std::size_t I>
  auto& require() {
    auto* side = std::get_if<I>(&state_);
    if (side == nullptr) {
      std::fputs("cumulite: a Result was read on the side that it does not hold\n", stderr);
      std::abort();
    }
    return *side;
  }

  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> : public Result<std::monostate> {
 public:
  Result() : Result<std::monostate>(std::monostate{}) {}
  Result(Error error) : Result<std::monostate>(std::move(error)) {}  // NOLINT: implicit on purpose
};

}  // namespace cumulite

/// Returns the error of `expression` (a Result) from the enclosing function, if it is one.
#define CUMULITE_TRY(expression)                                                      \
  do {                                                                                \
    if (auto cumulite_result = (expression); !cumulite_result.ok())                   \
      return std::move(cumulite_result).error();                                      \
  } while (false)

#define CUMULITE_CONCAT_(a, b) a##b
#define CUMULITE_CONCAT(a, b) CUMULITE_CONCAT_(a, b)

/// `CUMULITE_ASSIGN(auto x, f());` : declares x from the Result's value, or returns its error.
#define CUMULITE_ASSIGN(declaration, expression) \
  CUMULITE_ASSIGN_(CUMULITE_CONCAT(cumulite_result_, __LINE__), declaration, expression)
#define CUMULITE_ASSIGN_(result, declaration, expression) \
  auto result = (expression);                             \
  if (!result.ok()) return std::move(result).error();     \
  declaration = std::move(result).value()
