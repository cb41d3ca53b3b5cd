#include "emulator/services/secretsmanager/secret.h"

#include <algorithm>

#include <fmt/format.h>

#include "emulator/core/helper_spaces.h"
#include "emulator/core/records/field_table.h"
#include "emulator/core/row_service.h"
#include "storage/kv/key_codec.h"

namespace cumulite::secretsmanager {
// Tags are what is on disk: a member keeps its own, and one that goes leaves a gap.
void Version::fields(auto& self, auto&& field) {
  field(13, self.id);
  field(14, self.stages);
  field(7, self.created_ms);
  field(9, self.accessed_ms);
}

void Rotation::fields(auto& self, auto&& field) {
  field(1, self.function_arn);
  field(2, self.is_on);
  field(3, self.interval_ms);
  field(4, self.schedule);
  field(5, self.duration);
  field(6, self.last_ms);
  field(7, self.next_ms);
}

void Secret::fields(auto& self, auto&& field) {
  field(1, self.name);
  field(2, self.suffix);
  field(3, self.description);
  field(4, self.kms_key_id);
  field(5, self.policy);
  field(6, self.type);
  field(7, self.created_ms);
  field(8, self.changed_ms);
  field(9, self.accessed_ms);
  field(10, self.deletion_ms);
  field(11, self.tags);
  field(12, self.versions);
  field(15, self.tagged);
  field(16, self.rotation);
}

namespace {

void take_stage(Secret& secret, std::string_view stage) {
  for (Version& version : secret.versions) std::erase(version.stages, stage);
}

void add_stage(Version& version, std::string_view stage) {
  if (version.has_stage(stage)) return;
  version.stages.emplace_back(stage);
  std::sort(version.stages.begin(), version.stages.end());
}

}  // namespace

bool Version::has_stage(std::string_view stage) const {
  return std::find(stages.begin(), stages.end(), stage) != stages.end();
}

Version* Secret::find_version(std::string_view id) {
  const auto found = std::find_if(versions.begin(), versions.end(),
                                  [&](const Version& version) { return version.id == id; });
  return found == versions.end() ? nullptr : &*found;
}

Version* Secret::find_stage(std::string_view stage) {
  const auto found = std::find_if(versions.begin(), versions.end(),
                                  [&](const Version& version) { return version.has_stage(stage); });
  return found == versions.end() ? nullptr : &*found;
}

void move_stages(Secret& secret, std::string_view version_id,
                 const std::vector<std::string>& stages) {
  Version* target = secret.find_version(version_id);
  if (target == nullptr) return;
  for (const std::string& stage : stages) {
    Version* holder = secret.find_stage(stage);
    if (holder == target) continue;
    take_stage(secret, stage);
    add_stage(*target, stage);
    if (stage != kCurrent) continue;
    take_stage(secret, kPrevious);
    if (holder == nullptr) continue;
    std::erase(holder->stages, kPending);
    add_stage(*holder, kPrevious);
  }
}

std::string SecretRef::arn(std::string_view suffix) const {
  return fmt::format("arn:aws:secretsmanager:{}:{}:secret:{}-{}", region, account, name, suffix);
}

namespace keys {

std::string secrets(std::string_view account, std::string_view region) {
  return scope_key(account, region, 's');
}

std::string secret(const SecretRef& ref) {
  return secrets(ref.account, ref.region) + ref.name;
}

std::string values(const SecretRef& ref) {
  std::string key = scope_key(ref.account, ref.region, 'v');
  storage::append_part(key, ref.name);
  return key;
}

std::string value(const SecretRef& ref, std::string_view suffix, std::string_view version_id) {
  return values(ref).append(suffix).append(version_id);
}

}  // namespace keys

storage::Domains secret_domains(const SecretRef& ref) {
  return {storage::Domain::exclusive_on(spaces::kSecretsManager, keys::secret(ref)),
          storage::Domain::exclusive_on(spaces::kSecretsManager, keys::values(ref))};
}

std::string encode_secret(const Secret& secret) {
  return encode_fields(secret);
}

Secret decode_secret(std::string_view bytes) {
  return decode_fields<Secret>(bytes);
}

}  // namespace cumulite::secretsmanager
