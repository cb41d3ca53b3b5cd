#include "emulator/services/application-autoscaling/operations.h"
#include "emulator/services/application-autoscaling/policy.h"

namespace cumulite::application_autoscaling {
namespace {

constexpr std::size_t kPoliciesMax = 50;

/// The request's configuration into the policy; a policy that is there keeps what is not given.
void apply_policy(const api::PutScalingPolicyRequest& req, api::ScalingPolicy& policy) {
  const auto take = [](const auto& from, auto& to) {
    if (from) to = from;
  };
  if (req.PolicyType && req.PolicyType != policy.PolicyType) {
    policy.PolicyType = req.PolicyType;
    policy.StepScalingPolicyConfiguration.reset();
    policy.TargetTrackingScalingPolicyConfiguration.reset();
    policy.PredictiveScalingPolicyConfiguration.reset();
    policy.Alarms.reset();
  }
  take(req.StepScalingPolicyConfiguration, policy.StepScalingPolicyConfiguration);
  take(req.TargetTrackingScalingPolicyConfiguration,
       policy.TargetTrackingScalingPolicyConfiguration);
  take(req.PredictiveScalingPolicyConfiguration, policy.PredictiveScalingPolicyConfiguration);
}

Result<api::PutScalingPolicyResponse> put_scaling_policy(Context& ctx,
                                                         const api::PutScalingPolicyRequest& req) {
  CUMULITE_ASSIGN(const TargetName name, asked_target(ctx, *req.ServiceNamespace, *req.ResourceId,
                                                      *req.ScalableDimension));
  const AlarmIds alarms = make_alarm_ids();
  return ctx.env.store.transact(
      scaling_domains(name.account, name.region),
      [&](storage::Txn& txn) -> Result<api::PutScalingPolicyResponse> {
        const auto target = load_target(txn, name);
        if (!target) return errors::not_registered(name);
        auto policy = load_policy(txn, name, *req.PolicyName);
        if (!policy) {
          if (count_rows(txn, keys::policies(name), kPoliciesMax) == kPoliciesMax) {
            return errors::limit_exceeded("scaling policies for a scalable target", kPoliciesMax);
          }
          policy = make_policy(name, *target, *req.PolicyName, ctx.now_ms);
        }
        apply_policy(req, *policy);
        CUMULITE_TRY(check_policy(name, *policy));
        CUMULITE_TRY(check_metric_is_free(txn, name, *policy));
        attach_alarms(name, alarms, *policy);
        store_policy(txn, name, *policy);
        return api::PutScalingPolicyResponse{policy->PolicyARN, policy->Alarms};
      });
}

Result<api::DescribeScalingPoliciesResponse> describe_scaling_policies(
    Context& ctx, const api::DescribeScalingPoliciesRequest& req) {
  constexpr std::int32_t kPoliciesOnPage = 10;
  CUMULITE_ASSIGN(auto page,
                  list_rows(ctx,
                            {'p', *req.ServiceNamespace, req.ResourceId, req.ScalableDimension,
                             req.MaxResults, req.NextToken, kPoliciesOnPage},
                            [&](const storage::KeyValue& row) {
                              return is_asked(req.PolicyNames, decode_policy(row.value).PolicyName);
                            }));
  api::DescribeScalingPoliciesResponse answer;
  answer.ScalingPolicies.emplace();
  for (const auto& row : page.rows) answer.ScalingPolicies->push_back(decode_policy(row.value));
  answer.NextToken = std::move(page.next_token);
  return answer;
}

Result<api::DeleteScalingPolicyResponse> delete_scaling_policy(
    Context& ctx, const api::DeleteScalingPolicyRequest& req) {
  CUMULITE_ASSIGN(const TargetName name, asked_target(ctx, *req.ServiceNamespace, *req.ResourceId,
                                                      *req.ScalableDimension));
  CUMULITE_TRY(ctx.env.store.transact(scaling_domains(name.account, name.region),
                                      [&](storage::Txn& txn) -> Result<void> {
                                        if (!load_policy(txn, name, *req.PolicyName)) {
                                          return errors::policy_not_found(name, *req.PolicyName);
                                        }
                                        erase_policy(txn, name, *req.PolicyName);
                                        return {};
                                      }));
  return api::DeleteScalingPolicyResponse{};
}

}  // namespace

std::span<const OperationRow> policy_rows() {
  static const OperationRow rows[] = {
      row<api::op::DeleteScalingPolicy, &delete_scaling_policy>(),
      row<api::op::DescribeScalingPolicies, &describe_scaling_policies>(),
      row<api::op::PutScalingPolicy, &put_scaling_policy>(),
  };
  return rows;
}

}  // namespace cumulite::application_autoscaling
