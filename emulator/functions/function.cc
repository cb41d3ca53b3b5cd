#include "emulator/functions/function.h"

#include <algorithm>
#include <cctype>
#include <limits>

#include <fmt/format.h>

#include "protocol/codec/json_document.h"

namespace cumulite::functions {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kNameLengthMax = 64;

Error invalid(std::string_view member, std::string_view rule) {
  return {"ValidationException", fmt::format("'{}' {}", member, rule), 400};
}

/// Reads members of one object, remembering the first complaint and which names were asked for, so
/// that an unknown member (a misspelt one) is refused too.
class Members {
 public:
  explicit Members(const Json& object) : object_(object) {}

  std::string text(const char* name, std::string fallback = {}) {
    const Json* value = find(name);
    if (value == nullptr) return fallback;
    if (!value->is_string()) return complain(name, "must be a string"), fallback;
    return value->get<std::string>();
  }

  std::int64_t number(const char* name, std::int64_t fallback, std::int64_t min, std::int64_t max) {
    const Json* value = find(name);
    if (value == nullptr) return fallback;
    if (value->is_number_integer()) {
      const auto number = value->get<std::int64_t>();
      if (number >= min && number <= max) return number;
    }
    complain(name, fmt::format("must be a whole number from {} to {}", min, max));
    return fallback;
  }

  bool flag(const char* name, bool fallback) {
    const Json* value = find(name);
    if (value == nullptr) return fallback;
    if (!value->is_boolean()) return complain(name, "must be true or false"), fallback;
    return value->get<bool>();
  }

  std::vector<std::string> texts(const char* name) {
    std::vector<std::string> list;
    const Json* value = find(name);
    if (value == nullptr) return list;
    if (!value->is_array()) return complain(name, "must be a list of strings"), list;
    for (const auto& element : *value) {
      if (!element.is_string()) return complain(name, "must be a list of strings"), list;
      list.push_back(element.get<std::string>());
    }
    return list;
  }

  std::vector<std::pair<std::string, std::string>> map(const char* name) {
    std::vector<std::pair<std::string, std::string>> pairs;
    const Json* value = find(name);
    if (value == nullptr) return pairs;
    if (!value->is_object()) return complain(name, "must be an object of strings"), pairs;
    for (const auto& [key, element] : value->items()) {
      if (!element.is_string()) return complain(name, "must be an object of strings"), pairs;
      pairs.emplace_back(key, element.get<std::string>());
    }
    return pairs;
  }

  void complain(std::string_view member, std::string_view rule) {
    if (problem_.code.empty()) problem_ = invalid(member, rule);
  }

  Result<void> finish() {
    for (const auto& [name, value] : object_.items()) {
      if (std::find(asked_.begin(), asked_.end(), name) == asked_.end())
        complain(name, "is not a known member");
    }
    if (!problem_.code.empty()) return problem_;
    return {};
  }

 private:
  const Json* find(const char* name) {
    asked_.emplace_back(name);
    const auto found = object_.find(name);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
  }

  const Json& object_;
  std::vector<std::string> asked_;
  Error problem_;
};

bool valid_name(std::string_view name) {
  return !name.empty() && name.size() <= kNameLengthMax &&
         std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; });
}

Result<Json> parse_object(std::string_view text) {
  auto document = Json::parse(text, nullptr, false);
  if (document.is_discarded()) return invalid("document", "is not valid JSON");
  if (!document.is_object()) return invalid("document", "must be a JSON object");
  return document;
}

void check_runtime(const Function& function, std::string_view runtime, Members& members) {
  if (runtime != "exec" && runtime != "http")
    members.complain("runtime", "must be \"exec\" or \"http\"");
  if (function.runtime == Runtime::kExec &&
      (function.command.empty() || function.command.front().empty())) {
    members.complain("command", "must name the program to run, as a list of program and arguments");
  }
  if (function.runtime == Runtime::kHttp && !function.url.starts_with("http://") &&
      !function.url.starts_with("https://")) {
    members.complain("url", "must be an http:// or https:// URL");
  }
  for (const auto& [name, value] : function.environment) {
    if (name.empty() || name.find('=') != std::string::npos ||
        value.find('\0') != std::string::npos) {
      members.complain("environment", "has a name or value that no environment can hold");
    }
  }
}

}  // namespace

