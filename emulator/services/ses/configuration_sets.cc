#include "emulator/services/ses/configuration_sets.h"

#include <algorithm>

#include <fmt/ranges.h>

#include "api/ses.h"
#include "emulator/core/records/shape_codec.h"
#include "emulator/events/outbox.h"
#include "emulator/events/payloads.h"
#include "protocol/codec/json_document.h"
#include "protocol/codec/timestamp.h"

namespace cumulite::ses {
namespace {

using Json = nlohmann::ordered_json;
using ConfigurationSet = api::DescribeConfigurationSetResponse;
using SetOp = api::op::DescribeConfigurationSet;

Error no_set(const std::string& name) {
  return {"ConfigurationSetDoesNotExist",
          fmt::format("Configuration set <{}> does not exist.", name), 400};
}

std::optional<ConfigurationSet> find_set(const Context& ctx, const std::string& name) {
  const auto row = load_set(ctx, name);
  if (!row) return std::nullopt;
  ConfigurationSet set;
  decode_shape(*SetOp::info().output, *row, &set);
  return set;
}

void keep_set(Context& ctx, const ConfigurationSet& set) {
  store_set(ctx, *set.ConfigurationSet->Name, encode_shape(*SetOp::info().output, &set));
}

/// Where the destination of that name is among the set's, or the end.
auto find_destination(std::vector<api::EventDestination>& all, const std::string& name) {
  return std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.Name == name; });
}

void tell_topic(Context& ctx, storage::Txn& txn, const std::string& topic, SnsDelivery message) {
  Event event;
  event.account = ctx.caller.account_id;
  event.region = ctx.caller.region;
  event.kind = "sns";
  event.target = topic;
  event.payload = encode(message);
  ctx.env.outbox.append(txn, event);
}

/// Exactly one kind of destination; events go to topics alone, the other two are kept.
Result<void> check_destination(const Context& ctx, const api::EventDestination& destination) {
  const int kinds = (destination.SNSDestination ? 1 : 0) +
                    (destination.CloudWatchDestination ? 1 : 0) +
                    (destination.KinesisFirehoseDestination ? 1 : 0);
  if (kinds != 1) {
    return Error{"InvalidParameterValue",
                 "An event destination must have one, and only one, destination.", 400};
  }
  if (!destination.SNSDestination) return {};
  const std::string& topic = *destination.SNSDestination->TopicARN;
  Service* sns = ctx.env.services.find("sns");
  if (sns != nullptr && topic.starts_with("arn:aws:sns:") && sns->has_target(topic)) return {};
  return Error{"InvalidSNSDestination", fmt::format("SNS topic <{}> not found.", topic), 400};
}

/// A topic hears of its destination once, before any event.
void announce(Context& ctx, const api::EventDestination& destination) {
  if (!destination.SNSDestination) return;
  ctx.env.store.transact({}, [&](storage::Txn& txn) {
    tell_topic(ctx, txn, *destination.SNSDestination->TopicARN,
               {.message = "Successfully validated SNS topic for Amazon SES event publishing."});
  });
}

Result<api::CreateConfigurationSetResponse> create_set(
    Context& ctx, const api::CreateConfigurationSetRequest& req) {
  const std::string& name = *req.ConfigurationSet->Name;
  if (find_set(ctx, name)) {
    return Error{"ConfigurationSetAlreadyExists",
                 fmt::format("Configuration set <{}> already exists.", name), 400};
  }
  ConfigurationSet made;
  made.ConfigurationSet.emplace().Name = name;
  keep_set(ctx, made);
  return api::CreateConfigurationSetResponse{};
}

Result<api::DeleteConfigurationSetResponse> delete_set(
    Context& ctx, const api::DeleteConfigurationSetRequest& req) {
  if (!erase_set(ctx, *req.ConfigurationSetName)) return no_set(*req.ConfigurationSetName);
  return api::DeleteConfigurationSetResponse{};
}

Result<ConfigurationSet> describe_set(Context& ctx,
                                      const api::DescribeConfigurationSetRequest& req) {
  auto set = find_set(ctx, *req.ConfigurationSetName);
  if (!set) return no_set(*req.ConfigurationSetName);
  const auto asked = req.ConfigurationSetAttributeNames.value_or(std::vector<std::string>());
  if (std::find(asked.begin(), asked.end(), "eventDestinations") == asked.end()) {
    set->EventDestinations.reset();
  } else if (!set->EventDestinations) {
    set->EventDestinations.emplace();
  }
  return std::move(*set);
}

