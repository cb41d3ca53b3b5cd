
#include "emulator/core/ids.h"
#include "emulator/core/spaces.h"
#include "emulator/events/captured.h"
#include "emulator/services/sns/access.h"
#include "emulator/services/sns/endpoint_rules.h"
#include "emulator/services/sns/operations.h"
#include "emulator/services/sns/sms.h"
#include "protocol/codec/json_document.h"

/// The sandbox of SMS: numbers to which an account may send before it leaves the sandbox. The
/// password that a number is sent is captured like any message.
namespace cumulite::sns {
namespace {

using nlohmann::json;

constexpr std::size_t kPasswordDigits = 6;
constexpr std::int32_t kResultsMax = 100;
constexpr std::size_t kNumbersMax = 10;

std::string new_password() {
  const std::string digits = std::to_string(ids::random_u64() % 1'000'000);
  return std::string(kPasswordDigits - digits.size(), '0') + digits;
}

}  // namespace

Result<api::CreateSMSSandboxPhoneNumberResult> create_sms_sandbox_phone_number(
    Context& ctx, const api::CreateSMSSandboxPhoneNumberInput& req) {
  CUMULITE_ASSIGN(const std::string number, check_phone_number(req.PhoneNumber));
  const std::string scope = sms_scope(ctx);
  const std::string password = new_password();
  CapturedMessage sms;
  sms.account = ctx.caller.account_id;
  sms.region = ctx.caller.region;
  sms.channel = "sms";
  sms.recipient = number;
  sms.body = "Your verification code is " + password;
  sms.sent_ms = ctx.now_ms;
  sms.id = ids::uuid();
  CUMULITE_TRY(ctx.env.store.transact(sms_domain(scope), [&](storage::Txn& txn) -> Result<void> {
    const std::string all = keys::sandbox(scope);
    const auto page = txn.range(spaces::kSns, all, keys::after(all), {.limit = kNumbersMax});
    const std::string key = keys::sandbox(scope, number);
    if (page.rows.size() >= kNumbersMax && !txn.get(spaces::kSns, key)) {
      return errors::user_error("The number of phone numbers in the sandbox exceeds the limit");
    }
    const json row = {{"number", number}, {"status", "Pending"}, {"password", password}};
    txn.put(spaces::kSns, key, row.dump());
    ctx.env.captured.add(txn, sms);
    return {};
  }));
  return api::CreateSMSSandboxPhoneNumberResult{};
}

Result<api::DeleteSMSSandboxPhoneNumberResult> delete_sms_sandbox_phone_number(
    Context& ctx, const api::DeleteSMSSandboxPhoneNumberInput& req) {
  CUMULITE_ASSIGN(const std::string number, check_phone_number(req.PhoneNumber));
  const std::string scope = sms_scope(ctx);
  const std::string key = keys::sandbox(scope, number);
  CUMULITE_TRY(ctx.env.store.transact(sms_domain(scope), [&](storage::Txn& txn) -> Result<void> {
    if (!txn.get(spaces::kSns, key)) return errors::resource_not_found();
    txn.del(spaces::kSns, key);
    return {};
  }));
  return api::DeleteSMSSandboxPhoneNumberResult{};
}

Result<api::VerifySMSSandboxPhoneNumberResult> verify_sms_sandbox_phone_number(
    Context& ctx, const api::VerifySMSSandboxPhoneNumberInput& req) {
  CUMULITE_ASSIGN(const std::string number, check_phone_number(req.PhoneNumber));
  const std::string scope = sms_scope(ctx);
  const std::string key = keys::sandbox(scope, number);
  CUMULITE_TRY(ctx.env.store.transact(sms_domain(scope), [&](storage::Txn& txn) -> Result<void> {
    const auto row = txn.get(spaces::kSns, key);
    if (!row) return errors::resource_not_found();
    json entry = json::parse(*row);
    if (entry.value("password", "") != req.OneTimePassword.value_or("")) {
      return errors::stale_sandbox_code();
    }
    entry["status"] = "Verified";
    txn.put(spaces::kSns, key, entry.dump());
    return {};
  }));
  return api::VerifySMSSandboxPhoneNumberResult{};
}

Result<api::GetSMSSandboxAccountStatusResult> get_sms_sandbox_account_status(
    Context& ctx, const api::GetSMSSandboxAccountStatusInput& req) {
  (void)ctx;
  (void)req;
  // Accounts begin in the sandbox and nobody takes them out. It keeps messages from a number only
  // when the account added numbers (is_kept_in_sandbox).
  return api::GetSMSSandboxAccountStatusResult{.IsInSandbox = true};
}

Result<api::ListSMSSandboxPhoneNumbersResult> list_sms_sandbox_phone_numbers(
    Context& ctx, const api::ListSMSSandboxPhoneNumbersInput& req) {
  const std::int32_t limit = req.MaxResults.value_or(kResultsMax);
  if (limit < 1 || limit > kResultsMax) return errors::invalid_parameter("MaxResults");
  CUMULITE_ASSIGN(const std::string after, page_start(req.NextToken));
  const std::string scope = sms_scope(ctx);
  const std::string all = keys::sandbox(scope);
  const std::string from = after.empty() ? all : keys::after(keys::sandbox(scope, after));
  const auto page = ctx.env.store.range(spaces::kSns, from, keys::after(all),
                                        {.limit = static_cast<std::size_t>(limit)});
  api::ListSMSSandboxPhoneNumbersResult answer;
  answer.PhoneNumbers.emplace();
  for (const auto& row : page.rows) {
    const json entry = json::parse(row.value);
    answer.PhoneNumbers->push_back(
        {.PhoneNumber = entry.value("number", ""), .Status = entry.value("status", "")});
  }
  if (page.more && !page.rows.empty()) {
    answer.NextToken = page_token(*answer.PhoneNumbers->back().PhoneNumber);
  }
  return answer;
}

}  // namespace cumulite::sns
