#include <algorithm>
#include <cctype>

#include "emulator/core/spaces.h"
#include "emulator/events/captured.h"
#include "emulator/services/sns/access.h"
#include "emulator/services/sns/archive.h"
#include "emulator/services/sns/authorization.h"
#include "emulator/services/sns/data_policy.h"
#include "emulator/services/sns/expiry.h"
#include "emulator/services/sns/operations.h"
#include "emulator/services/sns/tags.h"
#include "emulator/services/sns/topic_attributes.h"

namespace cumulite::sns {
namespace {

constexpr std::size_t kTopicNameBytesMax = 256;

bool is_valid_name(std::string_view name, bool fifo) {
  if (name.empty() || name.size() > kTopicNameBytesMax || name.ends_with(".fifo") != fifo)
    return false;
  if (fifo) name.remove_suffix(std::string_view(".fifo").size());
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
  });
}

Result<TopicConfig> define_topic(Context& ctx, const api::CreateTopicInput& req) {
  const Attributes attributes = req.Attributes.value_or(Attributes());
  TopicConfig config;
  config.account = ctx.caller.account_id;
  config.region = ctx.caller.region;
  config.name = req.Name.value_or("");
  config.created_ms = ctx.now_ms;
  const std::string* fifo = model::find(attributes, "FifoTopic");
  config.fifo = fifo != nullptr && *fifo == "true";
  if (!is_valid_name(config.name, config.fifo)) return errors::invalid_parameter("Topic Name");
  for (const auto& [name, value] : attributes) {
    auto applied = apply_topic_attribute(name, value, AttributeUse::kCreate, config);
    if (!applied.ok()) return std::move(applied).error();
  }
  if (req.Tags) CUMULITE_TRY(merge_tags(*req.Tags, config.tags));
  config.data_protection_policy = req.DataProtectionPolicy.value_or("");
  CUMULITE_TRY(check_data_policy(config.data_protection_policy));
  if (!config.attribute("ArchivePolicy").empty()) config.archived_since_ms = ctx.now_ms;
  return config;
}

/// The same call again gives the topic, unless it asks for something else.
Result<TopicPointer> existing_topic(const TopicPointer& topic, const TopicConfig& wanted) {
  const auto state = topic->state();
  for (const auto& [name, value] : wanted.attributes) {
    if (state->config.attribute(name) != value) {
      return errors::invalid_parameter("Attributes",
                                       "Topic already exists with different attributes");
    }
  }
  for (const auto& [key, value] : wanted.tags) {
    const std::string* same = model::find(state->config.tags, key);
    if (same == nullptr || *same != value) {
      return errors::invalid_parameter("Tags", "Topic already exists with different tags");
    }
  }
  return topic;
}

/// Its subscriptions are still shown for some time, as AWS does, but belong to nothing.
void orphan_subscriptions(SnsService& service, storage::Txn& txn, const Topic& topic,
                          std::int64_t now_ms) {
  for (const SubscriptionPointer& subscription : topic.state()->subscriptions) {
    Subscription orphan = *subscription;
    orphan.state = SubscriptionState::kOrphaned;
    schedule_expiry(service.env(), txn, orphan, now_ms + kOrphanMs);
    store_subscription(service, txn, std::move(orphan));
  }
}

}  // namespace

Result<api::CreateTopicResponse> create_topic(Context& ctx, const api::CreateTopicInput& req) {
  auto defined = define_topic(ctx, req);
  if (!defined.ok()) return std::move(defined).error();
  const TopicConfig& config = *defined;
  Directory& directory = service_of(ctx).directory();
  const auto made = std::make_shared<Topic>(config);
  auto topic = ctx.env.store.transact(
      {made->exclusive_domain()}, [&](storage::Txn& txn) -> Result<TopicPointer> {
        if (auto found = directory.find(made->arn)) return existing_topic(found, config);
        txn.put(spaces::kSns, keys::definition(made->key), encode_topic(config));
        txn.on_commit([&directory, made] { directory.add(made); });
        return made;
      });
  if (!topic.ok()) return std::move(topic).error();
  return api::CreateTopicResponse{.TopicArn = made->arn};
}

Result<Unit> delete_topic(Context& ctx, const api::DeleteTopicInput& req) {
  CUMULITE_TRY(check_topic_arn(ctx, req.TopicArn, "TopicArn"));
  SnsService& service = service_of(ctx);
  const TopicPointer topic = service.directory().find(*req.TopicArn);
  // Deleting what is not there is no error.
  if (topic == nullptr) return Unit{};
  CUMULITE_TRY(check_topic_access(ctx, *topic));
  if (topic->state()->config.archive_days > 0) return errors::archive_is_active();
  ctx.env.store.transact({topic->exclusive_domain()}, [&](storage::Txn& txn) {
    if (topic->is_deleted()) return;
    txn.del(spaces::kSns, keys::definition(topic->key));
    for (const std::string& prefix : {keys::expiries(topic->key), keys::archive(topic->key),
                                      keys::deduplications(topic->key)}) {
      txn.del_range(spaces::kSns, prefix, keys::after(prefix));
    }
    txn.del(spaces::kSns, keys::last_number(topic->key));
    ctx.env.captured.deliveries().forget(txn, topic->arn);
    txn.on_commit([&service, topic] {
      topic->mark_deleted();
      service.directory().remove(*topic);
    });
    orphan_subscriptions(service, txn, *topic, ctx.now_ms);
  });
  return Unit{};
}

Result<api::ListTopicsResponse> list_topics(Context& ctx, const api::ListTopicsInput& req) {
  CUMULITE_ASSIGN(const std::string after, page_start(req.NextToken));
  const auto topics = service_of(ctx).directory().list(ctx.caller.account_id, ctx.caller.region,
                                                       after, kPageSize + 1);
  api::ListTopicsResponse answer;
  answer.Topics.emplace();
  for (std::size_t i = 0; i < std::min(topics.size(), kPageSize); ++i) {
    answer.Topics->push_back({.TopicArn = topics[i]->arn});
  }
  if (topics.size() > kPageSize) answer.NextToken = page_token(topics[kPageSize - 1]->name);
  return answer;
}

Result<api::GetTopicAttributesResponse> get_topic_attributes(
    Context& ctx, const api::GetTopicAttributesInput& req) {
  CUMULITE_ASSIGN(const TopicPointer topic, find_topic(ctx, req.TopicArn));
  return api::GetTopicAttributesResponse{.Attributes =
                                             shown_topic_attributes(*topic->state(), ctx.now_ms)};
}

Result<Unit> set_topic_attributes(Context& ctx, const api::SetTopicAttributesInput& req) {
  CUMULITE_ASSIGN(const TopicPointer topic, find_topic(ctx, req.TopicArn));
  if (!req.AttributeName || req.AttributeName->empty()) return errors::no_value("AttributeName");
  const auto change = [&](storage::Txn& txn, TopicConfig& config) -> Result<void> {
    const TopicConfig old = config;
    CUMULITE_TRY(apply_topic_attribute(*req.AttributeName, req.AttributeValue.value_or(""),
                                       AttributeUse::kSet, config));
    update_archive(txn, *topic, old, config, ctx.now_ms);
    return {};
  };
  CUMULITE_TRY(change_topic(service_of(ctx), topic, change));
  return Unit{};
}

}  // namespace cumulite::sns