std::string Function::arn() const {
  return fmt::format("arn:aws:lambda:{}:{}:function:{}", region, account, name);
}

Result<Function> parse_function(std::string_view json, const Scope& scope) {
  CUMULITE_ASSIGN(const auto document, parse_object(json));
  Members members(document);
  Function function;
  function.name = members.text("name");
  function.account = members.text("account", scope.account);
  function.region = members.text("region", scope.region);
  const auto runtime = members.text("runtime", "exec");
  function.runtime = runtime == "http" ? Runtime::kHttp : Runtime::kExec;
  function.command = members.texts("command");
  function.url = members.text("url");
  function.working_directory = members.text("working_directory");
  function.environment = members.map("environment");
  function.timeout_seconds =
      members.number("timeout_seconds", function.timeout_seconds, 1, kTimeoutSecondsMax);
  function.concurrency = members.number("concurrency", function.concurrency, 1, kConcurrencyMax);
  function.retries = members.number("retries", function.retries, 0, kRetriesMax);
  function.dead_letter_arn = members.text("dead_letter_arn");
  if (!valid_name(function.name))
    members.complain("name", "must be 1 to 64 letters, digits, '-' or '_'");
  check_runtime(function, runtime, members);
  CUMULITE_TRY(members.finish());
  return function;
}

Result<EventSource> parse_event_source(std::string_view json, const Scope& scope) {
  CUMULITE_ASSIGN(const auto document, parse_object(json));
  Members members(document);
  EventSource source;
  source.id = members.text("id");
  source.account = members.text("account", scope.account);
  source.region = members.text("region", scope.region);
  source.function = function_name(members.text("function"));
  source.event_source_arn = members.text("event_source_arn");
  const bool fifo = source.event_source_arn.ends_with(".fifo");
  source.batch_size =
      members.number("batch_size", source.batch_size, 1, fifo ? kBatchSizeFifoMax : kBatchSizeMax);
  source.batching_window_seconds = members.number(
      "batching_window_seconds", source.batching_window_seconds, 0, kBatchingWindowSecondsMax);
  source.report_batch_item_failures = members.flag("report_batch_item_failures", false);
  source.enabled = members.flag("enabled", true);
  source.maximum_concurrency =
      members.number("maximum_concurrency", source.maximum_concurrency, 1, kConcurrencyMax);
  if (!valid_name(source.function))
    members.complain("function", "must be a function's name or ARN");
  if (!source.event_source_arn.starts_with("arn:aws:sqs:")) {
    members.complain("event_source_arn", "must be the ARN of an SQS queue");
  }
  CUMULITE_TRY(members.finish());
  return source;
}

std::string to_json(const Function& function) {
  Json document = {{"name", function.name},
                   {"account", function.account},
                   {"region", function.region},
                   {"runtime", function.runtime == Runtime::kExec ? "exec" : "http"},
                   {"timeout_seconds", function.timeout_seconds},
                   {"concurrency", function.concurrency},
                   {"retries", function.retries},
                   {"environment", Json::object()}};
  for (const auto& [name, value] : function.environment) document["environment"][name] = value;
  if (!function.command.empty()) document["command"] = function.command;
  if (!function.url.empty()) document["url"] = function.url;
  if (!function.working_directory.empty())
    document["working_directory"] = function.working_directory;
  if (!function.dead_letter_arn.empty()) document["dead_letter_arn"] = function.dead_letter_arn;
  return document.dump();
}

std::string to_json(const EventSource& source) {
  return Json{{"id", source.id},
              {"account", source.account},
              {"region", source.region},
              {"function", source.function},
              {"event_source_arn", source.event_source_arn},
              {"batch_size", source.batch_size},
              {"batching_window_seconds", source.batching_window_seconds},
              {"report_batch_item_failures", source.report_batch_item_failures},
              {"enabled", source.enabled},
              {"maximum_concurrency", source.maximum_concurrency}}
      .dump();
}

std::string function_name(std::string_view arn_or_name) {
  constexpr std::string_view kMark = ":function:";
  if (const auto at = arn_or_name.find(kMark); at != std::string_view::npos)
    arn_or_name.remove_prefix(at + kMark.size());
  return std::string(arn_or_name.substr(0, arn_or_name.find(':')));
}

}  // namespace cumulite::functions
