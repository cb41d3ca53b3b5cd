#include "emulator/services/dynamodb/table/tags.h"

#include <algorithm>
#include <cctype>

#include "storage/kv/key_codec.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::string_view kTablePart = ":table/";
constexpr std::size_t kTableNameMin = 3;
constexpr std::size_t kTagsMax = 50;
constexpr std::size_t kKeyMax = 128;
constexpr std::size_t kValueMax = 256;

std::string tags_row(const Table& table) {
  return keys::setting_row(table.account, table.region, 'g', table.name());
}

/// Characters of UTF-8.
std::size_t length(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

/// Letters, digits, white space and + - = . _ : / @; what is beyond ASCII counts as letters.
bool has_allowed_characters(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || std::isalnum(byte) != 0 || std::isspace(byte) != 0 ||
           std::string_view("+-=._:/@").find(c) != std::string_view::npos;
  });
}

/// The form of an ARN, which is looked at before the tags are.
Result<void> check_arn(const std::string& arn) {
  if (!arn.starts_with("arn:")) {
    return errors::validation("Invalid TableArn: ARNs must start with 'arn:': " + arn);
  }
  // An index has an ARN, but no tags.
  const auto name = arn.find(kTablePart);
  const bool named =
      name != std::string::npos && arn.size() - name - kTablePart.size() >= kTableNameMin;
  if (!named || !arn.starts_with("arn:aws:dynamodb:") || arn.find("/index/") != std::string::npos) {
    return errors::validation("Invalid TableArn: Invalid ResourceArn provided as input " + arn);
  }
  return {};
}

Result<TableRef> find_by_arn(Context& ctx, const std::string& arn) {
  CUMULITE_TRY(check_arn(arn));
  auto ref = find_table(ctx, arn);
  if (!ref.ok() && ref.error().code == "ResourceNotFoundException") {
    return Error{"ResourceNotFoundException",
                 "Requested resource not found: ResourcArn: " + arn + " not found"};
  }
  if (!ref.ok()) {
    return errors::validation("Invalid TableArn: Invalid ResourceArn provided as input " + arn);
  }
  return ref;
}

/// AWS refuses a look at the tags of another account's tables whether they are there or not.
bool is_of_another_account(const Context& ctx, std::string_view arn) {
  return arn.find(":" + ctx.caller.account_id + ":") == std::string_view::npos;
}

}  // namespace

storage::Domain tags_domain(const Table& table) {
  return storage::Domain::exclusive_on(spaces::kDynamoDb, tags_row(table));
}

Result<void> check_tags(const std::vector<api::Tag>& tags) {
  if (tags.size() > kTagsMax) {
    return errors::validation(
        "One or more parameter values were invalid: Too many tags: The number of tags exceeds the "
        "limit of 50");
  }
  for (std::size_t i = 0; i < tags.size(); ++i) {
    const std::string key = tags[i].Key.value_or("");
    if (key.empty() || length(key) > kKeyMax) {
      return errors::validation(
          "1 validation error detected: Value at 'tags.key' failed to satisfy constraint: Member "
          "must have length between 1 and 128");
    }
    if (length(tags[i].Value.value_or("")) > kValueMax) {
      return errors::validation(
          "1 validation error detected: Value at 'tags.value' failed to satisfy constraint: Member "
          "must have length less than or equal to 256");
    }
    if (!has_allowed_characters(key) || !has_allowed_characters(tags[i].Value.value_or(""))) {
      return errors::validation(
          "One or more parameter values were invalid: The tag key or value contains invalid "
          "characters. Only letters, whitespace, numbers and + - = . _ : / @ are allowed: " +
          key);
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (tags[j].Key == tags[i].Key) {
        return errors::validation(
            "One or more parameter values were invalid: Duplicate tag key found: " + key);
      }
    }
  }
  return {};
}

