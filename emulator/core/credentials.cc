#include "emulator/core/credentials.h"


#include <fmt/format.h>

#include "emulator/core/arn.h"
#include "protocol/checksum/checksum.h"
#include "protocol/codec/json_document.h"

namespace cumulite {
namespace {

using nlohmann::json;

Error bad_file(std::string_view why) {
  return {"InvalidCredentialsFile", fmt::format("the credentials file {}", why)};
}

std::string text_of(const json& entry, const char* name) {
  const auto found = entry.find(name);
  return found != entry.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

CredentialStore::CredentialStore(std::string_view default_account)
    : default_account_(default_account) {
  Identity test{
      {"test", "test", ""}, default_account_, canonical_user_id_of(default_account_), "cumulite"};
  identities_.emplace("test", std::move(test));
}

Result<void> CredentialStore::load(std::string_view json_text) {
  const json document = json::parse(json_text, nullptr, false);
  if (!document.is_array()) return bad_file("is not a JSON array");
  for (const auto& entry : document) {
    if (!entry.is_object()) return bad_file("has an entry that is not an object");
    Identity identity{{text_of(entry, "access_key_id"), text_of(entry, "secret_access_key"),
                       text_of(entry, "session_token")},
                      text_of(entry, "account_id"),
                      text_of(entry, "canonical_user_id"),
                      text_of(entry, "display_name")};
    const std::string key = identity.credentials.access_key_id;
    if (key.empty() || identity.credentials.secret_access_key.empty()) {
      return bad_file("has an entry without access_key_id or secret_access_key");
    }
    if (identity.account_id.empty()) {
      identity.account_id = is_account_id(key) ? key : default_account_;
    }
    if (!is_account_id(identity.account_id)) {
      return bad_file(fmt::format("has an account_id that is not 12 digits, of key {}", key));
    }
    if (identity.canonical_user_id.empty()) {
      identity.canonical_user_id = canonical_user_id_of(identity.account_id);
    }
    if (identity.display_name.empty()) identity.display_name = "cumulite";
    identities_.insert_or_assign(key, std::move(identity));
  }
  return {};
}

const Identity* CredentialStore::find(std::string_view access_key_id) const {
  const auto found = identities_.find(access_key_id);
  if (found != identities_.end()) return &found->second;
  // Holds on to what is handed out, though the key may be taken back at any time.
  thread_local std::shared_ptr<const IssuedKey> last;
  last = issued_->find(access_key_id);
  return last == nullptr ? nullptr : &last->identity;
}

const sigv4::Credentials* CredentialStore::find_credentials(std::string_view access_key_id) const {
  const Identity* identity = find(access_key_id);
  return identity == nullptr ? nullptr : &identity->credentials;
}

std::string_view CredentialStore::account_of(std::string_view access_key_id) const {
  if (const Identity* identity = find(access_key_id)) return identity->account_id;
  return is_account_id(access_key_id) ? access_key_id : std::string_view(default_account_);
}

std::string canonical_user_id_of(std::string_view account_id) {
  const std::string text = fmt::format("cumulite canonical user of {}", account_id);
  return checksum::hex(checksum::digest(checksum::Algorithm::kSha256, text));
}

}  // namespace cumulite
