#include "emulator/core/row_service.h"

#include <algorithm>
#include <memory>

#include "emulator/core/admin_registry.h"
#include "protocol/codec/base64.h"
#include "storage/kv/key_codec.h"

namespace cumulite {
namespace {

class RowsOfService final : public SnapshotPart {
 public:
  explicit RowsOfService(RowService& service) : service_(service) {}

  std::vector<RowRange> rows_of(std::string_view account) override {
    std::vector<RowRange> ranges;
    for (const storage::Space space : service_.row_spaces()) {
      ranges.push_back(RowRange::below(space, account_key(account)));
    }
    return ranges;
  }

  void reload(std::string_view account) override { service_.reload(account); }

 private:
  RowService& service_;
};

}  // namespace

std::string account_key(std::string_view account) {
  std::string key;
  storage::append_part(key, account);
  return key;
}

std::string scope_key(std::string_view account, std::string_view region, char kind) {
  std::string key = account_key(account);
  storage::append_part(key, region);
  key.push_back(kind);
  return key;
}

void RowService::start() {
  env_.admin.add_part(std::make_unique<RowsOfService>(*this));
}

void RowService::drop_account(std::string_view account) {
  const std::string prefix = account_key(account);
  for (const storage::Space space : spaces_) {
    env_.store.transact({storage::Domain::exclusive_on(space, prefix)}, [&](storage::Txn& txn) {
      txn.del_range(space, prefix, storage::prefix_end(prefix));
    });
  }
}

std::optional<RowPage> read_row_page(const storage::Reader& reader, const RowPageRequest& request) {
  constexpr std::size_t kStep = 500;
  std::string from = request.prefix;
  if (request.token) {
    const auto last = codec::base64_decode(*request.token);
    if (!last || last->empty()) return std::nullopt;
    from += *last;
    from.push_back('\0');
  }
  const std::string to = storage::prefix_end(request.prefix);
  RowPage page;
  while (true) {
    // One more than asked for tells whether there is another page.
    const std::size_t wanted = request.limit + 1 - page.rows.size();
    auto read = reader.range(request.space, from, to, {.limit = std::min(kStep, wanted)});
    for (auto& row : read.rows) {
      from = row.key;
      if (!request.keep || request.keep(row)) page.rows.push_back(std::move(row));
    }
    if (page.rows.size() > request.limit) {
      page.rows.pop_back();
      const auto last = std::string_view(page.rows.back().key).substr(request.prefix.size());
      page.next_token = codec::base64_encode(last);
      return page;
    }
    if (!read.more) return page;
    from.push_back('\0');
  }
}

}  // namespace cumulite
