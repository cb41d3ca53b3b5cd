#pragma once

#include <string_view>

/// The programs that run handlers of a language through the Runtime API, as text: the files of
/// bootstrap/, put into the daemon when it is built.
namespace cumulite::functions::bootstraps {

extern const std::string_view kPython;
extern const std::string_view kNode;

}  // namespace cumulite::functions::bootstraps
