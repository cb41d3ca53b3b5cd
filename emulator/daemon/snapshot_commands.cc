#include "emulator/daemon/snapshot_commands.h"

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>

#include <fmt/format.h>

#include "protocol/codec/json_document.h"

namespace cumulite {
namespace {

// Below what the HTTP client takes as an answer.
constexpr std::uint64_t kPieceBytes = 4 * 1024 * 1024;

std::string path_of(const ClientOptions& options, const char* action = "") {
  return fmt::format("/_cumulite/snapshots/{}{}", options.value, action);
}

int fail(std::string_view message) {
  fmt::print(stderr, "cumulite: {}\n", message);
  return kFailure;
}

}  // namespace

int snapshot_list(const ClientOptions& options) {
  return call_and_print({options.endpoint, "GET", "/_cumulite/snapshots"});
}

int snapshot_save(const ClientOptions& options) {
  nlohmann::json body = {{"name", options.value}, {"replace", options.replace}};
  if (!options.account.empty()) body["account"] = options.account;
  return call_and_print({options.endpoint, "POST", "/_cumulite/snapshots", body.dump()});
}

int snapshot_restore(const ClientOptions& options) {
  return call_and_print({options.endpoint, "POST", path_of(options, "/restore")});
}

int snapshot_delete(const ClientOptions& options) {
  return call_and_print({options.endpoint, "DELETE", path_of(options)});
}

int snapshot_export(const ClientOptions& options) {
  std::ofstream file(options.file, std::ios::binary);
  if (!file) return fail(fmt::format("{} cannot be written", options.file));
  for (std::uint64_t offset = 0;; offset += kPieceBytes) {
    const std::string query = fmt::format("/export?offset={}&length={}", offset, kPieceBytes);
    const auto piece = call_daemon({options.endpoint, "GET", path_of(options, query.c_str())});
    if (!piece.ok()) return fail(piece.error().message);
    if (piece->status != 200) return fail(piece->body);
    file << piece->body;
    if (piece->body.size() < kPieceBytes) break;
  }
  file.close();
  if (!file) return fail(fmt::format("{} cannot be written", options.file));
  return 0;
}

int snapshot_import(const ClientOptions& options) {
  std::ifstream file(options.file, std::ios::binary | std::ios::ate);
  if (!file) return fail(fmt::format("{} cannot be read", options.file));
  const auto total = static_cast<std::uint64_t>(file.tellg());
  file.seekg(0);
  std::string piece(kPieceBytes, '\0');
  std::uint64_t offset = 0;
  do {
    file.read(piece.data(), static_cast<std::streamsize>(kPieceBytes));
    const auto got = static_cast<std::size_t>(file.gcount());
    const std::string query = fmt::format("/import?offset={}&total={}", offset, total);
    const DaemonCall call{options.endpoint, "POST", path_of(options, query.c_str()),
                          piece.substr(0, got)};
    offset += got;
    if (offset >= total) return call_and_print(call);
    const auto answer = call_daemon(call);
    if (!answer.ok()) return fail(answer.error().message);
    if (answer->status != 202) return fail(answer->body);
  } while (file);
  return fail(fmt::format("{} cannot be read to its end", options.file));
}

}  // namespace cumulite
