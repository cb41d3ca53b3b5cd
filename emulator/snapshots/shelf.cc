#include "emulator/snapshots/shelf.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "emulator/core/log.h"
#include "protocol/codec/json_document.h"
#include "storage/kv/store.h"

namespace cumulite::snapshots {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int kFormat = 1;
constexpr const char* kDescription = "snapshot.json";
constexpr std::size_t kNameMax = 128;

Error unreadable() {
  return {"InvalidSnapshot", "It is not a snapshot, or one of another version of cumulite.", 400};
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

[[noreturn]] void fail(const std::string& doing, const std::error_code& error) {
  throw storage::StorageError(doing + ": " + error.message());
}

void remove_tree(const fs::path& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (error) fail("removing " + path.string(), error);
}

void move(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (error) fail("moving " + from.string(), error);
}

}  // namespace

std::string to_json(const Snapshot& snapshot) {
  json document = {{"format", kFormat},
                   {"name", snapshot.name},
                   {"account", snapshot.account},
                   {"created_real_ms", snapshot.created_real_ms},
                   {"clock_ms", snapshot.clock_ms},
                   {"size_bytes", snapshot.size_bytes},
                   {"files", snapshot.file_count}};
  if (snapshot.own_clock) {
    document["own_clock"] = {{"virtual_ms", snapshot.own_clock->virtual_ms},
                             {"real_ms", snapshot.own_clock->real_ms},
                             {"scale", snapshot.own_clock->scale},
                             {"frozen", snapshot.own_clock->frozen}};
  }
  return document.dump();
}

Result<Snapshot> parse_snapshot(std::string_view text) {
  const json document = json::parse(text, nullptr, false);
  if (!document.is_object()) return unreadable();
  // A wrong type of a member throws.
  try {
    if (document.at("format").get<int>() != kFormat) return unreadable();
    Snapshot snapshot;
    snapshot.name = document.at("name").get<std::string>();
    snapshot.account = document.at("account").get<std::string>();
    snapshot.created_real_ms = document.at("created_real_ms").get<std::int64_t>();
    snapshot.clock_ms = document.at("clock_ms").get<std::int64_t>();
    snapshot.size_bytes = document.at("size_bytes").get<std::uint64_t>();
    snapshot.file_count = document.at("files").get<std::uint64_t>();
    if (const auto own = document.find("own_clock"); own != document.end()) {
      snapshot.own_clock = {own->at("virtual_ms").get<std::int64_t>(),
                            own->at("real_ms").get<std::int64_t>(), own->at("scale").get<double>(),
                            own->at("frozen").get<bool>()};
    }
    return snapshot;
  } catch (const json::exception&) {
    return unreadable();
  }
}

bool is_valid_name(std::string_view name) {
  constexpr std::string_view kFirst =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  return !name.empty() && name.size() <= kNameMax &&
         kFirst.find(name.front()) != std::string_view::npos &&
         name.find_first_not_of(kAllowed) == std::string_view::npos;
}

Shelf::Shelf(const std::string& data_directory) : directory_(data_directory + "/snapshots") {
  if (!fs::exists(directory_)) return;
  for (const auto& entry : fs::directory_iterator(directory_)) {
    if (entry.path().filename().string().starts_with('.')) remove_tree(entry.path());
  }
}

std::vector<Snapshot> Shelf::list() const {
  std::vector<Snapshot> found;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(directory_, none)) {
    const std::string name = entry.path().filename().string();
    if (!is_valid_name(name)) continue;
    if (auto snapshot = find(name)) found.push_back(std::move(*snapshot));
  }
  std::sort(found.begin(), found.end(),
            [](const Snapshot& a, const Snapshot& b) { return a.name < b.name; });
  return found;
}

std::optional<Snapshot> Shelf::find(const std::string& name) const {
  const fs::path description = fs::path(path_of(name)) / kDescription;
  if (!fs::exists(description)) return std::nullopt;
  auto snapshot = parse_snapshot(read_file(description));
  if (!snapshot.ok()) {
    log::error("the snapshot {} cannot be read", name);
    return std::nullopt;
  }
  snapshot->name = name;
  return std::move(*snapshot);
}

std::string Shelf::path_of(const std::string& name) const {
  return directory_ + "/" + name;
}

std::string Shelf::draft_of(const std::string& name) const {
  return directory_ + "/.new-" + name;
}

std::string Shelf::begin(const std::string& name) {
  const std::string draft = draft_of(name);
  remove_tree(draft);
  std::error_code error;
  fs::create_directories(draft, error);
  if (error) fail("creating " + draft, error);
  return draft;
}

Result<Snapshot> Shelf::describe_draft(const std::string& name) const {
  const fs::path description = fs::path(draft_of(name)) / kDescription;
  CUMULITE_ASSIGN(Snapshot snapshot, parse_snapshot(read_file(description)));
  fs::remove(description);
  return snapshot;
}

Snapshot Shelf::finish(Snapshot snapshot) {
  const fs::path draft = draft_of(snapshot.name);
  snapshot.size_bytes = 0;
  snapshot.file_count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(draft)) {
    if (!entry.is_regular_file()) continue;
    snapshot.size_bytes += entry.file_size();
    ++snapshot.file_count;
  }
  std::ofstream file(draft / kDescription, std::ios::binary);
  file << to_json(snapshot);
  file.close();
  if (!file) throw storage::OutOfSpace("writing the description of a snapshot failed");
  const fs::path target = path_of(snapshot.name);
  const fs::path old = directory_ + "/.old-" + snapshot.name;
  remove_tree(old);
  if (fs::exists(target)) move(target, old);
  move(draft, target);
  remove_tree(old);
  return snapshot;
}

void Shelf::give_up(const std::string& name) {
  remove_tree(draft_of(name));
}

bool Shelf::remove(const std::string& name) {
  if (!fs::exists(path_of(name))) return false;
  const fs::path old = directory_ + "/.old-" + name;
  remove_tree(old);
  move(path_of(name), old);
  remove_tree(old);
  return true;
}

}  // namespace cumulite::snapshots
