#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/services/kms/key.h"

/// Grants, and their rows: `fields` lists tag and member.
namespace cumulite::kms {

struct Grant {
  std::string id;
  std::string token;
  std::string key_id;
  std::string name;
  std::string grantee;
  std::string retiring;  ///< Empty: nobody but who may revoke it.
  std::string issuer;
  std::int64_t created_ms = 0;
  std::vector<std::string> operations;
  std::vector<std::pair<std::string, std::string>> context_subset;
  std::vector<std::pair<std::string, std::string>> context_equals;
  std::string source_arn;

  static void fields(auto& self, auto&& field);
};

void erase_grants_of(storage::Txn& txn, const Place& place, std::string_view key_id);

}  // namespace cumulite::kms
