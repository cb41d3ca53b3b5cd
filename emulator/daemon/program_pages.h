#pragma once

/// The daemon's own code in memory.
namespace cumulite {

/// Gives back the pages of code that only the start-up touched: some 10 MiB, nearly half of an idle
/// daemon. What is needed again comes back from the page cache, a page fault for each 64 KiB. Only
/// executable pages are given back: nothing was ever written to them.
void release_program_pages();

}  // namespace cumulite
