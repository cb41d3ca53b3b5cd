#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/core/service.h"
#include "storage/kv/store.h"

namespace cumulite {

/// Beginnings of keys by which rows belong to an account, or to one of its regions and a kind.
std::string account_key(std::string_view account);
std::string scope_key(std::string_view account, std::string_view region, char kind);

/// A service all of whose rows begin with `account_key`, in spaces of its own: it is reset and kept
/// in snapshots by that alone.
class RowService : public Service {
 public:
  RowService(Environment& env, std::vector<storage::Space> spaces)
      : env_(env), spaces_(std::move(spaces)) {}

  /// Who overrides it calls it.
  void start() override;
  void drop_account(std::string_view account) override;

  /// The rows of the account (empty: all) were exchanged for others: what memory holds of them is
  /// to be read again. Called for a reset too.
  virtual void reload(std::string_view account) { (void)account; }

  void reset(std::string_view account) override { reload(account); }

  Environment& env() { return env_; }

  const std::vector<storage::Space>& row_spaces() const { return spaces_; }

 private:
  Environment& env_;
  std::vector<storage::Space> spaces_;
};

/// Rows below a prefix, in the order of their keys, a page at a time.
struct RowPage {
  std::vector<storage::KeyValue> rows;
  std::optional<std::string> next_token;  ///< Absent: these were the last.
};

/// Which rows a page is made of.
struct RowPageRequest {
  storage::Space space = 0;
  std::string prefix;
  std::size_t limit = 100;
  std::optional<std::string> token = {};  ///< Of the page before.
  /// Rows for which it is false are passed over and do not count. Empty: all are kept.
  std::function<bool(const storage::KeyValue& row)> keep = {};
};

/// The page after `token`; nullopt if the token is none of ours. A token holds the key of the last
/// row shown, so that rows which come and go meanwhile do no harm.
std::optional<RowPage> read_row_page(const storage::Reader& reader, const RowPageRequest& request);

}  // namespace cumulite
