#include <array>

#include "emulator/services/glacier/handlers.h"
#include "emulator/services/glacier/service.h"

namespace cumulite::glacier {

namespace {

namespace op = api::op;

constexpr RowOptions kStreams = {.streams_body = true};
constexpr RowOptions kBlocks = {.blocking = true};

const std::array kRows = {
    row<op::CreateVault, &create_vault>(),
    row<op::DescribeVault, &describe_vault>(),
    row<op::ListVaults, &list_vaults>(),
    row<op::DeleteVault, &delete_vault>(kBlocks),
    row<op::AddTagsToVault, &add_tags_to_vault>(),
    row<op::RemoveTagsFromVault, &remove_tags_from_vault>(),
    row<op::ListTagsForVault, &list_tags_for_vault>(),
    row<op::SetVaultNotifications, &set_vault_notifications>(),
    row<op::GetVaultNotifications, &get_vault_notifications>(),
    row<op::DeleteVaultNotifications, &delete_vault_notifications>(),
    row<op::UploadArchive, &upload_archive>(kStreams),
    row<op::DeleteArchive, &delete_archive>(),
    row<op::InitiateMultipartUpload, &initiate_multipart_upload>(),
    row<op::UploadMultipartPart, &upload_multipart_part>(kStreams),
    row<op::CompleteMultipartUpload, &complete_multipart_upload>(kBlocks),
    row<op::AbortMultipartUpload, &abort_multipart_upload>(),
    row<op::ListParts, &list_parts>(),
    row<op::ListMultipartUploads, &list_multipart_uploads>(),
    row<op::InitiateJob, &initiate_job>(),
    row<op::DescribeJob, &describe_job>(),
    row<op::ListJobs, &list_jobs>(),
    row<op::GetJobOutput, &get_job_output>(kBlocks),
    row<op::SetDataRetrievalPolicy, &set_data_retrieval_policy>(),
    row<op::GetDataRetrievalPolicy, &get_data_retrieval_policy>(),
    row<op::PurchaseProvisionedCapacity, &purchase_provisioned_capacity>(),
    row<op::ListProvisionedCapacity, &list_provisioned_capacity>(),
    row<op::SetVaultAccessPolicy, &set_vault_access_policy>(),
    row<op::GetVaultAccessPolicy, &get_vault_access_policy>(),
    row<op::DeleteVaultAccessPolicy, &delete_vault_access_policy>(),
    row<op::InitiateVaultLock, &initiate_vault_lock>(),
    row<op::CompleteVaultLock, &complete_vault_lock>(),
    row<op::AbortVaultLock, &abort_vault_lock>(),
    row<op::GetVaultLock, &get_vault_lock>(),
};

}  // namespace

std::span<const OperationRow> operation_rows() {
  return kRows;
}

}  // namespace cumulite::glacier