Result<api::ListConfigurationSetsResponse> list_all_sets(
    Context& ctx, const api::ListConfigurationSetsRequest& req) {
  constexpr std::int32_t kItemsMax = 1'000;
  const std::int32_t limit = std::clamp(req.MaxItems.value_or(kItemsMax), 1, kItemsMax);
  auto page = list_sets(ctx, static_cast<std::size_t>(limit), req.NextToken);
  if (!page) return Error{"InvalidParameterValue", "NextToken is invalid.", 400};
  api::ListConfigurationSetsResponse answer;
  answer.ConfigurationSets.emplace();
  for (const std::string& name : page->names) answer.ConfigurationSets->push_back({.Name = name});
  answer.NextToken = std::move(page->next_token);
  return answer;
}

Result<api::CreateConfigurationSetEventDestinationResponse> create_destination(
    Context& ctx, const api::CreateConfigurationSetEventDestinationRequest& req) {
  auto set = find_set(ctx, *req.ConfigurationSetName);
  if (!set) return no_set(*req.ConfigurationSetName);
  CUMULITE_TRY(check_destination(ctx, *req.EventDestination));
  if (!set->EventDestinations) set->EventDestinations.emplace();
  auto& all = *set->EventDestinations;
  const std::string& name = *req.EventDestination->Name;
  if (find_destination(all, name) != all.end()) {
    return Error{"EventDestinationAlreadyExists",
                 fmt::format("Event destination <{}> already exists.", name), 400};
  }
  all.push_back(*req.EventDestination);
  all.back().Enabled = all.back().Enabled.value_or(false);
  keep_set(ctx, *set);
  announce(ctx, *req.EventDestination);
  return api::CreateConfigurationSetEventDestinationResponse{};
}

Error no_destination(const std::string& set) {
  return {"EventDestinationDoesNotExist", "No EventDestination found for " + set, 400};
}

Result<api::UpdateConfigurationSetEventDestinationResponse> update_destination(
    Context& ctx, const api::UpdateConfigurationSetEventDestinationRequest& req) {
  auto set = find_set(ctx, *req.ConfigurationSetName);
  if (!set) return no_set(*req.ConfigurationSetName);
  auto all = set->EventDestinations.value_or(std::vector<api::EventDestination>());
  const auto known = find_destination(all, *req.EventDestination->Name);
  if (known == all.end()) return no_destination(*req.ConfigurationSetName);
  CUMULITE_TRY(check_destination(ctx, *req.EventDestination));
  *known = *req.EventDestination;
  known->Enabled = known->Enabled.value_or(false);
  set->EventDestinations = std::move(all);
  keep_set(ctx, *set);
  announce(ctx, *req.EventDestination);
  return api::UpdateConfigurationSetEventDestinationResponse{};
}

Result<api::DeleteConfigurationSetEventDestinationResponse> delete_destination(
    Context& ctx, const api::DeleteConfigurationSetEventDestinationRequest& req) {
  auto set = find_set(ctx, *req.ConfigurationSetName);
  if (!set) return no_set(*req.ConfigurationSetName);
  auto all = set->EventDestinations.value_or(std::vector<api::EventDestination>());
  const auto known = find_destination(all, *req.EventDestinationName);
  if (known == all.end()) return no_destination(*req.ConfigurationSetName);
  all.erase(known);
  set->EventDestinations = std::move(all);
  keep_set(ctx, *set);
  return api::DeleteConfigurationSetEventDestinationResponse{};
}

// --- events -------------------------------------------------------------------------------------

std::string iso(std::int64_t time_ms) {
  std::string text;
  codec::append_iso8601({time_ms}, true, text);
  return text;
}

std::vector<std::string> recipients_of(const Mail& mail) {
  std::vector<std::string> all = mail.to;
  all.insert(all.end(), mail.cc.begin(), mail.cc.end());
  all.insert(all.end(), mail.bcc.begin(), mail.bcc.end());
  return all;
}

Json tags_of(const Context& ctx, const Mail& mail) {
  const auto from = mail.source.substr(mail.source.rfind('@') + 1);
  Json tags = {{"ses:operation", {mail.operation}},
               {"ses:configuration-set", {mail.configuration_set}},
               {"ses:source-ip", {ctx.request.remote_address}},
               {"ses:from-domain", {from.substr(0, from.find('>'))}},
               {"ses:caller-identity", {"root"}}};
  if (!mail.raw.empty()) tags.erase("ses:from-domain");
  for (const auto& [name, value] : mail.tags) tags[name].push_back(value);
  return tags;
}

