#include "emulator/services/secretsmanager/secret.h"

#include <algorithm>

#include <fmt/format.h>

#include "emulator/core/helper_spaces.h"
#include "emulator/core/records/fields.h"
#include "emulator/core/row_service.h"
#include "storage/kv/key_codec.h"

namespace cumulite::secretsmanager {
namespace {

/// The fields of rows, by name.
struct Field {
  enum Tag : std::uint8_t {
    kName = 1,
    kSuffix,
    kDescription,
    kKey,
    kPolicy,
    kType,
    kCreated,
    kChanged,
    kAccessed,
    kDeletion,
    kTagPair,
    kVersion,
    kVersionId,
    kStage,
    kTagged,
    kRotation,
  };
};

std::uint64_t number_of(std::int64_t ms) {
  return static_cast<std::uint64_t>(ms);
}

std::string encode_version(const Version& version) {
  FieldWriter writer;
  writer.text(Field::kVersionId, version.id);
  for (const std::string& stage : version.stages) writer.text(Field::kStage, stage);
  writer.number(Field::kCreated, number_of(version.created_ms));
  writer.number(Field::kAccessed, number_of(version.accessed_ms));
  return writer.take();
}

Version decode_version(std::string_view bytes) {
  Version version;
  FieldReader reader(bytes);
  while (reader.next()) {
    if (reader.tag() == Field::kVersionId) version.id = reader.text();
    if (reader.tag() == Field::kStage) version.stages.emplace_back(reader.text());
    if (reader.tag() == Field::kCreated)
      version.created_ms = static_cast<std::int64_t>(reader.number());
    if (reader.tag() == Field::kAccessed)
      version.accessed_ms = static_cast<std::int64_t>(reader.number());
  }
  return version;
}

/// The fields of a rotation, by name; its row bytes are a field of the secret's.
struct RotationField {
  enum Tag : std::uint8_t { kFunction = 1, kOn, kInterval, kSchedule, kDuration, kLast, kNext };
};

std::string encode_rotation(const Rotation& rotation) {
  FieldWriter writer;
  writer.text(RotationField::kFunction, rotation.function_arn);
  writer.number(RotationField::kOn, rotation.is_on ? 1 : 0);
  writer.number(RotationField::kInterval, number_of(rotation.interval_ms));
  writer.text(RotationField::kSchedule, rotation.schedule);
  writer.text(RotationField::kDuration, rotation.duration);
  writer.number(RotationField::kLast, number_of(rotation.last_ms));
  writer.number(RotationField::kNext, number_of(rotation.next_ms));
  return writer.take();
}

Rotation decode_rotation(std::string_view bytes) {
  Rotation rotation;
  FieldReader reader(bytes);
  const auto number = [&](std::uint8_t tag, std::int64_t& member) {
    if (reader.tag() == tag) member = static_cast<std::int64_t>(reader.number());
  };
  while (reader.next()) {
    if (reader.tag() == RotationField::kFunction) rotation.function_arn = reader.text();
    if (reader.tag() == RotationField::kOn) rotation.is_on = reader.number() != 0;
    if (reader.tag() == RotationField::kSchedule) rotation.schedule = reader.text();
    if (reader.tag() == RotationField::kDuration) rotation.duration = reader.text();
    number(RotationField::kInterval, rotation.interval_ms);
    number(RotationField::kLast, rotation.last_ms);
    number(RotationField::kNext, rotation.next_ms);
  }
  return rotation;
}

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
  FieldWriter writer;
  writer.text(Field::kName, secret.name);
  writer.text(Field::kSuffix, secret.suffix);
  writer.text(Field::kDescription, secret.description);
  writer.text(Field::kKey, secret.kms_key_id);
  writer.text(Field::kPolicy, secret.policy);
  writer.text(Field::kType, secret.type);
  writer.number(Field::kCreated, number_of(secret.created_ms));
  writer.number(Field::kChanged, number_of(secret.changed_ms));
  writer.number(Field::kAccessed, number_of(secret.accessed_ms));
  writer.number(Field::kDeletion, number_of(secret.deletion_ms));
  if (!secret.rotation.function_arn.empty()) {
    writer.text(Field::kRotation, encode_rotation(secret.rotation));
  }
  if (secret.tagged) writer.number(Field::kTagged, 1);
  for (const auto& [name, value] : secret.tags) writer.pair(Field::kTagPair, name, value);
  for (const Version& version : secret.versions)
    writer.text(Field::kVersion, encode_version(version));
  return writer.take();
}

Secret decode_secret(std::string_view bytes) {
  Secret secret;
  FieldReader reader(bytes);
  const auto text = [&](std::uint8_t tag, std::string& member) {
    if (reader.tag() == tag) member = reader.text();
  };
  const auto number = [&](std::uint8_t tag, std::int64_t& member) {
    if (reader.tag() == tag) member = static_cast<std::int64_t>(reader.number());
  };
  while (reader.next()) {
    text(Field::kName, secret.name);
    text(Field::kSuffix, secret.suffix);
    text(Field::kDescription, secret.description);
    text(Field::kKey, secret.kms_key_id);
    text(Field::kPolicy, secret.policy);
    text(Field::kType, secret.type);
    number(Field::kCreated, secret.created_ms);
    number(Field::kChanged, secret.changed_ms);
    number(Field::kAccessed, secret.accessed_ms);
    number(Field::kDeletion, secret.deletion_ms);
    if (reader.tag() == Field::kRotation) secret.rotation = decode_rotation(reader.text());
    if (reader.tag() == Field::kTagged) secret.tagged = true;
    if (reader.tag() == Field::kTagPair) secret.tags.push_back(reader.pair());
    if (reader.tag() == Field::kVersion) secret.versions.push_back(decode_version(reader.text()));
  }
  return secret;
}

}  // namespace cumulite::secretsmanager
