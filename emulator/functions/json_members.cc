#include "emulator/functions/json_members.h"

#include <algorithm>

#include <fmt/format.h>

#include "protocol/codec/json_document.h"

namespace cumulite::functions {
namespace {

using Json = nlohmann::json;

Error invalid(std::string_view member, std::string_view rule) {
  return {"ValidationException", fmt::format("'{}' {}", member, rule), 400};
}

}  // namespace

struct Members::Document {
  /// Null if it is not there, or null itself.
  const Json* find(const char* name) const {
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? nullptr : &*found;
  }

  Json object;
};

Members::Members(std::unique_ptr<Document> document) : document_(std::move(document)) {}

Members::~Members() = default;
Members::Members(Members&& other) noexcept = default;
Members& Members::operator=(Members&& other) noexcept = default;

Result<Members> Members::parse(std::string_view json) {
  auto object = Json::parse(json, nullptr, false);
  if (object.is_discarded()) return invalid("document", "is not valid JSON");
  if (!object.is_object()) return invalid("document", "must be a JSON object");
  return Members(std::make_unique<Document>(Document{std::move(object)}));
}

std::string Members::text(const char* name, std::string fallback) {
  asked_.emplace_back(name);
  const Json* value = document_->find(name);
  if (value == nullptr) return fallback;
  if (!value->is_string()) return complain(name, "must be a string"), fallback;
  return value->get<std::string>();
}

std::int64_t Members::number(const char* name, std::int64_t fallback, std::int64_t min,
                             std::int64_t max) {
  asked_.emplace_back(name);
  const Json* value = document_->find(name);
  if (value == nullptr) return fallback;
  if (value->is_number_integer()) {
    const auto number = value->get<std::int64_t>();
    if (number >= min && number <= max) return number;
  }
  complain(name, fmt::format("must be a whole number from {} to {}", min, max));
  return fallback;
}

bool Members::flag(const char* name, bool fallback) {
  asked_.emplace_back(name);
  const Json* value = document_->find(name);
  if (value == nullptr) return fallback;
  if (!value->is_boolean()) return complain(name, "must be true or false"), fallback;
  return value->get<bool>();
}

std::vector<std::string> Members::texts(const char* name) {
  asked_.emplace_back(name);
  std::vector<std::string> list;
  const Json* value = document_->find(name);
  if (value == nullptr) return list;
  if (!value->is_array()) return complain(name, "must be a list of strings"), list;
  for (const auto& element : *value) {
    if (!element.is_string()) return complain(name, "must be a list of strings"), list;
    list.push_back(element.get<std::string>());
  }
  return list;
}

std::vector<std::pair<std::string, std::string>> Members::map(const char* name) {
  asked_.emplace_back(name);
  std::vector<std::pair<std::string, std::string>> pairs;
  const Json* value = document_->find(name);
  if (value == nullptr) return pairs;
  if (!value->is_object()) return complain(name, "must be an object of strings"), pairs;
  for (const auto& [key, element] : value->items()) {
    if (!element.is_string()) return complain(name, "must be an object of strings"), pairs;
    pairs.emplace_back(key, element.get<std::string>());
  }
  return pairs;
}

void Members::complain(std::string_view member, std::string_view rule) {
  if (problem_.code.empty()) problem_ = invalid(member, rule);
}

Result<void> Members::finish() {
  for (const auto& [name, value] : document_->object.items()) {
    if (std::find(asked_.begin(), asked_.end(), name) == asked_.end())
      complain(name, "is not a known member");
  }
  if (!problem_.code.empty()) return problem_;
  return {};
}

}  // namespace cumulite::functions
