#include "emulator/services/glacier/job/inventory.h"

#include <cstdlib>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "emulator/core/spaces.h"
#include "emulator/services/glacier/due.h"
#include "emulator/services/glacier/vault/vaults.h"
#include "protocol/codec/json_writer.h"
#include "protocol/codec/timestamp.h"
#include "storage/kv/key_codec.h"

namespace cumulite::glacier {

namespace {

constexpr std::size_t kPageRows = 500;

/// Walks one type of archive rows in order of creation.
class Cursor {
 public:
  Cursor(const storage::Reader& reader, const VaultRef& vault, keys::Content type,
         const std::string& marker)
      : reader_(reader), prefix_(keys::contents(vault, type)), from_(prefix_) {
    if (!marker.empty()) from_ = keys::content(vault, type, marker);
    load();
  }

  bool at_end() const { return at_ == page_.rows.size(); }

  /// Time and id of the row that it stands on.
  std::string_view order() const {
    return std::string_view(page_.rows[at_].key).substr(prefix_.size());
  }

  std::string id() const { return keys::id_of(page_.rows[at_].key, prefix_); }

  ArchiveRecord archive() const { return ArchiveRecord::decode(page_.rows[at_].value); }

  void next() {
    if (++at_ < page_.rows.size() || !page_.more) return;
    from_ = page_.rows.back().key + '\0';
    load();
  }

 private:
  void load() {
    page_ =
        reader_.range(spaces::kGlacier, from_, storage::prefix_end(prefix_), {.limit = kPageRows});
    at_ = 0;
  }

  const storage::Reader& reader_;
  std::string prefix_;
  std::string from_;
  storage::Page page_;
  std::size_t at_ = 0;
};

/// What of the vault's archives the job asks for.
struct Selection {
  std::int64_t inventory_ms = 0;  ///< Archives made later are not in the inventory.
  bool with_deleted = true;       ///< Those deleted since then are.
  std::int64_t start_ms = 0;
  std::int64_t end_ms = std::numeric_limits<std::int64_t>::max();
  std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();
  std::string marker;

  bool has(const ArchiveRecord& archive) const {
    return archive.created_ms <= inventory_ms && archive.created_ms >= start_ms &&
           archive.created_ms < end_ms;
  }
};

Selection select(Environment& env, const VaultRef& vault, const JobRecord& job) {
  Selection selection;
  const auto record = find_vault(env.store, vault).value_or(VaultRecord{});
  selection.inventory_ms = record.inventory_ms != 0 ? record.inventory_ms : record.created_ms;
  if (env.settings.glacier_inventory_immediate) {
    selection.inventory_ms = env.clock.now_ms(vault.account);
    selection.with_deleted = false;
  } else if (record.inventory_ms == 0) {
    selection.end_ms = 0;  // No inventory was made yet: it is empty.
  }
  const auto& asked = *job.description.InventoryRetrievalParameters;
  if (asked.StartDate) selection.start_ms = codec::parse_iso8601(*asked.StartDate)->ms;
  if (asked.EndDate) {
    selection.end_ms = std::min(selection.end_ms, codec::parse_iso8601(*asked.EndDate)->ms);
  }
  if (asked.Limit) selection.limit = std::strtoull(asked.Limit->c_str(), nullptr, 10);
  selection.marker = asked.Marker.value_or("");
  return selection;
}

std::string second_of(std::int64_t unix_ms) {
  std::string text;
  codec::append_iso8601({unix_ms}, false, text);
  return text;
}

std::string json_line(std::string_view id, const ArchiveRecord& archive) {
  std::string line = fmt::format(R"({{"ArchiveId":"{}","ArchiveDescription":)", id);
  codec::append_json_string(archive.description, line);
  line += fmt::format(R"(,"CreationDate":"{}","Size":{},"SHA256TreeHash":"{}"}})",
                      second_of(archive.created_ms), archive.size_bytes, archive.tree_hash);
  return line;
}

/// Descriptions are quoted; quotes and backslashes in them are escaped by a backslash.
std::string csv_line(std::string_view id, const ArchiveRecord& archive) {
  std::string description;
  for (const char c : archive.description) {
    if (c == '"' || c == '\\') description += '\\';
    description += c;
  }
  return fmt::format("{},\"{}\",{},{},{}\n", id, description, second_of(archive.created_ms),
                     archive.size_bytes, archive.tree_hash);
}

/// Writes the archives one by one; returns the id of the first that a limit left out.
template <class Write>
std::optional<std::string> walk(Environment& env, const VaultRef& vault, const Selection& selection,
                                Write write) {
  Cursor live(env.store, vault, keys::Content::kArchive, selection.marker);
  Cursor deleted(env.store, vault, keys::Content::kDeleted, selection.marker);
  std::uint64_t count = 0;
  while (true) {
    const bool has_deleted = selection.with_deleted && !deleted.at_end();
    if (live.at_end() && !has_deleted) return std::nullopt;
    const bool take_deleted = has_deleted && (live.at_end() || deleted.order() < live.order());
    Cursor& cursor = take_deleted ? deleted : live;
    const ArchiveRecord archive = cursor.archive();
    if (selection.has(archive)) {
      if (count++ == selection.limit) return cursor.id();
      write(cursor.id(), archive);
    }
    cursor.next();
  }
}

}  // namespace

std::unique_ptr<storage::Spool> write_inventory(Environment& env, const VaultRef& vault,
                                                JobRecord& job) {
  auto& parameters = *job.description.InventoryRetrievalParameters;
  const Selection selection = select(env, vault, job);
  auto spool = env.blobs.make_spool();
  if (parameters.Format == "CSV") {
    spool->append("ArchiveId,ArchiveDescription,CreationDate,Size,SHA256TreeHash\n");
    parameters.Marker = walk(env, vault, selection, [&](auto id, const ArchiveRecord& archive) {
      spool->append(csv_line(id, archive));
    });
    return spool;
  }
  spool->append(fmt::format(R"({{"VaultARN":"{}","InventoryDate":"{}","ArchiveList":[)",
                            vault.arn(), second_of(selection.inventory_ms)));
  std::string_view separator;
  parameters.Marker = walk(env, vault, selection, [&](auto id, const ArchiveRecord& archive) {
    spool->append(separator);
    spool->append(json_line(id, archive));
    separator = ",";
  });
  spool->append("]}");
  return spool;
}

}  // namespace cumulite::glacier