void put_tags(storage::Txn& txn, const Table& table, const std::vector<api::Tag>& tags) {
  std::string value;
  for (const auto& tag : tags) {
    storage::append_part(value, tag.Key.value_or(""));
    storage::append_part(value, tag.Value.value_or(""));
  }
  if (tags.empty()) {
    txn.del(spaces::kDynamoDb, tags_row(table));
  } else {
    txn.put(spaces::kDynamoDb, tags_row(table), value);
  }
}

std::vector<api::Tag> get_tags(const storage::Reader& reader, const Table& table) {
  std::vector<api::Tag> out;
  const auto value = reader.get(spaces::kDynamoDb, tags_row(table));
  if (!value) return out;
  std::string_view rest = *value;
  while (!rest.empty()) {
    auto& tag = out.emplace_back();
    tag.Key = storage::take_part(rest).value_or("");
    tag.Value = storage::take_part(rest).value_or("");
  }
  return out;
}

Result<model::Unit> tag_resource(Context& ctx, const api::TagResourceInput& in) {
  CUMULITE_TRY(check_arn(*in.ResourceArn));
  if (in.Tags->empty()) {
    return errors::validation("Atleast one Tag needs to be provided as Input.");
  }
  CUMULITE_TRY(check_tags(*in.Tags));
  CUMULITE_ASSIGN(const TableRef ref, find_by_arn(ctx, *in.ResourceArn));
  return ctx.env.store.transact(
      {tags_domain(*ref.table)}, [&](storage::Txn& txn) -> Result<model::Unit> {
        auto tags = get_tags(txn, *ref.table);
        for (const auto& tag : *in.Tags) {
          const auto same = std::find_if(tags.begin(), tags.end(),
                                         [&](const api::Tag& old) { return old.Key == tag.Key; });
          if (same == tags.end()) {
            tags.push_back(tag);
          } else {
            same->Value = tag.Value;
          }
        }
        CUMULITE_TRY(check_tags(tags));
        put_tags(txn, *ref.table, tags);
        return model::Unit{};
      });
}

Result<model::Unit> untag_resource(Context& ctx, const api::UntagResourceInput& in) {
  CUMULITE_TRY(check_arn(*in.ResourceArn));
  if (in.TagKeys->empty()) {
    return errors::validation("Atleast one Tag Key needs to be provided as Input.");
  }
  auto found = find_by_arn(ctx, *in.ResourceArn);
  if (!found.ok() && found.error().code == "ResourceNotFoundException") {
    return Error{"ResourceNotFoundException", "Requested resource not found"};
  }
  CUMULITE_ASSIGN(const TableRef ref, std::move(found));
  return ctx.env.store.transact(
      {tags_domain(*ref.table)}, [&](storage::Txn& txn) -> Result<model::Unit> {
        auto tags = get_tags(txn, *ref.table);
        const auto removed = [&](const api::Tag& tag) {
          return std::find(in.TagKeys->begin(), in.TagKeys->end(), *tag.Key) != in.TagKeys->end();
        };
        tags.erase(std::remove_if(tags.begin(), tags.end(), removed), tags.end());
        put_tags(txn, *ref.table, tags);
        return model::Unit{};
      });
}

Result<api::ListTagsOfResourceOutput> list_tags_of_resource(
    Context& ctx, const api::ListTagsOfResourceInput& in) {
  auto found = find_by_arn(ctx, *in.ResourceArn);
  if (!found.ok() && found.error().code == "ResourceNotFoundException" &&
      is_of_another_account(ctx, *in.ResourceArn)) {
    return Error{
        "AccessDeniedException",
        "User: arn:aws:iam::" + ctx.caller.account_id +
            ":root is not authorized to perform: dynamodb:ListTagsOfResource on resource: " +
            *in.ResourceArn};
  }
  CUMULITE_ASSIGN(const TableRef ref, std::move(found));
  api::ListTagsOfResourceOutput out;
  out.Tags = get_tags(ctx.env.store, *ref.table);
  return out;
}

}  // namespace cumulite::dynamodb
