#pragma once

#include "api/glacier.h"
#include "emulator/core/context.h"
#include "protocol/result.h"

/// The operations of Glacier, one function each; operations.cc makes rows of them.
/// https://docs.aws.amazon.com/amazonglacier/latest/dev/amazon-glacier-api.html
namespace cumulite::glacier {

using model::Unit;

// vault/
Result<api::CreateVaultOutput> create_vault(Context& ctx, const api::CreateVaultInput& req);
Result<api::DescribeVaultOutput> describe_vault(Context& ctx, const api::DescribeVaultInput& req);
Result<api::ListVaultsOutput> list_vaults(Context& ctx, const api::ListVaultsInput& req);
Result<Unit> delete_vault(Context& ctx, const api::DeleteVaultInput& req);
Result<Unit> add_tags_to_vault(Context& ctx, const api::AddTagsToVaultInput& req);
Result<Unit> remove_tags_from_vault(Context& ctx, const api::RemoveTagsFromVaultInput& req);
Result<api::ListTagsForVaultOutput> list_tags_for_vault(Context& ctx,
                                                        const api::ListTagsForVaultInput& req);
Result<Unit> set_vault_notifications(Context& ctx, const api::SetVaultNotificationsInput& req);
Result<api::GetVaultNotificationsOutput> get_vault_notifications(
    Context& ctx, const api::GetVaultNotificationsInput& req);
Result<Unit> delete_vault_notifications(Context& ctx,
                                        const api::DeleteVaultNotificationsInput& req);

// archive/
Result<api::ArchiveCreationOutput> upload_archive(Context& ctx, const api::UploadArchiveInput& req);
Result<Unit> delete_archive(Context& ctx, const api::DeleteArchiveInput& req);

// multipart/
Result<api::InitiateMultipartUploadOutput> initiate_multipart_upload(
    Context& ctx, const api::InitiateMultipartUploadInput& req);
Result<api::UploadMultipartPartOutput> upload_multipart_part(
    Context& ctx, const api::UploadMultipartPartInput& req);
Result<api::ArchiveCreationOutput> complete_multipart_upload(
    Context& ctx, const api::CompleteMultipartUploadInput& req);
Result<Unit> abort_multipart_upload(Context& ctx, const api::AbortMultipartUploadInput& req);
Result<api::ListPartsOutput> list_parts(Context& ctx, const api::ListPartsInput& req);
Result<api::ListMultipartUploadsOutput> list_multipart_uploads(
    Context& ctx, const api::ListMultipartUploadsInput& req);

// job/
Result<api::InitiateJobOutput> initiate_job(Context& ctx, const api::InitiateJobInput& req);
Result<api::GlacierJobDescription> describe_job(Context& ctx, const api::DescribeJobInput& req);
Result<api::ListJobsOutput> list_jobs(Context& ctx, const api::ListJobsInput& req);
Result<api::GetJobOutputOutput> get_job_output(Context& ctx, const api::GetJobOutputInput& req);

// retrieval/
Result<Unit> set_data_retrieval_policy(Context& ctx, const api::SetDataRetrievalPolicyInput& req);
Result<api::GetDataRetrievalPolicyOutput> get_data_retrieval_policy(
    Context& ctx, const api::GetDataRetrievalPolicyInput& req);
Result<api::PurchaseProvisionedCapacityOutput> purchase_provisioned_capacity(
    Context& ctx, const api::PurchaseProvisionedCapacityInput& req);
Result<api::ListProvisionedCapacityOutput> list_provisioned_capacity(
    Context& ctx, const api::ListProvisionedCapacityInput& req);

// policy/
Result<Unit> set_vault_access_policy(Context& ctx, const api::SetVaultAccessPolicyInput& req);
Result<api::GetVaultAccessPolicyOutput> get_vault_access_policy(
    Context& ctx, const api::GetVaultAccessPolicyInput& req);
Result<Unit> delete_vault_access_policy(Context& ctx, const api::DeleteVaultAccessPolicyInput& req);
Result<api::InitiateVaultLockOutput> initiate_vault_lock(Context& ctx,
                                                         const api::InitiateVaultLockInput& req);
Result<Unit> complete_vault_lock(Context& ctx, const api::CompleteVaultLockInput& req);
Result<Unit> abort_vault_lock(Context& ctx, const api::AbortVaultLockInput& req);
Result<api::GetVaultLockOutput> get_vault_lock(Context& ctx, const api::GetVaultLockInput& req);

}  // namespace cumulite::glacier
