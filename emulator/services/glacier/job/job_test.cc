#include <gtest/gtest.h>

#include "emulator/events/payloads.h"
#include "emulator/services/glacier/archive/archives.h"
#include "emulator/services/glacier/job/parameters.h"
#include "emulator/services/glacier/test_support.h"
#include "protocol/codec/json_document.h"

namespace cumulite::glacier {
namespace {

using nlohmann::json;

class JobTest : public testing::Test, public GlacierTest {
 protected:
  static std::string body_of(std::size_t size) {
    std::string body(size, '\0');
    for (std::size_t i = 0; i < size; ++i) body[i] = static_cast<char>(i * 131 + (i >> 20));
    return body;
  }
};

// Which ranges have a checksum decides what a client can verify; the examples are the guide's.
TEST(TreeAlignmentTest, FollowsTheNodesOfTheTree) {
  const auto aligned = [](std::uint64_t first, std::uint64_t end, std::uint64_t size) {
    return is_tree_aligned({first, end - first}, size);
  };
  constexpr std::uint64_t m = kMebibyte;
  EXPECT_TRUE(aligned(0, 8 * m, 8 * m));
  EXPECT_TRUE(aligned(0, 4 * m, 8 * m));
  EXPECT_TRUE(aligned(6 * m, 8 * m, 8 * m));
  EXPECT_TRUE(aligned(5 * m, 6 * m, 8 * m));
  EXPECT_FALSE(aligned(1 * m, 3 * m, 8 * m));
  EXPECT_FALSE(aligned(0, 3 * m, 8 * m));
  EXPECT_TRUE(aligned(4 * m, 6 * m + 1, 6 * m + 1));
  EXPECT_FALSE(aligned(5 * m, 6 * m + 1, 6 * m + 1));
  EXPECT_FALSE(aligned(1, m, 8 * m));
}

// Tests of clients rely on the documented bounds, and on a run that can be repeated.
TEST(JobDurationTest, StaysWithinItsTierAndRepeats) {
  const auto duration = [](std::string tier, std::uint64_t number, std::uint64_t seed) {
    JobRecord job;
    job.description.Tier = std::move(tier);
    job.number = number;
    return job_duration_ms(seed, "arn", job);
  };
  for (std::uint64_t number = 1; number < 200; ++number) {
    EXPECT_GE(duration("Expedited", number, 0), kMinuteMs);
    EXPECT_LE(duration("Expedited", number, 0), 5 * kMinuteMs);
    EXPECT_GE(duration("Standard", number, 0), 3 * kHourMs);
    EXPECT_LE(duration("Standard", number, 0), 5 * kHourMs);
    EXPECT_GE(duration("Bulk", number, 0), 5 * kHourMs);
    EXPECT_LE(duration("Bulk", number, 0), 12 * kHourMs);
  }
  EXPECT_EQ(duration("Bulk", 7, 3), duration("Bulk", 7, 3));
  EXPECT_NE(duration("Bulk", 7, 3), duration("Bulk", 8, 3));
  EXPECT_NE(duration("Bulk", 7, 3), duration("Bulk", 7, 4));
}

// The life of a retrieval: nothing before its time, the archive afterwards, nothing a day later.
TEST_F(JobTest, ArchiveComesBackAfterItsTime) {
  const std::string archive = upload("hello", "a greeting");
  const std::string job = retrieve(archive);
  EXPECT_FALSE(*describe(job).Completed);
  EXPECT_EQ(read_output(job), "The job is not currently available for download: " + job);
  environment().advance(3 * kHourMs - 1);
  EXPECT_EQ(describe(job).StatusCode, "InProgress");
  environment().advance(2 * kHourMs + 1);
  const auto done = describe(job);
  EXPECT_EQ(done.StatusCode, "Succeeded");
  EXPECT_EQ(done.SHA256TreeHash, tree_hash("hello"));
  EXPECT_EQ(done.ArchiveSizeInBytes, 5);
  EXPECT_EQ(done.RetrievalByteRange, "0-4");
  api::GetJobOutputOutput out;
  EXPECT_EQ(read_output(job, std::nullopt, &out), "hello");
  EXPECT_EQ(out.status, 200);
  EXPECT_EQ(out.checksum, tree_hash("hello"));
  EXPECT_EQ(out.archiveDescription, "a greeting");
  environment().advance(kDayMs);
  EXPECT_EQ(read_output(job), "The job ID was not found: " + job);
}

// Ranges are the way to fetch what is too large for one connection.
TEST_F(JobTest, AnswersRangesWithTheirTreeHash) {
  const std::string body = body_of(5 * kMebibyte + 17);
  const std::string archive = upload(body);
  const std::string job = retrieve(archive, "Expedited", "2097152-5242896");
  environment().advance(5 * kMinuteMs);
  // 3 MiB and a rest, from the third MiB on: no node of the tree.
  EXPECT_FALSE(describe(job).SHA256TreeHash.has_value());
  EXPECT_EQ(read_output(job), body.substr(2 * kMebibyte));
  const std::string whole = retrieve(archive, "Expedited");
  environment().advance(5 * kMinuteMs);
  api::GetJobOutputOutput out;
  EXPECT_EQ(read_output(whole, "bytes=2097152-4194303", &out),
            body.substr(2 * kMebibyte, 2 * kMebibyte));
  EXPECT_EQ(out.status, 206);
  EXPECT_EQ(out.contentRange, "bytes 2097152-4194303/5242897");
  EXPECT_EQ(out.checksum, tree_hash(body.substr(2 * kMebibyte, 2 * kMebibyte)));
  EXPECT_EQ(read_output(whole, "bytes=1-3", &out), body.substr(1, 3));
  EXPECT_FALSE(out.checksum.has_value());
  EXPECT_EQ(read_output(whole, "bytes=9999999-"), "Invalid Range: bytes=9999999-");
}

// A range that does not begin at a MiB is refused before hours are spent on it.
TEST_F(JobTest, RefusesRangesThatAreNotAligned) {
  const std::string archive = upload(body_of(2 * kMebibyte));
  for (const char* range : {"1-1048575", "0-1048574", "0-9999999", "1048576-0", "x"}) {
    EXPECT_THROW(retrieve(archive, "Standard", range), std::runtime_error) << range;
  }
}

// What was prepared can be downloaded though the archive is gone; what was not, fails.
TEST_F(JobTest, OutlivesItsArchiveOnceDone) {
  const std::string archive = upload(body_of(200'000));
  const std::string early = retrieve(archive, "Expedited");
  environment().advance(5 * kMinuteMs);
  const std::string late = retrieve(archive);
  api::DeleteArchiveInput req;
  req.vaultName = "vault";
  req.archiveId = archive;
  ASSERT_TRUE(delete_archive(*call(), req).ok());
  EXPECT_TRUE(delete_archive(*call(), req).ok());
  environment().advance(5 * kHourMs);
  EXPECT_EQ(read_output(early), body_of(200'000));
  EXPECT_EQ(describe(late).StatusCode, "Failed");
  environment().advance(2 * kDayMs);
  EXPECT_EQ(environment().env().blobs.bytes_on_disk(), 0u);
}

// The notification is the full description, committed with the completion.
TEST_F(JobTest, TellsTopicsOfJobAndVault) {
  api::SetVaultNotificationsInput set;
  set.vaultName = "vault";
  set.vaultNotificationConfig.emplace().SNSTopic = "arn:aws:sns:us-east-1:000000000000:vault";
  set.vaultNotificationConfig->Events.emplace().push_back("ArchiveRetrievalCompleted");
  ASSERT_TRUE(set_vault_notifications(*call(), set).ok());
  api::JobParameters parameters;
  parameters.Type = "archive-retrieval";
  parameters.ArchiveId = upload("hello");
  parameters.SNSTopic = "arn:aws:sns:us-east-1:000000000000:job";
  const std::string job = *start_job(parameters)->jobId;
  environment().advance(5 * kHourMs);
  const auto events = environment().outbox().list("sns", 10);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].target, "arn:aws:sns:us-east-1:000000000000:job");
  EXPECT_EQ(events[1].target, "arn:aws:sns:us-east-1:000000000000:vault");
  const json message = json::parse(decode_sns_delivery(events[0].payload)->message);
  EXPECT_EQ(message["JobId"], job);
  EXPECT_EQ(message["Completed"], true);
  EXPECT_EQ(message["StatusCode"], "Succeeded");
  EXPECT_EQ(message["ArchiveSHA256TreeHash"], tree_hash("hello"));
  EXPECT_TRUE(message["InventorySizeInBytes"].is_null());
}

// An inventory lists what its last run saw, not what happened since.
TEST_F(JobTest, InventoryIsADayOld) {
  const std::string first = upload("one", "say \"hi\"");
  EXPECT_TRUE(json::parse(inventory("JSON"))["ArchiveList"].empty());
  environment().advance(kDayMs);
  const std::string second = upload("second");
  api::DeleteArchiveInput req;
  req.vaultName = "vault";
  req.archiveId = first;
  ASSERT_TRUE(delete_archive(*call(), req).ok());
  const json listed = json::parse(inventory("JSON"));
  EXPECT_EQ(listed["InventoryDate"], "2026-01-02T00:00:00Z");
  ASSERT_EQ(listed["ArchiveList"].size(), 1u);
  EXPECT_EQ(listed["ArchiveList"][0]["ArchiveId"], first);
  EXPECT_EQ(listed["ArchiveList"][0]["Size"], 3);
  EXPECT_EQ(inventory("CSV"), "ArchiveId,ArchiveDescription,CreationDate,Size,SHA256TreeHash\n" +
                                  first + ",\"say \\\"hi\\\"\",2026-01-01T00:00:00Z,3," +
                                  tree_hash("one") + "\n");
  environment().advance(kDayMs);
  const json later = json::parse(inventory("JSON"));
  ASSERT_EQ(later["ArchiveList"].size(), 1u);
  EXPECT_EQ(later["ArchiveList"][0]["ArchiveId"], second);
}

// A vault of millions is read in pages, by the marker that the job shows when it is done.
TEST_F(JobTest, InventoryHasLimitMarkerAndDates) {
  environment().settings().glacier_inventory_immediate = true;
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) {
    ids.push_back(upload("x" + std::to_string(i)));
    environment().advance(kHourMs);
  }
  const auto listed = [&](api::InventoryRetrievalJobInput selection) {
    std::vector<std::string> found;
    const json document = json::parse(inventory("JSON", std::move(selection)));
    for (const auto& archive : document["ArchiveList"]) found.push_back(archive["ArchiveId"]);
    return found;
  };
  api::InventoryRetrievalJobInput page;
  page.Limit = "2";
  EXPECT_EQ(listed(page), std::vector(ids.begin(), ids.begin() + 2));
  page.Marker = describe(last_job()).InventoryRetrievalParameters->Marker;
  ASSERT_EQ(page.Marker, ids[2]);
  EXPECT_EQ(listed(page), std::vector(ids.begin() + 2, ids.begin() + 4));
  page.Marker = describe(last_job()).InventoryRetrievalParameters->Marker;
  EXPECT_EQ(listed(page), std::vector(ids.begin() + 4, ids.end()));
  EXPECT_FALSE(describe(last_job()).InventoryRetrievalParameters->Marker.has_value());
  api::InventoryRetrievalJobInput dates;
  dates.StartDate = "2026-01-01T01:00:00Z";
  dates.EndDate = "2026-01-01T03:00:00Z";
  EXPECT_EQ(listed(dates), std::vector(ids.begin() + 1, ids.begin() + 3));
}

// Pollers filter by state and read page after page.
TEST_F(JobTest, ListsByStateAndInPages) {
  const std::string archive = upload("hello");
  std::vector<std::string> jobs;
  for (int i = 0; i < 3; ++i) {
    jobs.push_back(retrieve(archive, "Expedited"));
    environment().advance(1);
  }
  environment().advance(5 * kMinuteMs);
  jobs.push_back(retrieve(archive, "Bulk"));
  api::ListJobsInput req;
  req.vaultName = "vault";
  req.completed = "true";
  req.limit = "2";
  auto page = list_jobs(*call(), req);
  ASSERT_EQ(page->JobList->size(), 2u);
  EXPECT_EQ(page->Marker, jobs[2]);
  req.marker = page->Marker;
  page = list_jobs(*call(), req);
  ASSERT_EQ(page->JobList->size(), 1u);
  EXPECT_FALSE(page->Marker.has_value());
  req = {};
  req.vaultName = "vault";
  req.statuscode = "InProgress";
  EXPECT_EQ((*list_jobs(*call(), req)->JobList)[0].JobId, jobs[3]);
  req.statuscode = "finished";
  EXPECT_EQ(list_jobs(*call(), req).error().message, "The job status code is not valid: finished");
}

// Select is gone from the service, and clients must be told so.
TEST_F(JobTest, RefusesWhatGlacierNoLongerDoes) {
  api::JobParameters parameters;
  EXPECT_EQ(start_job(parameters).error().code, "MissingParameterValueException");
  parameters.Type = "select";
  EXPECT_EQ(start_job(parameters).error().code, "NoLongerSupportedException");
  parameters.Type = "archive-retrieval";
  parameters.ArchiveId = "nonsense";
  EXPECT_EQ(start_job(parameters).error().message, "The archive ID was not found: nonsense");
}

// Jobs are rows: a killed daemon goes on where it was.
TEST_F(JobTest, SurvivesARestart) {
  const std::string job = retrieve(upload("hello"));
  restart();
  environment().advance(5 * kHourMs);
  EXPECT_EQ(read_output(job), "hello");
}

}  // namespace
}  // namespace cumulite::glacier
