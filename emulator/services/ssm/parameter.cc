#include "emulator/services/ssm/parameter.h"

#include <fmt/format.h>

#include "emulator/core/helper_spaces.h"
#include "emulator/core/records/field_table.h"
#include "emulator/core/row_service.h"
#include "storage/kv/key_codec.h"

namespace cumulite::ssm {
// Tags are what is on disk: a member keeps its own, and one that goes leaves a gap.
void Version::fields(auto& self, auto&& field) {
  field(1, self.number);
  field(2, self.type);
  field(3, self.value);
  field(4, self.description);
  field(5, self.key_id);
  field(6, self.pattern);
  field(7, self.tier);
  field(8, self.data_type);
  field(9, self.user);
  field(10, self.modified_ms);
  field(11, self.labels);
}

void Parameter::fields(auto& self, auto&& field) {
  field(12, self.latest);
  field(13, self.tags);
}

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
  return encode_fields(version);
}

Version decode_version(std::string_view bytes) {
  return decode_fields<Version>(bytes);
}

std::string encode_parameter(const Parameter& parameter) {
  return encode_fields(parameter);
}

Parameter decode_parameter(std::string_view bytes) {
  return decode_fields<Parameter>(bytes);
}

}  // namespace cumulite::ssm
