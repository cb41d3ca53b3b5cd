#include "emulator/services/application-autoscaling/operations.h"

/// What scaling has done and what it expects: nothing scales here, so there is neither.
namespace cumulite::application_autoscaling {
namespace {

Result<api::DescribeScalingActivitiesResponse> describe_scaling_activities(
    Context& ctx, const api::DescribeScalingActivitiesRequest& req) {
  // There are no rows of this kind: the request is checked like its neighbours'.
  constexpr char kActivity = 'h';
  CUMULITE_ASSIGN(auto page, list_rows(ctx,
                                       {kActivity, *req.ServiceNamespace, req.ResourceId,
                                        req.ScalableDimension, req.MaxResults, req.NextToken},
                                       {}));
  api::DescribeScalingActivitiesResponse answer;
  answer.ScalingActivities.emplace();
  answer.NextToken = std::move(page.next_token);
  return answer;
}

Result<api::GetPredictiveScalingForecastResponse> get_predictive_scaling_forecast(
    Context& ctx, const api::GetPredictiveScalingForecastRequest& req) {
  constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;
  constexpr std::int64_t kSpanMaxMs = 30 * kDayMs;
  CUMULITE_ASSIGN(const TargetName name, asked_target(ctx, *req.ServiceNamespace, *req.ResourceId,
                                                      *req.ScalableDimension));
  if (req.EndTime->ms <= req.StartTime->ms || req.EndTime->ms - req.StartTime->ms > kSpanMaxMs) {
    return errors::validation("The end time must be after the start time, by 30 days at most");
  }
  const auto policy = load_policy(ctx.env.store, name, *req.PolicyName);
  // The operation has no code of its own for a policy that is not there.
  if (!policy) return errors::validation(errors::policy_not_found(name, *req.PolicyName).message);
  if (policy->PolicyType != "PredictiveScaling") {
    return errors::validation("The scaling policy is not a predictive scaling policy");
  }
  return errors::validation(
      "There is no forecast for the scaling policy: a minimum of 24 hours of metric data is "
      "required");
}

}  // namespace

std::span<const OperationRow> activity_rows() {
  static const OperationRow rows[] = {
      row<api::op::DescribeScalingActivities, &describe_scaling_activities>(),
      row<api::op::GetPredictiveScalingForecast, &get_predictive_scaling_forecast>(),
  };
  return rows;
}

}  // namespace cumulite::application_autoscaling
