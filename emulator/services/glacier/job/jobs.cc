#include "emulator/services/glacier/job/jobs.h"

#include <algorithm>
#include <vector>

#include "emulator/core/spaces.h"
#include "emulator/events/payloads.h"
#include "emulator/services/glacier/errors.h"
#include "emulator/services/glacier/job/parameters.h"
#include "emulator/services/glacier/vault/notifications.h"
#include "protocol/codec/json_writer.h"

namespace cumulite::glacier {

std::optional<JobRecord> find_job(const storage::Reader& reader, const VaultRef& vault,
                                  std::string_view id) {
  const std::string key = keys::content(vault, keys::Content::kJob, id);
  if (key.empty()) return std::nullopt;
  const auto row = reader.get(spaces::kGlacier, key);
  if (!row) return std::nullopt;
  return JobRecord::decode(*row);
}

Result<JobRecord> load_job(const storage::Reader& reader, const VaultRef& vault,
                           std::string_view id) {
  auto job = find_job(reader, vault, id);
  if (!job) return errors::job_not_found(id);
  return std::move(*job);
}

void save_job(storage::Txn& txn, const VaultRef& vault, const JobRecord& job) {
  txn.put(spaces::kGlacier,
          keys::content(vault, keys::Content::kJob, job.description.JobId.value_or("")),
          job.encode());
}

std::string job_json(const api::GlacierJobDescription& description) {
  std::string json;
  codec::write_json_with_nulls(*api::op::DescribeJob::info().output, &description, false, json);
  return json;
}

void announce(storage::Txn& txn, Environment& env, const VaultRef& vault, const JobRecord& job) {
  const bool is_archive = is_archive_job(job.description);
  std::vector<std::string> topics;
  if (job.description.SNSTopic) topics.push_back(*job.description.SNSTopic);
  const auto configured = topic_for(
      txn, vault, is_archive ? "ArchiveRetrievalCompleted" : "InventoryRetrievalCompleted");
  if (configured && std::find(topics.begin(), topics.end(), *configured) == topics.end()) {
    topics.push_back(*configured);
  }
  for (const std::string& topic : topics) {
    SnsDelivery delivery;
    delivery.message = job_json(job.description);
    Event event;
    event.account = vault.account;
    event.region = vault.region;
    event.kind = "sns";
    event.target = topic;
    event.payload = encode(delivery);
    env.outbox.append(txn, event);
  }
}

}  // namespace cumulite::glacier
