#include "emulator/services/ssm/parameter.h"

#include <fmt/format.h>

#include "emulator/core/helper_spaces.h"
#include "emulator/core/records/fields.h"
#include "emulator/core/row_service.h"
#include "storage/kv/key_codec.h"

namespace cumulite::ssm {
namespace {

/// The fields of rows, by name.
struct Field {
  enum Tag : std::uint8_t {
    kNumber = 1,
    kType,
    kValue,
    kDescription,
    kKey,
    kPattern,
    kTier,
    kDataType,
    kUser,
    kModified,
    kLabel,
    kLatest,
    kTagPair,
  };
};

}  // namespace

std::string ParameterRef::arn() const {
  return fmt::format("arn:aws:ssm:{}:{}:parameter{}{}", region, account,
                     name.starts_with('/') ? "" : "/", name);
}

namespace keys {

std::string parameters(std::string_view account, std::string_view region) {
  return scope_key(account, region, 'p');
}

std::string parameter(const ParameterRef& ref) {
  return parameters(ref.account, ref.region) + ref.name;
}

std::string versions(const ParameterRef& ref) {
  std::string key = scope_key(ref.account, ref.region, 'v');
  storage::append_part(key, ref.name);
  return key;
}

std::string version(const ParameterRef& ref, std::int64_t number) {
  std::string key = versions(ref);
  storage::append_i64(key, number);
  return key;
}

}  // namespace keys

storage::Domains parameter_domains(const ParameterRef& ref) {
  return {storage::Domain::exclusive_on(spaces::kSsm, keys::parameter(ref)),
          storage::Domain::exclusive_on(spaces::kSsm, keys::versions(ref))};
}

std::string encode_version(const Version& version) {
  FieldWriter writer;
  writer.number(Field::kNumber, static_cast<std::uint64_t>(version.number));
  writer.text(Field::kType, version.type);
  writer.text(Field::kValue, version.value);
  writer.text(Field::kDescription, version.description);
  writer.text(Field::kKey, version.key_id);
  writer.text(Field::kPattern, version.pattern);
  writer.text(Field::kTier, version.tier);
  writer.text(Field::kDataType, version.data_type);
  writer.text(Field::kUser, version.user);
  writer.number(Field::kModified, static_cast<std::uint64_t>(version.modified_ms));
  for (const std::string& label : version.labels) writer.text(Field::kLabel, label);
  return writer.take();
}

Version decode_version(std::string_view bytes) {
  Version version;
  FieldReader reader(bytes);
  const auto text = [&](std::uint8_t tag, std::string& member) {
    if (reader.tag() == tag) member = reader.text();
  };
  while (reader.next()) {
    text(Field::kType, version.type);
    text(Field::kValue, version.value);
    text(Field::kDescription, version.description);
    text(Field::kKey, version.key_id);
    text(Field::kPattern, version.pattern);
    text(Field::kTier, version.tier);
    text(Field::kDataType, version.data_type);
    text(Field::kUser, version.user);
    if (reader.tag() == Field::kLabel) version.labels.emplace_back(reader.text());
    if (reader.tag() == Field::kNumber) version.number = static_cast<std::int64_t>(reader.number());
    if (reader.tag() == Field::kModified)
      version.modified_ms = static_cast<std::int64_t>(reader.number());
  }
  return version;
}

std::string encode_parameter(const Parameter& parameter) {
  FieldWriter writer;
  writer.text(Field::kLatest, encode_version(parameter.latest));
  for (const auto& [key, value] : parameter.tags) writer.pair(Field::kTagPair, key, value);
  return writer.take();
}

Parameter decode_parameter(std::string_view bytes) {
  Parameter parameter;
  FieldReader reader(bytes);
  while (reader.next()) {
    if (reader.tag() == Field::kLatest) parameter.latest = decode_version(reader.text());
    if (reader.tag() == Field::kTagPair) parameter.tags.push_back(reader.pair());
  }
  return parameter;
}

}  // namespace cumulite::ssm
