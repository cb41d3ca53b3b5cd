#include "emulator/services/s3/control.h"
#include "emulator/services/s3control/operations.h"

namespace cumulite::s3control {

namespace {

Result<api::GetPublicAccessBlockOutput> get_public_access_block(
    Context& ctx, const api::GetPublicAccessBlockRequest&) {
  const auto found = s3::read_account_block(ctx, ctx.caller.account_id);
  if (!found) return errors::no_public_access_block(ctx.caller.account_id);
  api::GetPublicAccessBlockOutput answer;
  answer.PublicAccessBlockConfiguration = {found->BlockPublicAcls, found->IgnorePublicAcls,
                                           found->BlockPublicPolicy, found->RestrictPublicBuckets};
  return answer;
}

Result<model::Unit> put_public_access_block(Context& ctx,
                                            const api::PutPublicAccessBlockRequest& req) {
  const api::PublicAccessBlockConfiguration& asked = *req.PublicAccessBlockConfiguration;
  s3::api::PublicAccessBlockConfiguration block;
  block.BlockPublicAcls = asked.BlockPublicAcls.value_or(false);
  block.IgnorePublicAcls = asked.IgnorePublicAcls.value_or(false);
  block.BlockPublicPolicy = asked.BlockPublicPolicy.value_or(false);
  block.RestrictPublicBuckets = asked.RestrictPublicBuckets.value_or(false);
  s3::write_account_block(ctx, ctx.caller.account_id, block);
  return model::Unit{};
}

Result<model::Unit> delete_public_access_block(Context& ctx,
                                               const api::DeletePublicAccessBlockRequest&) {
  s3::write_account_block(ctx, ctx.caller.account_id, std::nullopt);
  return model::Unit{};
}

/// None can be made here: there are none.
Result<api::ListAccessPointsResult> list_access_points(Context&,
                                                       const api::ListAccessPointsRequest&) {
  api::ListAccessPointsResult answer;
  answer.AccessPointList.emplace();
  return answer;
}

}  // namespace

std::span<const OperationRow> public_access_rows() {
  static const OperationRow rows[] = {
      row<api::op::GetPublicAccessBlock, &get_public_access_block>(),
      row<api::op::PutPublicAccessBlock, &put_public_access_block>(),
      row<api::op::DeletePublicAccessBlock, &delete_public_access_block>(),
      row<api::op::ListAccessPoints, &list_access_points>(),
  };
  return rows;
}

}  // namespace cumulite::s3control
