#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cumulite {

enum class AuthMode : std::uint8_t {
  kOff,      ///< Form, and expiry of presigned URLs, only.
  kWarn,     ///< Verifies and logs what enforce would refuse.
  kEnforce,  ///< Refuses.
};

/// For how long SQS refuses the name of a deleted queue, and a second purge.
enum class SqsCooldowns : std::uint8_t {
  kStrict,  ///< 60 s, as AWS does.
  kIdle,    ///< 60 s too, but a queue to which something was sent since may be purged again.
  kOff,     ///< Not at all.
};

/// What the services may read of the configuration. emulator/daemon/config fills it.
struct Settings {
  std::string default_account = "000000000000";
  std::string default_region = "us-east-1";
  AuthMode auth = AuthMode::kOff;
  std::string endpoint_url;  ///< How functions and returned URLs reach us: "http://127.0.0.1:4566".
  std::string data_directory;  ///< Absolute.
  std::uint64_t seed = 0;      ///< Makes chosen durations (Glacier tiers) repeatable.
  bool glacier_inventory_immediate = false;
  /// Expedited retrievals that an account may have in progress at once; nullopt: any number.
  std::optional<std::uint64_t> glacier_expedited_capacity = {};
  /// Web origins that may read answers of services other than S3, beside loopback ones; "*": all.
  std::vector<std::string> cors_origins = {};
  SqsCooldowns sqs_cooldowns = SqsCooldowns::kIdle;
  /// DynamoDB refuses a second change of some settings of a table for a while, as AWS does.
  bool dynamodb_cooldowns = false;
  /// DynamoDB words what is wrong with a request as most of AWS's Regions do since mid-2026.
  bool dynamodb_current_words = false;
};

}  // namespace cumulite
