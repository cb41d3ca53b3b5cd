#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/kv/store.h"

/// Parameters, and their rows: `fields` lists tag and member (emulator/core/records/field_table.h).
namespace cumulite::ssm {

inline constexpr std::string_view kSecureString = "SecureString";

/// One version of a parameter; all that a history shows of it.
struct Version {
  std::int64_t number = 0;
  std::string type;
  std::string value;  ///< Sealed, of a SecureString.
  std::string description;
  std::string key_id;
  std::string pattern;
  std::string tier;
  std::string data_type;
  std::string user;  ///< ARN of who wrote it.
  std::int64_t modified_ms = 0;
  std::vector<std::string> labels;

  static void fields(auto& self, auto&& field);
};

/// A parameter: its tags, and its latest version whole.
struct Parameter {
  Version latest;
  std::vector<std::pair<std::string, std::string>> tags;

  static void fields(auto& self, auto&& field);
};

/// Names a parameter: unique in an account's region.
struct ParameterRef {
  std::string account;
  std::string region;
  std::string name;

  std::string arn() const;
};

/// Keys of space kSsm, made only here: account and region, then
///   p NAME          the parameter
///   v NAME number   its earlier and latest versions
/// and, without a region, the account's key (sealing.h).
namespace keys {

std::string parameters(std::string_view account, std::string_view region);
std::string parameter(const ParameterRef& ref);
/// Prefix of the versions.
std::string versions(const ParameterRef& ref);
std::string version(const ParameterRef& ref, std::int64_t number);

}  // namespace keys

/// For a transaction that changes a parameter.
storage::Domains parameter_domains(const ParameterRef& ref);

std::string encode_version(const Version& version);
/// Throws storage::StorageError on a corrupt row, as the others do.
Version decode_version(std::string_view bytes);
std::string encode_parameter(const Parameter& parameter);
Parameter decode_parameter(std::string_view bytes);

}  // namespace cumulite::ssm
