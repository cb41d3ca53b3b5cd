#include "emulator/services/ses/store.h"

#include "emulator/core/helper_spaces.h"
#include "protocol/codec/json_document.h"
#include "storage/kv/key_codec.h"

namespace cumulite::ses {
namespace {

using nlohmann::json;

constexpr char kIdentity = 'i';
constexpr char kTemplate = 't';
constexpr char kSet = 'c';
constexpr char kMessage = 'm';
constexpr char kCount = 'n';
constexpr char kVerification = 'v';
constexpr std::int64_t kMessagesMax = 10'000;

std::string scope(const Context& ctx, char kind) {
  return scope_key(ctx.caller.account_id, ctx.caller.region, kind);
}

std::string key_of(const Context& ctx, char kind, std::string_view name) {
  return scope(ctx, kind).append(name);
}

json parse(std::string_view bytes) {
  json row = json::parse(bytes, nullptr, false);
  if (!row.is_object()) throw storage::StorageError("a row of SES is corrupt");
  return row;
}

std::string render(const json& row) {
  return row.dump(-1, ' ', false, json::error_handler_t::replace);
}

void put_row(Context& ctx, const std::string& key, const std::string& value) {
  ctx.env.store.transact({storage::Domain::exclusive_on(spaces::kSes, key)},
                         [&](storage::Txn& txn) { txn.put(spaces::kSes, key, value); });
}

bool erase_row(Context& ctx, const std::string& key) {
  return ctx.env.store.transact({storage::Domain::exclusive_on(spaces::kSes, key)},
                                [&](storage::Txn& txn) {
                                  if (!txn.get(spaces::kSes, key)) return false;
                                  txn.del(spaces::kSes, key);
                                  return true;
                                });
}

std::optional<NamePage> page_of(Context& ctx, RowPageRequest asked) {
  auto page = read_row_page(ctx.env.store, asked);
  if (!page) return std::nullopt;
  NamePage names;
  for (const auto& row : page->rows) names.names.push_back(row.key.substr(asked.prefix.size()));
  names.next_token = std::move(page->next_token);
  return names;
}

SentMessage decode_message(std::string_view bytes) {
  const json row = parse(bytes);
  SentMessage message;
  message.id = row.value("id", "");
  message.sent_ms = row.value("sent_ms", std::int64_t{0});
  message.recipients = row.value("recipients", std::size_t{0});
  message.json = row.value("shown", "");
  return message;
}

/// Kind letter of a row of a region; 0 for other rows.
char kind_of(std::string_view key) {
  if (!storage::take_part(key) || key.empty() || key == std::string_view(&kVerification, 1)) {
    return 0;
  }
  if (!storage::take_part(key) || key.empty()) return 0;
  return key.front();
}

}  // namespace

std::optional<Identity> load_identity(Context& ctx, std::string_view name) {
  const auto bytes = ctx.env.store.get(spaces::kSes, key_of(ctx, kIdentity, name));
  if (!bytes) return std::nullopt;
  const json row = parse(*bytes);
  Identity identity{std::string(name), row.value("token", ""), row.value("created_ms", 0LL), {}};
  row.at("tags").get_to(identity.tags);
  return identity;
}

void store_identity(Context& ctx, const Identity& identity) {
  const json row = {
      {"token", identity.token}, {"created_ms", identity.created_ms}, {"tags", identity.tags}};
  put_row(ctx, key_of(ctx, kIdentity, identity.name), render(row));
}

bool erase_identity(Context& ctx, std::string_view name) {
  return erase_row(ctx, key_of(ctx, kIdentity, name));
}

std::optional<Template> load_template(Context& ctx, std::string_view name) {
  const auto bytes = ctx.env.store.get(spaces::kSes, key_of(ctx, kTemplate, name));
  if (!bytes) return std::nullopt;
  const json row = parse(*bytes);
  Template found{std::string(name),     row.value("subject", ""),     row.value("text", ""),
                 row.value("html", ""), row.value("created_ms", 0LL), {}};
  row.at("tags").get_to(found.tags);
  return found;
}

void store_template(Context& ctx, const Template& made) {
  const json row = {{"subject", made.subject},
                    {"text", made.text},
                    {"html", made.html},
                    {"created_ms", made.created_ms},
                    {"tags", made.tags}};
  put_row(ctx, key_of(ctx, kTemplate, made.name), render(row));
}

bool erase_template(Context& ctx, std::string_view name) {
  return erase_row(ctx, key_of(ctx, kTemplate, name));
}

std::optional<std::string> load_set(const Context& ctx, std::string_view name) {
  return ctx.env.store.get(spaces::kSes, key_of(ctx, kSet, name));
}

void store_set(Context& ctx, std::string_view name, const std::string& bytes) {
  put_row(ctx, key_of(ctx, kSet, name), bytes);
}

bool erase_set(Context& ctx, std::string_view name) {
  return erase_row(ctx, key_of(ctx, kSet, name));
}

std::optional<NamePage> list_identities(Context& ctx, std::string_view type, std::size_t limit,
                                        const std::optional<std::string>& token) {
  RowPageRequest asked{spaces::kSes, scope(ctx, kIdentity), limit, token};
  if (!type.empty()) {
    asked.keep = [type, size = asked.prefix.size()](const storage::KeyValue& row) {
      const bool is_address = row.key.find('@', size) != std::string::npos;
      return is_address == (type == "EmailAddress");
    };
  }
  return page_of(ctx, std::move(asked));
}

std::optional<NamePage> list_templates(Context& ctx, std::size_t limit,
                                       const std::optional<std::string>& token) {
  return page_of(ctx, {spaces::kSes, scope(ctx, kTemplate), limit, token});
}

std::optional<NamePage> list_sets(Context& ctx, std::size_t limit,
                                  const std::optional<std::string>& token) {
  return page_of(ctx, {spaces::kSes, scope(ctx, kSet), limit, token});
}

storage::Domains message_domains(const Context& ctx) {
  return {storage::Domain::exclusive_on(spaces::kSes, scope(ctx, kMessage))};
}

void add_message(const Context& ctx, storage::Txn& txn, const SentMessage& message) {
  const std::string all = scope(ctx, kMessage);
  const std::string count = scope(ctx, kCount);
  if (txn.counter(spaces::kSes, count) >= kMessagesMax) {
    const auto oldest = txn.range(spaces::kSes, all, storage::prefix_end(all), {.limit = 1});
    if (!oldest.rows.empty()) {
      txn.del(spaces::kSes, oldest.rows.front().key);
      txn.add(spaces::kSes, count, -1);
    }
  }
  std::string key = all;
  storage::append_i64(key, message.sent_ms);
  key += message.id;
  const json row = {{"id", message.id},
                    {"sent_ms", message.sent_ms},
                    {"recipients", message.recipients},
                    {"shown", message.json}};
  txn.put(spaces::kSes, key, render(row));
  txn.add(spaces::kSes, count, 1);
}

std::vector<std::pair<std::int64_t, std::size_t>> messages_since(Context& ctx,
                                                                 std::int64_t since_ms) {
  const std::string all = scope(ctx, kMessage);
  std::string from = all;
  storage::append_i64(from, since_ms);
  std::vector<std::pair<std::int64_t, std::size_t>> sent;
  while (true) {
    const auto page = ctx.env.store.range(spaces::kSes, from, storage::prefix_end(all));
    for (const auto& row : page.rows) {
      const SentMessage message = decode_message(row.value);
      sent.emplace_back(message.sent_ms, message.recipients);
    }
    if (!page.more) return sent;
    from = page.rows.back().key + '\0';
  }
}

std::vector<SentMessage> all_messages(const storage::Reader& reader) {
  std::vector<SentMessage> all;
  std::string from;
  while (true) {
    const auto page = reader.range(spaces::kSes, from, {});
    for (const auto& row : page.rows) {
      if (kind_of(row.key) == kMessage) all.push_back(decode_message(row.value));
    }
    if (!page.more) return all;
    from = page.rows.back().key + '\0';
  }
}

void forget_messages(storage::Store& store, std::string_view id) {
  std::vector<std::string> keys;
  std::string from;
  while (true) {
    const auto page = store.range(spaces::kSes, from, {});
    for (const auto& row : page.rows) {
      if (kind_of(row.key) != kMessage) continue;
      if (id.empty() || decode_message(row.value).id == id) keys.push_back(row.key);
    }
    if (!page.more) break;
    from = page.rows.back().key + '\0';
  }
  for (const std::string& key : keys) {
    std::string_view rest = key;
    const std::string account = storage::take_part(rest).value_or("");
    const std::string region = storage::take_part(rest).value_or("");
    store.transact(
        {storage::Domain::exclusive_on(spaces::kSes, scope_key(account, region, kMessage))},
        [&](storage::Txn& txn) {
          if (!txn.get(spaces::kSes, key)) return;
          txn.del(spaces::kSes, key);
          txn.add(spaces::kSes, scope_key(account, region, kCount), -1);
        });
  }
}

bool requires_verification(const storage::Reader& reader, std::string_view account) {
  return reader.get(spaces::kSes, account_key(account) + kVerification).has_value();
}

void require_verification(storage::Store& store, std::string_view account, bool required) {
  const std::string key = account_key(account) + kVerification;
  store.transact({storage::Domain::exclusive_on(spaces::kSes, key)}, [&](storage::Txn& txn) {
    if (required) {
      txn.put(spaces::kSes, key, "1");
    } else {
      txn.del(spaces::kSes, key);
    }
  });
}

}  // namespace cumulite::ses
