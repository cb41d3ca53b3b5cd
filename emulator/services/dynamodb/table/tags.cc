#include "emulator/services/dynamodb/table/tags.h"

#include <algorithm>
#include <cctype>

#include "emulator/services/dynamodb/part_arn.h"
#include "storage/kv/key_codec.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::string_view kTablePart = ":table/";
constexpr std::size_t kTableNameMin = 3;
constexpr std::size_t kTagsMax = 50;
constexpr std::size_t kKeyMax = 128;
constexpr std::size_t kValueMax = 256;
constexpr std::string_view kReservedPrefix = "aws:";

std::string tags_row(const Table& table) {
  return keys::setting_row(table.account, table.region, 'g', table.name());
}

/// Characters of UTF-8.
std::size_t length(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

/// Pictographs and other symbols; letters of any script are welcome in tags.
bool is_symbol(char32_t point) {
  return (point >= 0x2000 && point <= 0x2BFF && point != 0x2028 && point != 0x2029) ||
         point >= 0x1F000;
}

/// Letters, digits, white space and + - = . _ : / @; what is beyond ASCII counts as letters but for
/// symbols.
bool has_allowed_characters(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80) {
      const bool plain = std::isalnum(byte) != 0 || std::isspace(byte) != 0 ||
                         std::string_view("+-=._:/@").find(text[i]) != std::string_view::npos;
      if (!plain) return false;
      ++i;
      continue;
    }
    const std::size_t size = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
    char32_t point = byte & (0xFFU >> (size + 1));
    for (std::size_t j = 1; j < size && i + j < text.size(); ++j) {
      point = (point << 6U) | (static_cast<unsigned char>(text[i + j]) & 0x3FU);
    }
    if (is_symbol(point)) return false;
    i += size;
  }
  return true;
}

Result<void> check_key(const std::optional<std::string>& key) {
  if (!key || key->empty() || length(*key) > kKeyMax || !has_allowed_characters(*key)) {
    return errors::validation("The Tag Key provided is invalid, Key: " + key.value_or("null"));
  }
  std::string start = key->substr(0, kReservedPrefix.size());
  std::transform(start.begin(), start.end(), start.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (start == kReservedPrefix) {
    return errors::validation("Tag Key cannot be prefixed with aws:, Key: " + *key);
  }
  return {};
}

Error too_many_tags() {
  return errors::validation("Number of Tags exceed the current limit for the provided ResourceArn");
}

/// The form of an ARN, which is looked at before the tags are.
Result<void> check_arn(const std::string& arn) {
  CUMULITE_TRY(check_resource_arn(arn));
  const auto name = arn.find(kTablePart);
  const bool named =
      name != std::string::npos && arn.size() - name - kTablePart.size() >= kTableNameMin;
  if (!named) {
    return errors::validation("Invalid TableArn: Invalid ResourceArn provided as input " + arn);
  }
  return {};
}

Result<TableRef> find_by_arn(Context& ctx, const std::string& arn) {
  CUMULITE_TRY(check_arn(arn));
  auto ref = find_table(ctx, arn);
  if (!ref.ok() && ref.error().code == "AccessDeniedException") return ref;
  if (!ref.ok() && ref.error().code == "ResourceNotFoundException") {
    return Error{"ResourceNotFoundException",
                 "Requested resource not found: ResourceArn: " + arn + " not found"};
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
  for (std::size_t i = 0; i < tags.size(); ++i) {
    CUMULITE_TRY(check_key(tags[i].Key));
    const auto& value = tags[i].Value;
    if (!value || length(*value) > kValueMax || !has_allowed_characters(*value)) {
      return errors::validation("The Tag Value provided is invalid, Value: " +
                                value.value_or("null"));
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (tags[j].Key == tags[i].Key) {
        return errors::validation("Duplicate Tag Keys provided as input: Duplicate Tag Key found " +
                                  *tags[i].Key);
      }
    }
  }
  if (tags.size() > kTagsMax) return too_many_tags();
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
  for (const auto& key : *in.TagKeys) CUMULITE_TRY(check_key(key));
  if (in.TagKeys->size() > kTagsMax) return too_many_tags();
  CUMULITE_ASSIGN(const TableRef ref, find_by_arn(ctx, *in.ResourceArn));
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
