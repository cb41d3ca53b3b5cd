#include "emulator/services/sns/sms.h"

#include <algorithm>
#include <charconv>

#include "emulator/core/spaces.h"
#include "emulator/services/sns/access.h"
#include "emulator/services/sns/endpoint_rules.h"
#include "emulator/services/sns/operations.h"
#include "protocol/codec/json_document.h"

namespace cumulite::sns {
namespace {

using nlohmann::json;

Attributes load_attributes(const storage::Reader& reader, const std::string& scope) {
  const auto row = reader.get(spaces::kSns, keys::sms_attributes(scope));
  if (!row) return {};
  return json::parse(*row).get<Attributes>();
}

bool is_number_up_to(const std::string& text, int max) {
  int value = -1;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ec == std::errc() && read.ptr == text.data() + text.size() && value >= 0 &&
         value <= max;
}

Result<void> check_attribute(const std::string& name, const std::string& value) {
  const auto require = [&](bool condition) {
    return condition ? Result<void>() : Result<void>(errors::invalid(name + " is invalid"));
  };
  if (name == "MonthlySpendLimit") return require(is_number_up_to(value, 1'000'000'000));
  if (name == "DeliveryStatusIAMRole") return require(value.empty() || value.starts_with("arn:"));
  if (name == "DeliveryStatusSuccessSamplingRate") return require(is_number_up_to(value, 100));
  if (name == "DefaultSenderID") return require(value.size() <= 11);
  if (name == "DefaultSMSType") return require(value == "Promotional" || value == "Transactional");
  if (name == "UsageReportS3Bucket") return {};
  return errors::invalid(name + " is not a valid attribute");
}

}  // namespace

Attributes sms_settings(const storage::Reader& reader, std::string_view account,
                        std::string_view region) {
  return load_attributes(reader, keys::sms(account, region));
}

std::string sms_scope(Context& ctx) {
  return keys::sms(ctx.caller.account_id, ctx.caller.region);
}

storage::Domains sms_domain(const std::string& key) {
  return {storage::Domain::exclusive_on(spaces::kSns, key)};
}

Result<std::string> check_phone_number(const std::optional<std::string>& number) {
  if (number && is_e164(*number)) return *number;
  return errors::invalid_parameter("PhoneNumber Reason: input incorrectly formatted");
}

bool is_opted_out(Environment& env, std::string_view account, std::string_view region,
                  std::string_view number) {
  return env.store.get(spaces::kSns, keys::opted_out(keys::sms(account, region), number))
      .has_value();
}

bool is_kept_in_sandbox(Environment& env, std::string_view account, std::string_view region,
                        std::string_view number) {
  const std::string scope = keys::sms(account, region);
  if (const auto row = env.store.get(spaces::kSns, keys::sandbox(scope, number))) {
    return json::parse(*row).value("status", "") != "Verified";
  }
  const std::string all = keys::sandbox(scope);
  return !env.store.range(spaces::kSns, all, keys::after(all), {.limit = 1}).rows.empty();
}

void opt_out(Environment& env, std::string_view account, std::string_view region,
             std::string_view number) {
  const std::string scope = keys::sms(account, region);
  env.store.transact(sms_domain(scope), [&](storage::Txn& txn) {
    txn.put(spaces::kSns, keys::opted_out(scope, number), number);
  });
}

Result<api::GetSMSAttributesResponse> get_sms_attributes(Context& ctx,
                                                         const api::GetSMSAttributesInput& req) {
  Attributes attributes = load_attributes(ctx.env.store, sms_scope(ctx));
  // In US dollars; what an account has before it asks for more.
  if (model::find(attributes, "MonthlySpendLimit") == nullptr) {
    attributes.emplace_back("MonthlySpendLimit", "1");
  }
  if (req.attributes && !req.attributes->empty()) {
    std::erase_if(attributes, [&](const auto& attribute) {
      return std::find(req.attributes->begin(), req.attributes->end(), attribute.first) ==
             req.attributes->end();
    });
  }
  return api::GetSMSAttributesResponse{.attributes = std::move(attributes)};
}

Result<api::SetSMSAttributesResponse> set_sms_attributes(Context& ctx,
                                                         const api::SetSMSAttributesInput& req) {
  if (!req.attributes) return errors::validation_null("attributes");
  const Attributes& given = *req.attributes;
  for (const auto& [name, value] : given) CUMULITE_TRY(check_attribute(name, value));
  const std::string scope = sms_scope(ctx);
  ctx.env.store.transact(sms_domain(scope), [&](storage::Txn& txn) {
    Attributes attributes = load_attributes(txn, scope);
    for (const auto& [name, value] : given) set_attribute(attributes, name, value);
    txn.put(spaces::kSns, keys::sms_attributes(scope), json(attributes).dump());
  });
  return api::SetSMSAttributesResponse{};
}

Result<api::CheckIfPhoneNumberIsOptedOutResponse> check_if_phone_number_is_opted_out(
    Context& ctx, const api::CheckIfPhoneNumberIsOptedOutInput& req) {
  CUMULITE_ASSIGN(const std::string number, check_phone_number(req.phoneNumber));
  return api::CheckIfPhoneNumberIsOptedOutResponse{
      .isOptedOut = is_opted_out(ctx.env, ctx.caller.account_id, ctx.caller.region, number)};
}

Result<api::ListPhoneNumbersOptedOutResponse> list_phone_numbers_opted_out(
    Context& ctx, const api::ListPhoneNumbersOptedOutInput& req) {
  CUMULITE_ASSIGN(const std::string after, page_start(req.nextToken));
  const std::string scope = sms_scope(ctx);
  const std::string all = keys::opted_out(scope);
  const std::string from = after.empty() ? all : keys::after(keys::opted_out(scope, after));
  const auto page = ctx.env.store.range(spaces::kSns, from, keys::after(all), {.limit = kPageSize});
  api::ListPhoneNumbersOptedOutResponse answer;
  answer.phoneNumbers.emplace();
  for (const auto& row : page.rows) answer.phoneNumbers->push_back(row.value);
  if (page.more && !page.rows.empty()) answer.nextToken = page_token(page.rows.back().value);
  return answer;
}

Result<api::OptInPhoneNumberResponse> opt_in_phone_number(Context& ctx,
                                                          const api::OptInPhoneNumberInput& req) {
  CUMULITE_ASSIGN(const std::string number, check_phone_number(req.phoneNumber));
  const std::string scope = sms_scope(ctx);
  ctx.env.store.transact(sms_domain(scope), [&](storage::Txn& txn) {
    txn.del(spaces::kSns, keys::opted_out(scope, number));
  });
  return api::OptInPhoneNumberResponse{};
}

Result<api::ListOriginationNumbersResult> list_origination_numbers(
    Context& ctx, const api::ListOriginationNumbersRequest& req) {
  (void)ctx;
  // Numbers to send from are bought, which nobody does here.
  CUMULITE_TRY(page_start(req.NextToken));
  api::ListOriginationNumbersResult answer;
  answer.PhoneNumbers.emplace();
  return answer;
}

}  // namespace cumulite::sns
