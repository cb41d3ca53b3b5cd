#include <algorithm>
#include <cctype>

#include "emulator/core/helper_spaces.h"
#include "emulator/services/secretsmanager/operations.h"
#include "emulator/services/secretsmanager/rotation.h"
#include "protocol/codec/base64.h"
#include "storage/kv/key_codec.h"

namespace cumulite::secretsmanager {
namespace {

constexpr std::int32_t kPageSize = 100;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

std::vector<std::string> words(const std::string& text) {
  std::vector<std::string> found;
  std::string word;
  for (const char c : text + ' ') {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      word += c;
    } else if (!word.empty()) {
      found.push_back(std::exchange(word, {}));
    }
  }
  return found;
}

/// Each word of the value begins some word of the text, in any case.
bool begins_words(const std::string& text, const std::string& value) {
  const auto known = words(lower(text));
  const auto wanted = words(lower(value));
  return std::all_of(wanted.begin(), wanted.end(), [&](const std::string& each) {
    return std::any_of(known.begin(), known.end(),
                       [&](const std::string& word) { return word.starts_with(each); });
  });
}

/// "all": the words of every attribute.
bool matches_all(const Secret& secret, const std::string& value) {
  std::string text = secret.name + ' ' + secret.description;
  for (const auto& [key, content] : secret.tags) text += ' ' + key + ' ' + content;
  return begins_words(text, value);
}

bool matches(const Secret& secret, std::string_view key, const std::string& value) {
  if (key == "name") return secret.name.starts_with(value);
  if (key == "description") return begins_words(secret.description, value);
  if (key == "all") return matches_all(secret, value);
  if (key != "tag-key" && key != "tag-value") return false;
  return std::any_of(secret.tags.begin(), secret.tags.end(), [&](const auto& tag) {
    return (key == "tag-key" ? tag.first : tag.second).starts_with(value);
  });
}

/// Any of the values; one with "!" in front must not match.
bool passes_one(const Secret& secret, const api::Filter& filter) {
  const auto& values = *filter.Values;
  return std::any_of(values.begin(), values.end(), [&](const std::string& value) {
    if (value.starts_with('!')) return !matches(secret, *filter.Key, value.substr(1));
    return matches(secret, *filter.Key, value);
  });
}

std::string order_of(const Secret& secret, std::string_view by) {
  std::string order;
  if (by == "last-changed-date") storage::append_i64(order, secret.changed_ms);
  if (by == "last-accessed-date") storage::append_i64(order, secret.accessed_ms);
  if (by == "created-date") storage::append_i64(order, secret.created_ms);
  return order + secret.name;
}

api::SecretListEntry show(const Found& found) {
  const Secret& secret = found.secret;
  api::SecretListEntry entry;
  entry.ARN = found.arn();
  entry.Name = secret.name;
  if (!secret.description.empty()) entry.Description = secret.description;
  if (!secret.kms_key_id.empty()) entry.KmsKeyId = secret.kms_key_id;
  if (!secret.type.empty()) entry.Type = secret.type;
  entry.CreatedDate = model::Timestamp{secret.created_ms};
  entry.LastChangedDate = model::Timestamp{secret.changed_ms};
  if (secret.accessed_ms != 0) entry.LastAccessedDate = model::Timestamp{secret.accessed_ms};
  if (secret.deletion_ms != 0) entry.DeletedDate = model::Timestamp{secret.deletion_ms};
  if (!secret.tags.empty()) {
    entry.Tags.emplace();
    for (const auto& [key, value] : secret.tags) entry.Tags->push_back({key, value});
  }
  show_rotation(secret.rotation, entry);
  for (const Version& version : secret.versions) {
    if (version.stages.empty()) continue;
    if (!entry.SecretVersionsToStages) entry.SecretVersionsToStages.emplace();
    entry.SecretVersionsToStages->emplace_back(version.id, version.stages);
  }
  return entry;
}

struct Listed {
  std::string order;
  Found found;
};

std::vector<Listed> all_secrets(Context& ctx, const api::ListSecretsRequest& req) {
  const std::string prefix = keys::secrets(ctx.caller.account_id, ctx.caller.region);
  const std::string by = req.SortBy.value_or("created-date");
  std::vector<Listed> all;
  std::string from = prefix;
  while (true) {
    const auto page =
        ctx.env.store.range(spaces::kSecretsManager, from, storage::prefix_end(prefix));
    for (const auto& row : page.rows) {
      Found found{{ctx.caller.account_id, ctx.caller.region, {}}, decode_secret(row.value)};
      found.ref.name = found.secret.name;
      if (found.secret.deletion_ms != 0 && !req.IncludePlannedDeletion.value_or(false)) continue;
      if (req.Filters && !passes(found.secret, *req.Filters)) continue;
      std::string order = order_of(found.secret, by);
      all.push_back({std::move(order), std::move(found)});
    }
    if (!page.more) return all;
    from = page.rows.back().key + '\0';
  }
}

}  // namespace

bool passes(const Secret& secret, const std::vector<api::Filter>& filters) {
  return std::all_of(filters.begin(), filters.end(), [&](const api::Filter& filter) {
    return !filter.Key || !filter.Values || passes_one(secret, filter);
  });
}

Result<api::ListSecretsResponse> list_secrets(Context& ctx, const api::ListSecretsRequest& req) {
  const bool descending = req.SortOrder.value_or("asc") == "desc";
  auto all = all_secrets(ctx, req);
  const auto before = [descending](const std::string& a, const std::string& b) {
    return descending ? b < a : a < b;
  };
  std::sort(all.begin(), all.end(),
            [&](const Listed& a, const Listed& b) { return before(a.order, b.order); });
  auto at = all.begin();
  if (req.NextToken) {
    const auto last = codec::base64_decode(*req.NextToken);
    if (!last) return errors::invalid_token();
    at = std::find_if(all.begin(), all.end(),
                      [&](const Listed& each) { return before(*last, each.order); });
  }
  api::ListSecretsResponse answer;
  answer.SecretList.emplace();
  const auto limit = static_cast<std::size_t>(req.MaxResults.value_or(kPageSize));
  for (; at != all.end() && answer.SecretList->size() < limit; ++at) {
    answer.SecretList->push_back(show(at->found));
  }
  if (at != all.end()) answer.NextToken = codec::base64_encode((at - 1)->order);
  return answer;
}

}  // namespace cumulite::secretsmanager
