#include "emulator/services/iam/entity.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "emulator/core/helper_spaces.h"
#include "emulator/core/ids.h"
#include "emulator/core/row_service.h"
#include "emulator/services/iam/service.h"
#include "protocol/codec/json_document.h"
#include "storage/kv/key_codec.h"

namespace cumulite::iam {
namespace {

using json = nlohmann::json;

std::string row_key(std::string_view account, Kind kind, std::string_view name) {
  std::string key = account_key(account);
  key.push_back(static_cast<char>(kind));
  for (const char c : name) {
    // The case of an access key's letters counts.
    const auto byte = static_cast<unsigned char>(c);
    key += kind == Kind::kAccessKey ? c : static_cast<char>(std::tolower(byte));
  }
  return key;
}

std::string key_of(const Context& ctx, Kind kind, std::string_view name) {
  return row_key(ctx.caller.account_id, kind, name);
}

std::string_view type_of(Kind kind) {
  switch (kind) {
    case Kind::kRole:
      return "role";
    case Kind::kUser:
      return "user";
    case Kind::kPolicy:
      return "policy";
    case Kind::kGroup:
      return "group";
    default:
      return "instance-profile";
  }
}

}  // namespace

std::string encode_entity(const Entity& entity) {
  const json row = {{"name", entity.name},
                    {"path", entity.path},
                    {"id", entity.id},
                    {"description", entity.description},
                    {"trust", entity.trust},
                    {"boundary", entity.boundary},
                    {"owner", entity.owner},
                    {"default_version", entity.default_version},
                    {"created_ms", entity.created_ms},
                    {"updated_ms", entity.updated_ms},
                    {"session_seconds", entity.session_seconds},
                    {"last_version", entity.last_version},
                    {"is_inactive", entity.is_inactive},
                    {"must_reset", entity.must_reset},
                    {"tags", entity.tags},
                    {"documents", entity.documents},
                    {"times", entity.times},
                    {"attached", entity.attached},
                    {"groups", entity.groups}};
  return row.dump(-1, ' ', false, json::error_handler_t::replace);
}

Entity decode_entity(std::string_view bytes) {
  try {
    const json row = json::parse(bytes);
    Entity entity;
    row.at("name").get_to(entity.name);
    row.at("path").get_to(entity.path);
    row.at("id").get_to(entity.id);
    row.at("description").get_to(entity.description);
    row.at("trust").get_to(entity.trust);
    row.at("boundary").get_to(entity.boundary);
    row.at("owner").get_to(entity.owner);
    row.at("default_version").get_to(entity.default_version);
    row.at("created_ms").get_to(entity.created_ms);
    row.at("updated_ms").get_to(entity.updated_ms);
    row.at("session_seconds").get_to(entity.session_seconds);
    row.at("last_version").get_to(entity.last_version);
    row.at("is_inactive").get_to(entity.is_inactive);
    row.at("tags").get_to(entity.tags);
    row.at("documents").get_to(entity.documents);
    row.at("times").get_to(entity.times);
    row.at("attached").get_to(entity.attached);
    // Rows of earlier versions have neither.
    entity.must_reset = row.value("must_reset", false);
    entity.groups = row.value("groups", std::vector<std::string>());
    return entity;
  } catch (const json::exception& failure) {
    throw storage::StorageError(std::string("a row of IAM is corrupt: ") + failure.what());
  }
}

storage::Domains iam_domains(const Context& ctx) {
  return {storage::Domain::exclusive_on(spaces::kIam, account_key(ctx.caller.account_id))};
}

std::optional<Entity> load(const Context& ctx, const storage::Reader& reader, Kind kind,
                           std::string_view name) {
  const auto row = reader.get(spaces::kIam, key_of(ctx, kind, name));
  if (!row) return std::nullopt;
  return decode_entity(*row);
}

std::optional<std::string> find_role_id(const storage::Reader& reader, std::string_view account,
                                        std::string_view name) {
  const auto row = reader.get(spaces::kIam, row_key(account, Kind::kRole, name));
  if (!row) return std::nullopt;
  return decode_entity(*row).id;
}

void store(const Context& ctx, storage::Txn& txn, Kind kind, const Entity& entity) {
  txn.put(spaces::kIam, key_of(ctx, kind, entity.name), encode_entity(entity));
}

void erase(const Context& ctx, storage::Txn& txn, Kind kind, std::string_view name) {
  txn.del(spaces::kIam, key_of(ctx, kind, name));
}

std::vector<Entity> load_all(const Context& ctx, const storage::Reader& reader, Kind kind) {
  const std::string prefix = key_of(ctx, kind, {});
  std::vector<Entity> all;
  std::string from = prefix;
  while (true) {
    const auto page = reader.range(spaces::kIam, from, storage::prefix_end(prefix));
    for (const auto& row : page.rows) all.push_back(decode_entity(row.value));
    if (!page.more) return all;
    from = page.rows.back().key + '\0';
  }
}

std::string arn_of(const Context& ctx, Kind kind, const Entity& entity) {
  return fmt::format("arn:aws:iam::{}:{}{}{}", ctx.caller.account_id, type_of(kind), entity.path,
                     entity.name);
}

std::string new_id(std::string_view prefix) {
  constexpr std::size_t kCharacters = 17;
  return std::string(prefix) + ids::random_alphanumeric_upper(kCharacters);
}

const std::string* find(const Pairs& pairs, std::string_view key) {
  const auto found =
      std::find_if(pairs.begin(), pairs.end(), [&](const auto& pair) { return pair.first == key; });
  return found == pairs.end() ? nullptr : &found->second;
}

void put(Pairs& pairs, const std::string& key, std::string value) {
  const auto found =
      std::find_if(pairs.begin(), pairs.end(), [&](const auto& pair) { return pair.first == key; });
  if (found == pairs.end()) {
    pairs.emplace_back(key, std::move(value));
  } else {
    found->second = std::move(value);
  }
}

}  // namespace cumulite::iam
