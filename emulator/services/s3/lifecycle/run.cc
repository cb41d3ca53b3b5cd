#include "emulator/services/s3/lifecycle/run.h"

#include <optional>
#include <string>
#include <vector>

#include "emulator/core/spaces.h"
#include "emulator/services/s3/bucket/repeated_work.h"
#include "emulator/services/s3/configuration/store.h"
#include "emulator/services/s3/keys.h"
#include "emulator/services/s3/lifecycle/rules.h"
#include "emulator/services/s3/listing/version_walk.h"
#include "emulator/services/s3/multipart/uploads.h"
#include "emulator/services/s3/notification/emit.h"
#include "emulator/services/s3/object/lock.h"
#include "emulator/services/s3/object/versions.h"
#include "protocol/time_units.h"
#include "storage/kv/key_codec.h"

namespace cumulite::s3 {

namespace {

using LifecycleRules = api::BucketLifecycleConfiguration;

/// One pass over a bucket.
class Run {
 public:
  Run(Environment& env, BucketRecord bucket, LifecycleRules rules, std::int64_t now_ms)
      : env_(env), bucket_(std::move(bucket)), rules_(std::move(rules)), now_ms_(now_ms) {}

  void objects() {
    VersionWalk walk(env_.store, bucket_, "");
    std::optional<ListedVersion> held = walk.next();
    while (held) {
      std::vector<ListedVersion> versions;
      versions.push_back(std::move(*held));
      while ((held = walk.next()) && held->key == versions.front().key) {
        versions.push_back(std::move(*held));
      }
      one_key(versions);
    }
  }

  void uploads() {
    const std::string rows = keys::rows(bucket_.name, keys::Type::kUpload);
    std::string from = rows;
    for (bool more = true; more;) {
      const auto page = env_.store.range(spaces::kS3Objects, from, storage::prefix_end(rows));
      more = page.more;
      for (const auto& row : page.rows) {
        from = row.key + '\0';
        const auto parsed = keys::parse(row.key, rows);
        const UploadRecord upload = UploadRecord::decode(row.value);
        if (!parsed) continue;
        const auto end = upload_expiry_of(rules_, parsed->key, upload.initiated_ms);
        if (end && end->date_ms <= now_ms_) abort(parsed->key, upload.object.upload_id);
      }
    }
  }

 private:
  void one_key(const std::vector<ListedVersion>& versions) {
    const ListedVersion& newest = versions.front();
    if (newest.record.delete_marker) {
      if (versions.size() == 1 && lone_marker_expires(rules_, newest.key, newest.record, now_ms_)) {
        remove(newest, "LifecycleExpiration:Delete");
        return;
      }
    } else {
      current(newest);
    }
    for (std::size_t i = 1; i < versions.size(); ++i) {
      noncurrent({versions[i].key, versions[i].record, versions[i - 1].record.modified_ms,
                  static_cast<std::int32_t>(i - 1)},
                 versions[i]);
    }
  }

  void current(const ListedVersion& version) {
    const auto expiry = expiry_of(rules_, version.key, version.record);
    if (expiry && expiry->date_ms <= now_ms_) {
      expire(version);
    } else if (const auto target =
                   transition_of(rules_, smallest(), version.key, version.record, now_ms_)) {
      move(version, *target);
    }
  }

  void noncurrent(const NoncurrentVersion& facts, const ListedVersion& version) {
    if (noncurrent_expires(rules_, facts, now_ms_)) {
      remove(version, "LifecycleExpiration:Delete");
    } else if (version.record.delete_marker) {
      return;
    } else if (const auto target = noncurrent_transition(rules_, smallest(), facts, now_ms_)) {
      move(version, *target);
    }
  }

  SmallestToMove smallest() const {
    return bucket_.transition_minimum_varies ? SmallestToMove::kByClass : SmallestToMove::kAlike;
  }

  EventCause cause() const {
    return {bucket_.owner_account, bucket_.region, "s3.amazonaws.com",
            "s3.amazonaws.com",    "lifecycle",    now_ms_};
  }

  template <class Change>
  void update(const ListedVersion& listed, Change&& change) {
    with_version(env_.store, bucket_, listed.key, listed.record, change);
  }

  void expire(const ListedVersion& version) {
    update(version, [&](storage::Txn& txn, FoundVersion& found) {
      if (!found.latest) return;
      ObjectRecord marker;
      marker.owner_id = bucket_.owner_id;
      marker.owner_account = bucket_.owner_account;
      marker.modified_ms = whole_seconds(now_ms_);
      marker.sequence = next_sequence(now_ms_);
      const auto written = mark_deleted(txn, env_, bucket_, version.key, marker);
      emit_event(
          txn, env_, cause(), bucket_,
          {written ? "LifecycleExpiration:DeleteMarkerCreated" : "LifecycleExpiration:Delete",
           version.key, written ? *written : found.record});
    });
  }

  void remove(const ListedVersion& version, std::string_view event) {
    update(version, [&](storage::Txn& txn, FoundVersion& found) {
      if (!check_unlocked(found.record, now_ms_, false).ok()) return;
      remove_version(txn, env_, bucket_, version.key, found);
      emit_event(txn, env_, cause(), bucket_, {event, version.key, found.record});
    });
  }

  void move(const ListedVersion& version, const std::string& storage_class) {
    update(version, [&](storage::Txn& txn, FoundVersion& found) {
      found.record.storage_class = storage_class;
      found.record.restore = {};
      if (storage_class == "INTELLIGENT_TIERING") found.record.accessed_ms = now_ms_;
      rewrite_version(txn, bucket_, version.key, found);
      emit_event(txn, env_, cause(), bucket_, {"LifecycleTransition", version.key, found.record});
    });
  }

  void abort(const std::string& key, const std::string& upload_id) {
    const auto domains = upload_domains(bucket_.name, key, upload_id);
    env_.store.transact(domains, [&](storage::Txn& txn) {
      if (!find_upload(txn, bucket_.name, key, upload_id).ok()) return;
      for (const PartRecord& part : list_upload_parts(txn, bucket_.name, key, upload_id)) {
        if (part.blob.id != 0) env_.blobs.release(txn, part.blob);
      }
      drop_upload_rows(txn, bucket_.name, key, upload_id);
    });
  }

  Environment& env_;
  BucketRecord bucket_;
  LifecycleRules rules_;
  std::int64_t now_ms_;
};

void apply_rules(Environment& env, const WorkSubject& subject, std::int64_t now_ms) {
  auto rules =
      read_configuration<LifecycleRules>(env.store, subject.bucket, Configuration::kLifecycle);
  if (!rules) return;
  Run run(env, subject.bucket, std::move(*rules), now_ms);
  run.objects();
  run.uploads();
}

std::optional<std::int64_t> next_run_ms(const storage::Reader&, const WorkSubject& subject,
                                        std::int64_t now_ms) {
  if (!subject.bucket.has(Configuration::kLifecycle)) return std::nullopt;
  return next_midnight(now_ms);
}

}  // namespace

void schedule_lifecycle(storage::Txn& txn, Environment& env, const BucketRecord& bucket,
                        std::int64_t now_ms) {
  schedule_work(txn, env, kLifecycleKind, {bucket, {}}, next_midnight(now_ms));
}

void run_lifecycle(Environment& env, const DueRow& row, std::int64_t now_ms) {
  run_work(env, {kLifecycleKind, &apply_rules, &next_run_ms}, row, now_ms);
}

}  // namespace cumulite::s3
