#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/core/context.h"
#include "emulator/core/row_service.h"

/// The rows of space kSes, which both versions of the API share; made and parsed only here:
/// account, region, then
///   i NAME      an identity          t NAME    a template
///   m time id   a sent message       n         how many messages there are (a counter)
///   c NAME      a configuration set, as DescribeConfigurationSet answers it, in binary form
/// and, without a region, v: that senders must be verified.
namespace cumulite::ses {

struct Identity {
  std::string name;  ///< An address, or a domain.
  std::string token;
  std::int64_t created_ms = 0;
  std::vector<std::pair<std::string, std::string>> tags;

  bool is_domain() const { return name.find('@') == std::string::npos; }
};

struct Template {
  std::string name;
  std::string subject;
  std::string text;
  std::string html;
  std::int64_t created_ms = 0;
  std::vector<std::pair<std::string, std::string>> tags;
};

/// A message as `/_aws/ses` shows it.
struct SentMessage {
  std::string id;
  std::int64_t sent_ms = 0;
  std::size_t recipients = 0;
  std::string json;
};

std::optional<Identity> load_identity(Context& ctx, std::string_view name);
void store_identity(Context& ctx, const Identity& identity);
/// False: there was none.
bool erase_identity(Context& ctx, std::string_view name);

std::optional<Template> load_template(Context& ctx, std::string_view name);
void store_template(Context& ctx, const Template& made);
bool erase_template(Context& ctx, std::string_view name);

/// The bytes of a configuration set; nullopt if there is none.
std::optional<std::string> load_set(const Context& ctx, std::string_view name);
void store_set(Context& ctx, std::string_view name, const std::string& bytes);
bool erase_set(Context& ctx, std::string_view name);

/// A page of names, in order; nullopt for a token that is none.
struct NamePage {
  std::vector<std::string> names;
  std::optional<std::string> next_token;
};

std::optional<NamePage> list_identities(Context& ctx, std::string_view type, std::size_t limit,
                                        const std::optional<std::string>& token);
std::optional<NamePage> list_templates(Context& ctx, std::size_t limit,
                                       const std::optional<std::string>& token);

std::optional<NamePage> list_sets(Context& ctx, std::size_t limit,
                                  const std::optional<std::string>& token);

/// For a transaction that keeps a message.
storage::Domains message_domains(const Context& ctx);
/// Keeps it among the last 10,000 of the account's region.
void add_message(const Context& ctx, storage::Txn& txn, const SentMessage& message);
/// Times and recipients of what was sent since then.
std::vector<std::pair<std::int64_t, std::size_t>> messages_since(Context& ctx,
                                                                 std::int64_t since_ms);
/// Every kept message of every account, the oldest first within a region.
std::vector<SentMessage> all_messages(const storage::Reader& reader);
/// Forgets one message, or (empty id) all of them.
void forget_messages(storage::Store& store, std::string_view id);

/// Whether the account's senders must be verified; they need not unless someone asks for it.
bool requires_verification(const storage::Reader& reader, std::string_view account);
void require_verification(storage::Store& store, std::string_view account, bool required);

}  // namespace cumulite::ses
