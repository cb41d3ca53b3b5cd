
#include "emulator/services/sns/topic.h"
#include "protocol/codec/json_document.h"

/// Rows of topics and subscriptions are JSON: they are read once, at start, and changed rarely.
namespace cumulite::sns {
namespace {

using nlohmann::ordered_json;

ordered_json pairs(const Attributes& map) {
  ordered_json list = ordered_json::array();
  for (const auto& [name, value] : map) list.push_back({name, value});
  return list;
}

Attributes pairs_of(const ordered_json& document, const char* member) {
  Attributes map;
  const auto found = document.find(member);
  if (found == document.end()) return map;
  for (const ordered_json& pair : *found) {
    map.emplace_back(pair.at(0).get<std::string>(), pair.at(1).get<std::string>());
  }
  return map;
}

std::string render(const ordered_json& document) {
  return document.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

template <class Read>
auto read_row(std::string_view bytes, Read&& read) {
  try {
    return read(ordered_json::parse(bytes));
  } catch (const ordered_json::exception& failure) {
    throw storage::StorageError(std::string("a row of SNS is damaged: ") + failure.what());
  }
}

}  // namespace

std::string encode_topic(const TopicConfig& config) {
  return render({{"account", config.account},
                 {"region", config.region},
                 {"name", config.name},
                 {"fifo", config.fifo},
                 {"attributes", pairs(config.attributes)},
                 {"tags", pairs(config.tags)},
                 {"data_protection_policy", config.data_protection_policy},
                 {"created_ms", config.created_ms},
                 {"subscriptions_deleted", config.subscriptions_deleted},
                 {"archived_since_ms", config.archived_since_ms}});
}

TopicConfig decode_topic(std::string_view bytes) {
  return read_row(bytes, [](const ordered_json& row) {
    TopicConfig config;
    config.account = row.at("account").get<std::string>();
    config.region = row.at("region").get<std::string>();
    config.name = row.at("name").get<std::string>();
    config.fifo = row.value("fifo", false);
    config.attributes = pairs_of(row, "attributes");
    config.tags = pairs_of(row, "tags");
    config.data_protection_policy = row.value("data_protection_policy", "");
    config.created_ms = row.value("created_ms", std::int64_t{0});
    config.subscriptions_deleted = row.value("subscriptions_deleted", std::uint64_t{0});
    config.archived_since_ms = row.value("archived_since_ms", std::int64_t{0});
    return config;
  });
}

std::string encode_subscription(const Subscription& subscription) {
  return render({{"id", subscription.id},
                 {"topic_arn", subscription.topic_arn},
                 {"owner", subscription.owner},
                 {"region", subscription.region},
                 {"protocol", subscription.protocol},
                 {"endpoint", subscription.endpoint},
                 {"state", static_cast<int>(subscription.state)},
                 {"token", subscription.token},
                 {"authenticate_on_unsubscribe", subscription.authenticate_on_unsubscribe},
                 {"confirmation_was_authenticated", subscription.confirmation_was_authenticated},
                 {"principal", subscription.principal},
                 {"created_ms", subscription.created_ms},
                 {"attributes", pairs(subscription.attributes)},
                 {"replay_status", subscription.replay_status},
                 {"replay_id", subscription.replay_id},
                 {"replayed_through", subscription.replayed_through}});
}

Subscription decode_subscription(std::string_view bytes) {
  return read_row(bytes, [](const ordered_json& row) {
    Subscription subscription;
    subscription.id = row.at("id").get<std::string>();
    subscription.topic_arn = row.at("topic_arn").get<std::string>();
    subscription.owner = row.at("owner").get<std::string>();
    subscription.region = row.value("region", "");
    subscription.protocol = row.at("protocol").get<std::string>();
    subscription.endpoint = row.at("endpoint").get<std::string>();
    subscription.state = static_cast<SubscriptionState>(row.value("state", 0));
    subscription.token = row.value("token", "");
    subscription.authenticate_on_unsubscribe = row.value("authenticate_on_unsubscribe", false);
    subscription.confirmation_was_authenticated =
        row.value("confirmation_was_authenticated", false);
    subscription.principal = row.value("principal", "");
    subscription.created_ms = row.value("created_ms", std::int64_t{0});
    subscription.attributes = pairs_of(row, "attributes");
    subscription.replay_status = row.value("replay_status", "");
    subscription.replay_id = row.value("replay_id", "");
    subscription.replayed_through = row.value("replayed_through", "");
    subscription.derive();
    return subscription;
  });
}

}  // namespace cumulite::sns
