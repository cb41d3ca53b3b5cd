#pragma once

#include <string>

#include <nlohmann/json.hpp>

/// JSON documents as trees, for what is nested and rare: configurations, policies, events. Requests
/// and answers are read and written by json_reader.h and json_writer.h.
///
/// Include this instead of the library's own header: the tree, its parser and its writer, which
/// every file would instantiate again, are compiled once, in json_document.cc.

namespace cumulite::codec {

using JsonTextInput = nlohmann::detail::iterator_input_adapter<const char*>;
using JsonStringInput = nlohmann::detail::iterator_input_adapter<std::string::const_iterator>;

}  // namespace cumulite::codec

#define CUMULITE_JSON_INPUT(keyword, Tree, Input)                                  \
  keyword template class nlohmann::detail::lexer<Tree, Input>;                     \
  keyword template class nlohmann::detail::parser<Tree, Input>;                    \
  keyword template bool nlohmann::detail::parser<Tree, Input>::sax_parse_internal( \
      nlohmann::detail::json_sax_dom_parser<Tree>*);                               \
  keyword template bool nlohmann::detail::parser<Tree, Input>::sax_parse_internal( \
      nlohmann::detail::json_sax_dom_callback_parser<Tree>*);

#define CUMULITE_JSON_TREE(keyword, Tree)                                      \
  keyword template class nlohmann::detail::serializer<Tree>;                   \
  keyword template class nlohmann::detail::json_sax_dom_parser<Tree>;          \
  keyword template class nlohmann::detail::json_sax_dom_callback_parser<Tree>; \
  CUMULITE_JSON_INPUT(keyword, Tree, cumulite::codec::JsonTextInput)           \
  CUMULITE_JSON_INPUT(keyword, Tree, cumulite::codec::JsonStringInput)

#ifndef CUMULITE_JSON_DOCUMENT_HERE
extern template class nlohmann::basic_json<>;
extern template class nlohmann::basic_json<nlohmann::ordered_map>;
CUMULITE_JSON_TREE(extern, nlohmann::json)
CUMULITE_JSON_TREE(extern, nlohmann::ordered_json)
#endif