/// What an event tells of its message. A template is not filled in yet, its sender not looked for;
/// a raw message is not read.
Json mail_json(const Context& ctx, const Mail& mail, const std::string& id) {
  Json headers = Json::array();
  Json common = Json::object();
  if (mail.raw.empty()) {
    const auto header = [&headers](const char* name, const std::string& value) {
      headers.push_back({{"name", name}, {"value", value}});
    };
    const bool has_subject = mail.template_name.empty();
    header("From", mail.source);
    header("To", fmt::format("{}", fmt::join(mail.to, ", ")));
    if (has_subject) header("Subject", mail.subject);
    header("MIME-Version", "1.0");
    if (has_subject) {
      header("Content-Type", fmt::format("multipart/alternative;  boundary=\"border-{}\"", id));
    }
    common = {{"from", {mail.source}}, {"to", mail.to}};
    if (has_subject) common["subject"] = mail.subject;
  }
  common["messageId"] = id;
  Json json = {{"timestamp", iso(ctx.now_ms)},
               {"source", mail.source},
               {"sourceArn", ctx.arn("ses", "identity/" + mail.source)},
               {"sendingAccountId", ctx.caller.account_id},
               {"messageId", id},
               {"destination", recipients_of(mail)},
               {"headersTruncated", false},
               {"headers", std::move(headers)},
               {"commonHeaders", std::move(common)},
               {"tags", tags_of(ctx, mail)}};
  if (!mail.template_name.empty()) json.erase("sourceArn");
  return json;
}

Json event_json(const Context& ctx, const Mail& mail, const std::string& id,
                const std::string& type) {
  Json event = {{"eventType", type == "send" ? "Send" : "Delivery"},
                {"mail", mail_json(ctx, mail, id)}};
  if (type == "send") {
    event["send"] = Json::object();
    return event;
  }
  event["mail"]["sourceArn"] = ctx.arn("ses", "identity/" + mail.source);
  event["mail"]["tags"]["ses:outgoing-ip"] = {"127.0.0.1"};
  event["delivery"] = {{"timestamp", iso(ctx.now_ms)},
                       {"processingTimeMillis", 0},
                       {"recipients", recipients_of(mail)},
                       {"smtpResponse", "250 2.0.0 OK"},
                       {"reportingMTA", "localhost"}};
  return event;
}

}  // namespace

std::span<const OperationRow> configuration_set_rows() {
  static const OperationRow rows[] = {
      row<api::op::CreateConfigurationSet, &create_set>(),
      row<api::op::CreateConfigurationSetEventDestination, &create_destination>(),
      row<api::op::DeleteConfigurationSet, &delete_set>(),
      row<api::op::DeleteConfigurationSetEventDestination, &delete_destination>(),
      row<api::op::DescribeConfigurationSet, &describe_set>(),
      row<api::op::ListConfigurationSets, &list_all_sets>(),
      row<api::op::UpdateConfigurationSetEventDestination, &update_destination>(),
  };
  return rows;
}

Result<void> check_set(const Context& ctx, const Wording& wording, const Mail& mail) {
  if (mail.configuration_set.empty() || load_set(ctx, mail.configuration_set)) return {};
  return Error{std::string(wording.no_set), no_set(mail.configuration_set).message};
}

void publish_events(Context& ctx, storage::Txn& txn, const Mail& mail, const std::string& id) {
  const auto set =
      mail.configuration_set.empty() ? std::nullopt : find_set(ctx, mail.configuration_set);
  if (!set || !set->EventDestinations) return;
  for (const std::string type : {"send", "delivery"}) {
    for (const auto& destination : *set->EventDestinations) {
      const auto& types = *destination.MatchingEventTypes;
      const bool matches = std::find(types.begin(), types.end(), type) != types.end();
      if (!matches || destination.Enabled != true || !destination.SNSDestination) continue;
      const auto text =
          event_json(ctx, mail, id, type).dump(-1, ' ', false, Json::error_handler_t::replace);
      tell_topic(ctx, txn, *destination.SNSDestination->TopicARN,
                 {.subject = "Amazon SES Email Event Notification", .message = text});
    }
  }
}

}  // namespace cumulite::ses
