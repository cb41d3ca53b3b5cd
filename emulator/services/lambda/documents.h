#pragma once

#include <optional>
#include <string_view>

#include "emulator/core/helper_spaces.h"
#include "emulator/core/records/shape_codec.h"
#include "emulator/functions/store/function_rows.h"

namespace cumulite::lambda {

/// A document about a qualifier of a function, kept as the output of `Op`.
template <class Op>
std::optional<typename Op::Output> find_document(const storage::Reader& reader,
                                                 const functions::QualifiedId& name,
                                                 functions::DocumentKind kind) {
  const auto row =
      reader.get(spaces::kLambda, functions::rows::document_key(name.id, kind, name.qualifier));
  if (!row) return std::nullopt;
  typename Op::Output document;
  decode_shape(*Op::info().output, *row, &document);
  return document;
}

template <class Op>
void put_document(storage::Txn& txn, const functions::QualifiedId& name,
                  functions::DocumentKind kind, const typename Op::Output& document) {
  txn.put(spaces::kLambda, functions::rows::document_key(name.id, kind, name.qualifier),
          encode_shape(*Op::info().output, &document));
}

}  // namespace cumulite::lambda
