#include "emulator/services/sns/keys.h"

#include "storage/kv/key_codec.h"

namespace cumulite::sns::keys {
namespace {

using storage::append_i64;
using storage::append_part;
using storage::append_u64;

std::string below(std::string_view owner, char kind) {
  std::string key(owner);
  key.push_back(kind);
  return key;
}

std::string below(std::string_view owner, char kind, std::string_view part) {
  std::string key = below(owner, kind);
  append_part(key, part);
  return key;
}

}  // namespace

std::string account(std::string_view kind, std::string_view account) {
  std::string key(kind);
  if (!account.empty()) append_part(key, account);
  return key;
}

std::string topic(std::string_view account, std::string_view region, std::string_view name) {
  std::string key(kTopics);
  append_part(key, account);
  append_part(key, region);
  append_part(key, name);
  return key;
}

std::string definition(std::string_view owner) {
  return below(owner, 'c');
}

std::string subscription(std::string_view topic, std::string_view id) {
  return below(topic, 's', id);
}

std::string last_number(std::string_view topic) {
  return below(topic, 'n');
}

std::string deduplication(std::string_view topic, std::string_view hash) {
  return below(topic, 'd', hash);
}

std::string deduplications(std::string_view topic) {
  return below(topic, 'd');
}

std::string after(std::string_view prefix) {
  return storage::prefix_end(prefix);
}

std::string expiries(std::string_view topic) {
  return below(topic, 'x');
}

std::string expiry(std::string_view topic, std::int64_t expires_ms, std::string_view hash) {
  std::string key = expiries(topic);
  append_i64(key, expires_ms);
  append_part(key, hash);
  return key;
}

std::optional<std::string> expiry_hash(std::string_view topic, std::string_view key) {
  key.remove_prefix(topic.size() + 1);
  if (!storage::take_i64(key)) return std::nullopt;
  return storage::take_part(key);
}

std::string archive(std::string_view topic) {
  return below(topic, 'a');
}

std::string archived(std::string_view topic, std::int64_t time_ms,
                     std::optional<std::uint64_t> number) {
  std::string key = archive(topic);
  append_i64(key, time_ms);
  if (number) append_u64(key, *number);
  return key;
}

std::string application(std::string_view account, std::string_view region,
                        std::string_view platform, std::string_view name) {
  std::string key(kApplications);
  append_part(key, account);
  append_part(key, region);
  append_part(key, platform);
  append_part(key, name);
  return key;
}

std::string applications(std::string_view account, std::string_view region) {
  std::string key(kApplications);
  append_part(key, account);
  append_part(key, region);
  return key;
}

std::string endpoints(std::string_view application) {
  return below(application, 'e');
}

std::string endpoint(std::string_view application, std::string_view id) {
  return below(application, 'e', id);
}

std::string sms(std::string_view account, std::string_view region) {
  std::string key(kSms);
  append_part(key, account);
  append_part(key, region);
  return key;
}

std::string sms_attributes(std::string_view sms) {
  return below(sms, 'a');
}

std::string opted_out(std::string_view sms) {
  return below(sms, 'o');
}

std::string sandbox(std::string_view sms) {
  return below(sms, 'b');
}

std::string opted_out(std::string_view sms, std::string_view number) {
  return below(sms, 'o', number);
}

std::string sandbox(std::string_view sms, std::string_view number) {
  return below(sms, 'b', number);
}

std::optional<Parsed> parse(std::string_view key, int parts) {
  if (key.empty()) return std::nullopt;
  key.remove_prefix(1);
  for (int i = 0; i < parts; ++i) {
    if (!storage::take_part(key)) return std::nullopt;
  }
  if (key.empty()) return std::nullopt;
  Parsed parsed;
  parsed.kind = key.front();
  key.remove_prefix(1);
  if (parsed.kind == 's' || parsed.kind == 'e' || parsed.kind == 'o' || parsed.kind == 'b') {
    parsed.id = storage::take_part(key).value_or("");
  }
  return parsed;
}

}  // namespace cumulite::sns::keys
