#include <fmt/format.h>

#include "emulator/services/s3/configuration/change.h"
#include "emulator/services/s3/handlers.h"

/// S3 Metadata: the configurations of both versions are kept, checked and answered. The tables that
/// they ask for belong to S3 Tables, which this daemon does not serve: their status is FAILED, with
/// the error code that S3 documents for it.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/metadata-tables-overview.html
namespace cumulite::s3 {

namespace {

constexpr std::int32_t kExpirationDaysMin = 7;
constexpr std::string_view kStartOver =
    " To create a new metadata table, you must delete the metadata configuration for this bucket, "
    "and then create a new metadata configuration.";

Error no_metadata_configuration(const BucketRecord& bucket) {
  return errors::no_such_configuration("MetadataConfigurationNotFound",
                                       "The metadata configuration was not found", bucket.name);
}

Error version_one_only(std::string_view method) {
  return errors::method_not_allowed(method, "METADATACONFIGURATION");
}

api::ErrorDetails failure(std::string_view code, std::string_view message) {
  return {std::string(code), std::string(message).append(kStartOver)};
}

api::ErrorDetails table_failure() {
  return failure("ServerInternalError", "An internal error has occurred.");
}

Result<void> check_encryption(
    const std::optional<api::MetadataTableEncryptionConfiguration>& encryption) {
  if (!encryption) return {};
  const std::string algorithm = encryption->SseAlgorithm.value_or("");
  const bool kms = algorithm == "aws:kms";
  if ((!kms && algorithm != "AES256") || kms != encryption->KmsKeyArn.has_value()) {
    return errors::malformed_xml();
  }
  return {};
}

bool is_state(const std::optional<std::string>& state) {
  return state == "ENABLED" || state == "DISABLED";
}

Result<void> check_expiration(const std::optional<api::RecordExpiration>& expiration) {
  if (!expiration || !is_state(expiration->Expiration)) return errors::malformed_xml();
  const bool enabled = *expiration->Expiration == "ENABLED";
  if (enabled != expiration->Days.has_value()) return errors::malformed_xml();
  if (enabled && *expiration->Days < kExpirationDaysMin) {
    return errors::invalid_request(
        "Journal table records must be retained for a minimum of 7 days.");
  }
  return {};
}

/// An inventory or annotation table.
template <class Table>
Result<void> check_table(const std::optional<Table>& table) {
  if (!table) return {};
  if (!is_state(table->ConfigurationState)) return errors::malformed_xml();
  return check_encryption(table->EncryptionConfiguration);
}

template <class Request>
Result<model::Unit> create(Context& ctx, const Request& req, Configuration which,
                           const auto& value) {
  return change_bucket(ctx, req, [&](storage::Txn& txn, BucketRecord& bucket) -> Result<void> {
    if (bucket.has(Configuration::kMetadata) || bucket.has(Configuration::kMetadataTable)) {
      return Error{"MetadataConfigurationAlreadyExists",
                   "A metadata configuration already exists for the bucket.", 409}
          .with("BucketName", bucket.name);
    }
    write_configuration(txn, bucket, which, value);
    return {};
  });
}

/// Changes the bucket's configuration of version 2 by `change(api::MetadataConfiguration&)`.
template <class Request, class Change>
Result<model::Unit> update(Context& ctx, const Request& req, Change&& change) {
  return change_bucket(ctx, req, [&](storage::Txn& txn, BucketRecord& bucket) -> Result<void> {
    if (bucket.has(Configuration::kMetadataTable)) return version_one_only(ctx.request.method);
    auto found =
        read_configuration<api::MetadataConfiguration>(txn, bucket, Configuration::kMetadata);
    if (!found) return no_metadata_configuration(bucket);
    change(*found);
    write_configuration(txn, bucket, Configuration::kMetadata, *found);
    return {};
  });
}

/// Where a version 2 configuration has its tables: a bucket that AWS manages for the account.
std::string managed_bucket(const BucketRecord& bucket) {
  return fmt::format("arn:aws:s3tables:{}:{}:bucket/aws-s3", bucket.region, bucket.owner_account);
}

api::MetadataConfigurationResult describe(const BucketRecord& bucket,
                                          const api::MetadataConfiguration& configuration) {
  api::MetadataConfigurationResult out;
  out.DestinationResult = {"aws", managed_bucket(bucket), "b_" + bucket.name};
  auto& journal = out.JournalTableConfigurationResult.emplace();
  journal.TableStatus = "FAILED";
  journal.Error = table_failure();
  journal.TableName = "journal";
  journal.RecordExpiration = configuration.JournalTableConfiguration->RecordExpiration;
  const auto not_available = failure(
      "JournalTableNotAvailable",
      "The journal table that the inventory table relies on has a FAILED status. An inventory "
      "table requires a journal table with an ACTIVE status.");
  if (const auto& inventory = configuration.InventoryTableConfiguration) {
    auto& result = out.InventoryTableConfigurationResult.emplace();
    result.ConfigurationState = inventory->ConfigurationState;
    if (inventory->ConfigurationState == "ENABLED") {
      result.TableStatus = "FAILED";
      result.Error = not_available;
      result.TableName = "inventory";
    }
  }
  if (const auto& annotations = configuration.AnnotationTableConfiguration) {
    auto& result = out.AnnotationTableConfigurationResult.emplace();
    result.ConfigurationState = annotations->ConfigurationState;
    result.Role = annotations->Role;
    if (annotations->ConfigurationState == "ENABLED") {
      result.TableStatus = "FAILED";
      result.Error = table_failure();
      result.TableName = "annotation";
    }
  }
  return out;
}

api::MetadataTableConfigurationResult describe_table(
    const api::MetadataTableConfiguration& configuration) {
  const auto& destination = *configuration.S3TablesDestination;
  api::MetadataTableConfigurationResult out;
  out.S3TablesDestinationResult = {destination.TableBucketArn, destination.TableName,
                                   *destination.TableBucketArn + "/table/" + *destination.TableName,
                                   "aws_s3_metadata"};
  return out;
}

std::optional<api::MetadataTableConfiguration> read_table(const Context& ctx,
                                                          const BucketRecord& bucket) {
  return read_configuration<api::MetadataTableConfiguration>(ctx.env.store, bucket,
                                                             Configuration::kMetadataTable);
}

}  // namespace

Result<model::Unit> create_bucket_metadata_configuration(
    Context& ctx, const api::CreateBucketMetadataConfigurationRequest& req) {
  CUMULITE_TRY(load_bucket_of(ctx.env.store, req));
  if (!req.MetadataConfiguration || !req.MetadataConfiguration->JournalTableConfiguration) {
    return errors::malformed_xml();
  }
  const auto& journal = *req.MetadataConfiguration->JournalTableConfiguration;
  CUMULITE_TRY(check_expiration(journal.RecordExpiration));
  CUMULITE_TRY(check_encryption(journal.EncryptionConfiguration));
  CUMULITE_TRY(check_table(req.MetadataConfiguration->InventoryTableConfiguration));
  CUMULITE_TRY(check_table(req.MetadataConfiguration->AnnotationTableConfiguration));
  return create(ctx, req, Configuration::kMetadata, *req.MetadataConfiguration);
}

Result<api::GetBucketMetadataConfigurationOutput> get_bucket_metadata_configuration(
    Context& ctx, const api::GetBucketMetadataConfigurationRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  api::GetBucketMetadataConfigurationOutput out;
  auto& result = out.GetBucketMetadataConfigurationResult.emplace();
  if (const auto found = read_configuration<api::MetadataConfiguration>(ctx.env.store, bucket,
                                                                        Configuration::kMetadata)) {
    result.MetadataConfigurationResult = describe(bucket, *found);
    return out;
  }
  const auto table = read_table(ctx, bucket);
  if (!table) return no_metadata_configuration(bucket);
  const auto destination = *describe_table(*table).S3TablesDestinationResult;
  result.MetadataConfigurationResult.emplace().DestinationResult = {
      "customer", destination.TableBucketArn, destination.TableNamespace};
  return out;
}

Result<model::Unit> delete_bucket_metadata_configuration(
    Context& ctx, const api::DeleteBucketMetadataConfigurationRequest& req) {
  return change_bucket(ctx, req, [&](storage::Txn& txn, BucketRecord& bucket) -> Result<void> {
    const bool removed = remove_configuration(txn, bucket, Configuration::kMetadata) ||
                         remove_configuration(txn, bucket, Configuration::kMetadataTable);
    if (!removed) return no_metadata_configuration(bucket);
    return {};
  });
}

Result<model::Unit> update_bucket_metadata_inventory_table_configuration(
    Context& ctx, const api::UpdateBucketMetadataInventoryTableConfigurationRequest& req) {
  if (!req.InventoryTableConfiguration) return errors::malformed_xml();
  CUMULITE_TRY(check_table(req.InventoryTableConfiguration));
  return update(ctx, req, [&](api::MetadataConfiguration& configuration) {
    configuration.InventoryTableConfiguration = {
        req.InventoryTableConfiguration->ConfigurationState,
        req.InventoryTableConfiguration->EncryptionConfiguration};
  });
}

Result<model::Unit> update_bucket_metadata_journal_table_configuration(
    Context& ctx, const api::UpdateBucketMetadataJournalTableConfigurationRequest& req) {
  if (!req.JournalTableConfiguration) return errors::malformed_xml();
  CUMULITE_TRY(check_expiration(req.JournalTableConfiguration->RecordExpiration));
  return update(ctx, req, [&](api::MetadataConfiguration& configuration) {
    configuration.JournalTableConfiguration->RecordExpiration =
        req.JournalTableConfiguration->RecordExpiration;
  });
}

Result<model::Unit> update_bucket_metadata_annotation_table_configuration(
    Context& ctx, const api::UpdateBucketMetadataAnnotationTableConfigurationRequest& req) {
  if (!req.AnnotationTableConfiguration) return errors::malformed_xml();
  CUMULITE_TRY(check_table(req.AnnotationTableConfiguration));
  return update(ctx, req, [&](api::MetadataConfiguration& configuration) {
    const auto& asked = *req.AnnotationTableConfiguration;
    const auto& before = configuration.AnnotationTableConfiguration;
    std::optional<std::string> role = asked.Role;
    if (!role && before) role = before->Role;
    configuration.AnnotationTableConfiguration = {asked.ConfigurationState,
                                                  asked.EncryptionConfiguration, std::move(role)};
  });
}

Result<model::Unit> create_bucket_metadata_table_configuration(
    Context& ctx, const api::CreateBucketMetadataTableConfigurationRequest& req) {
  CUMULITE_TRY(load_bucket_of(ctx.env.store, req));
  const auto& configuration = req.MetadataTableConfiguration;
  if (!configuration || !configuration->S3TablesDestination ||
      !configuration->S3TablesDestination->TableBucketArn ||
      configuration->S3TablesDestination->TableName.value_or("").empty()) {
    return errors::malformed_xml();
  }
  if (!configuration->S3TablesDestination->TableBucketArn->starts_with("arn:aws:s3tables:")) {
    return errors::invalid_request("The table bucket ARN is not valid.");
  }
  return create(ctx, req, Configuration::kMetadataTable, *configuration);
}

Result<api::GetBucketMetadataTableConfigurationOutput> get_bucket_metadata_table_configuration(
    Context& ctx, const api::GetBucketMetadataTableConfigurationRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  if (bucket.has(Configuration::kMetadata)) return version_one_only(ctx.request.method);
  const auto found = read_table(ctx, bucket);
  if (!found) return no_metadata_configuration(bucket);
  api::GetBucketMetadataTableConfigurationOutput out;
  auto& result = out.GetBucketMetadataTableConfigurationResult.emplace();
  result.MetadataTableConfigurationResult = describe_table(*found);
  result.Status = "FAILED";
  result.Error = failure("TableBucketNotFound",
                         "The table bucket that you specified doesn't exist in this Amazon Web "
                         "Services Region and account. Create or choose a different table bucket.");
  return out;
}

Result<model::Unit> delete_bucket_metadata_table_configuration(
    Context& ctx, const api::DeleteBucketMetadataTableConfigurationRequest& req) {
  return change_bucket(ctx, req, [&](storage::Txn& txn, BucketRecord& bucket) -> Result<void> {
    if (bucket.has(Configuration::kMetadata)) return version_one_only(ctx.request.method);
    if (!remove_configuration(txn, bucket, Configuration::kMetadataTable))
      return no_metadata_configuration(bucket);
    return {};
  });
}

}  // namespace cumulite::s3
