#include "emulator/services/glacier/retrieval/policy.h"

#include <fmt/format.h>

#include "emulator/core/records/shape_codec.h"
#include "emulator/core/spaces.h"
#include "emulator/services/glacier/errors.h"
#include "emulator/services/glacier/handlers.h"
#include "emulator/services/glacier/vault/vaults.h"

namespace cumulite::glacier {

namespace {

constexpr std::string_view kBytesPerHour = "BytesPerHour";

const model::Shape& policy_shape() {
  return input_member_shape(api::op::SetDataRetrievalPolicy::info(), "Policy");
}

std::string policy_key(std::string_view account, std::string_view region) {
  return keys::account_row(account, region, keys::AccountRow::kRetrievalPolicy);
}

Result<void> check(const api::DataRetrievalPolicy& policy) {
  if (!policy.Rules || policy.Rules->empty()) return errors::missing("Rules");
  if (policy.Rules->size() > 1) {
    return errors::invalid("A data retrieval policy can only have one rule.");
  }
  const api::DataRetrievalRule& rule = policy.Rules->front();
  if (!rule.Strategy) return errors::missing("Strategy");
  if (*rule.Strategy == kBytesPerHour) {
    if (!rule.BytesPerHour) return errors::missing("BytesPerHour");
    if (*rule.BytesPerHour <= 0) {
      return errors::invalid_value("BytesPerHour", fmt::to_string(*rule.BytesPerHour));
    }
    return {};
  }
  if (*rule.Strategy != "FreeTier" && *rule.Strategy != "None") {
    return errors::invalid_value("Strategy", *rule.Strategy);
  }
  if (rule.BytesPerHour) {
    return errors::invalid("BytesPerHour is only valid with the strategy BytesPerHour.");
  }
  return {};
}

}  // namespace

api::DataRetrievalRule retrieval_rule(const storage::Reader& reader, std::string_view account,
                                      std::string_view region) {
  const auto row = reader.get(spaces::kGlacier, policy_key(account, region));
  if (!row) return {"None"};
  api::DataRetrievalPolicy policy;
  decode_shape(policy_shape(), *row, &policy);
  return policy.Rules->front();
}

Result<Unit> set_data_retrieval_policy(Context& ctx, const api::SetDataRetrievalPolicyInput& req) {
  CUMULITE_ASSIGN(const std::string account,
                  account_of(ctx, req.accountId, "SetDataRetrievalPolicy"));
  if (!req.Policy) return errors::missing("Policy");
  CUMULITE_TRY(check(*req.Policy));
  const std::string& region = ctx.caller.region;
  ctx.env.store.transact({account_domain(account, region, keys::AccountRow::kRetrievalPolicy)},
                         [&](storage::Txn& txn) {
                           txn.put(spaces::kGlacier, policy_key(account, region),
                                   encode_shape(policy_shape(), &*req.Policy));
                         });
  return Unit{};
}

Result<api::GetDataRetrievalPolicyOutput> get_data_retrieval_policy(
    Context& ctx, const api::GetDataRetrievalPolicyInput& req) {
  CUMULITE_ASSIGN(const std::string account,
                  account_of(ctx, req.accountId, "GetDataRetrievalPolicy"));
  api::GetDataRetrievalPolicyOutput out;
  out.Policy.emplace().Rules.emplace().push_back(
      retrieval_rule(ctx.env.store, account, ctx.caller.region));
  return out;
}

}  // namespace cumulite::glacier
