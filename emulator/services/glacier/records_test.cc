#include "emulator/services/glacier/records.h"

#include <gtest/gtest.h>

#include "storage/kv/store.h"

namespace cumulite::glacier {
namespace {

// One table serves both ways: what is written comes back, and what is unset stays unset.
TEST(GlacierRecords, RoundTrip) {
  VaultRecord vault;
  vault.created_ms = 5;
  vault.inventory_due = true;
  vault.jobs = 9;
  const auto read = VaultRecord::decode(vault.encode());
  EXPECT_EQ(read.created_ms, 5);
  EXPECT_TRUE(read.inventory_due);
  EXPECT_EQ(read.jobs, 9U);
  EXPECT_EQ(read.archives, 0U);
  JobRecord job;
  job.description.JobId = "id";
  job.due_ms = 77;
  job.archive_description = "words";
  const auto read_job = JobRecord::decode(job.encode());
  EXPECT_EQ(read_job.description.JobId, "id");
  EXPECT_EQ(read_job.due_ms, 77);
  EXPECT_EQ(read_job.archive_description, "words");
}

// Tags are what older data directories hold: this is a row as it has always been written.
TEST(GlacierRecords, KeepTheirForm) {
  UploadRecord upload;
  upload.created_ms = 1;
  upload.part_size_bytes = 2;
  upload.description = "d";
  const std::string expected = {1, 1, 1, 3, 1, 2, 4, 1, 'd'};
  EXPECT_EQ(upload.encode(), expected);
}

TEST(GlacierRecords, RefuseABodyThatIsNone) {
  EXPECT_THROW(PartRecord::decode(std::string{1, 1, 'x'}), storage::StorageError);
}

}  // namespace
}  // namespace cumulite::glacier
