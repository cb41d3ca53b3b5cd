#include "emulator/services/sts/sessions.h"

#include <fmt/format.h>

#include "emulator/core/credentials.h"
#include "emulator/core/helper_spaces.h"
#include "emulator/core/ids.h"
#include "emulator/core/records/fields.h"
#include "emulator/core/row_service.h"
#include "protocol/codec/base64.h"
#include "protocol/time_units.h"
#include "storage/kv/key_codec.h"

namespace cumulite::sts {
namespace {

constexpr std::string_view kKind = "sts.key";
constexpr char kOwner = 's';
constexpr char kRow = 'k';
/// So long an expired key is still known, and told to be expired rather than unknown.
constexpr std::int64_t kRememberedMs = kDayMs;

/// The fields of rows, by name.
struct Field {
  enum Tag : std::uint8_t {
    kId = 1,
    kSecret,
    kToken,
    kAccount,
    kArn,
    kUserId,
    kExpires,
    kTransitive
  };
};

std::string rows_of(std::string_view account) {
  return account_key(account) + kRow;
}

std::string encode(const IssuedKey& key, const std::vector<std::string>& transitive) {
  FieldWriter writer;
  writer.text(Field::kId, key.identity.credentials.access_key_id);
  writer.text(Field::kSecret, key.identity.credentials.secret_access_key);
  writer.text(Field::kToken, key.identity.credentials.session_token);
  writer.text(Field::kAccount, key.identity.account_id);
  writer.text(Field::kArn, key.arn);
  writer.text(Field::kUserId, key.user_id);
  writer.number(Field::kExpires, static_cast<std::uint64_t>(key.expires_ms));
  for (const std::string& tag : transitive) writer.text(Field::kTransitive, tag);
  return writer.take();
}

void complete(IssuedKey& key) {
  key.owner = kOwner;
  key.identity.canonical_user_id = canonical_user_id_of(key.identity.account_id);
  key.identity.display_name = "cumulite";
}

IssuedKey decode(std::string_view bytes) {
  IssuedKey key;
  sigv4::Credentials& credentials = key.identity.credentials;
  FieldReader reader(bytes);
  while (reader.next()) {
    if (reader.tag() == Field::kId) credentials.access_key_id = reader.text();
    if (reader.tag() == Field::kSecret) credentials.secret_access_key = reader.text();
    if (reader.tag() == Field::kToken) credentials.session_token = reader.text();
    if (reader.tag() == Field::kAccount) key.identity.account_id = reader.text();
    if (reader.tag() == Field::kArn) key.arn = reader.text();
    if (reader.tag() == Field::kUserId) key.user_id = reader.text();
    if (reader.tag() == Field::kExpires)
      key.expires_ms = static_cast<std::int64_t>(reader.number());
  }
  complete(key);
  return key;
}

std::string random_base64(std::size_t bytes) {
  std::string text = ids::random_base64url(bytes);
  for (char& c : text) {
    if (c == '-') c = '+';
    if (c == '_') c = '/';
  }
  return text;
}

}  // namespace

IssuedKey issue_key(Context& ctx, IssuedKey key, std::int64_t lifetime_ms,
                    const std::vector<std::string>& transitive) {
  constexpr std::size_t kIdCharacters = 16;
  constexpr std::size_t kSecretBytes = 30;
  constexpr std::size_t kTokenBytes = 240;
  complete(key);
  sigv4::Credentials& credentials = key.identity.credentials;
  credentials.access_key_id = "ASIA" + ids::random_alphanumeric_upper(kIdCharacters);
  credentials.secret_access_key = random_base64(kSecretBytes);
  credentials.session_token = "FwoGZXIvYXdzE" + random_base64(kTokenBytes);
  // Sessions of another account's role live by that account's clock.
  const std::string& account = key.identity.account_id;
  key.expires_ms = ctx.env.clock.now_ms(account) + lifetime_ms;
  const std::string row = rows_of(account) + credentials.access_key_id;
  ctx.env.store.transact(
      {storage::Domain::exclusive_on(spaces::kSts, row)}, [&](storage::Txn& txn) {
        txn.put(spaces::kSts, row, encode(key, transitive));
        ctx.env.due.schedule(txn, {account, key.expires_ms + kRememberedMs, std::string(kKind),
                                   credentials.access_key_id});
      });
  if (ctx.env.credentials != nullptr) ctx.env.credentials->issued().put(key);
  return key;
}

std::vector<std::string> transitive_tags(const Context& ctx) {
  std::vector<std::string> tags;
  const auto row = ctx.env.store.get(
      spaces::kSts, rows_of(ctx.caller.account_id) + std::string(ctx.caller.access_key_id));
  if (!row) return tags;
  FieldReader reader(*row);
  while (reader.next()) {
    if (reader.tag() == Field::kTransitive) tags.emplace_back(reader.text());
  }
  return tags;
}

void register_expiry(Environment& env) {
  env.due.register_kind(std::string(kKind), [&env](const DueRow& row, std::int64_t) {
    const std::string key = rows_of(row.account) + row.id;
    env.store.transact({storage::Domain::exclusive_on(spaces::kSts, key)}, [&](storage::Txn& txn) {
      env.due.remove(txn, row);
      txn.del(spaces::kSts, key);
    });
    if (env.credentials != nullptr) env.credentials->issued().remove(row.id);
  });
}

void load_keys(Environment& env, std::string_view account) {
  if (env.credentials == nullptr) return;
  env.credentials->issued().forget(kOwner, account);
  const std::string prefix = account.empty() ? std::string() : rows_of(account);
  std::string from = prefix;
  while (true) {
    const auto page = env.store.range(spaces::kSts, from, storage::prefix_end(prefix));
    for (const auto& row : page.rows) env.credentials->issued().put(decode(row.value));
    if (!page.more) return;
    from = page.rows.back().key + '\0';
  }
}

}  // namespace cumulite::sts
