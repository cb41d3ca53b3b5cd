#include "emulator/services/glacier/contents.h"

#include "emulator/core/spaces.h"
#include "emulator/services/glacier/keys.h"
#include "emulator/services/glacier/records.h"
#include "storage/kv/key_codec.h"

namespace cumulite::glacier {

namespace {

/// Few, as one row may name ten thousand bodies.
constexpr std::size_t kRowsAtOnce = 20;

}  // namespace

Blobs blobs_of(const storage::KeyValue& row) {
  switch (static_cast<keys::Content>(keys::content_type(row.key))) {
    case keys::Content::kArchive: {
      const auto archive = ArchiveRecord::decode(row.value);
      return archive.parts == 0 ? Blobs{archive.blob} : Blobs{};
    }
    case keys::Content::kArchiveBody:
    case keys::Content::kJobOutput:
      return decode_blobs(row.value);
    case keys::Content::kPart:
      return {PartRecord::decode(row.value).blob};
    default:
      return {};
  }
}

bool drop_some(storage::Txn& txn, Environment& env, std::string_view prefix) {
  const auto page =
      txn.range(spaces::kGlacier, prefix, storage::prefix_end(prefix), {.limit = kRowsAtOnce});
  for (const auto& row : page.rows) {
    for (const auto& blob : blobs_of(row)) env.blobs.release(txn, blob);
    txn.del(spaces::kGlacier, row.key);
  }
  return page.more;
}

void drop_rows(Environment& env, std::string_view prefix) {
  const storage::Domains domains = {storage::Domain::exclusive_on(spaces::kGlacier, prefix)};
  for (bool more = true; more;) {
    more =
        env.store.transact(domains, [&](storage::Txn& txn) { return drop_some(txn, env, prefix); });
  }
}

}  // namespace cumulite::glacier
