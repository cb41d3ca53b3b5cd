#include "emulator/services/ses/operations.h"

#include <algorithm>
#include <cctype>
#include <map>

#include <fmt/format.h>

#include "emulator/core/ids.h"
#include "emulator/services/ses/mailer.h"
#include "protocol/time_units.h"

namespace cumulite::ses {
namespace {

constexpr Wording kWording = {"InvalidParameterValue", "ConfigurationSetDoesNotExist"};

Error invalid_token() {
  return {"InvalidParameterValue", "NextToken is invalid.", 400};
}

std::vector<std::string> list_of(const std::optional<std::vector<std::string>>& list) {
  return list.value_or(std::vector<std::string>());
}

std::string text_of(const std::optional<api::Content>& content) {
  return content && content->Data ? *content->Data : std::string();
}

Mail mail_of(const std::string& source, const api::Destination& destination) {
  Mail mail;
  mail.source = source;
  mail.to = list_of(destination.ToAddresses);
  mail.cc = list_of(destination.CcAddresses);
  mail.bcc = list_of(destination.BccAddresses);
  return mail;
}

Result<void> check_domain(const std::string& domain) {
  const bool is_domain =
      domain.find('.') != std::string::npos && domain.find_first_of("@ ") == std::string::npos;
  if (is_domain) return {};
  return Error{"InvalidParameterValue", fmt::format("Invalid domain name {}.", domain), 400};
}

Result<void> check_email(const std::string& address) {
  const auto at = address.find('@');
  if (at != std::string::npos && at > 0 && at + 1 < address.size()) return {};
  return Error{"InvalidParameterValue", fmt::format("Invalid email address {}.", address), 400};
}

/// Whoever registers an identity here owns it: nobody has to open a mail or change a zone.
std::string register_identity(Context& ctx, const std::string& name) {
  if (const auto known = load_identity(ctx, name)) return known->token;
  const Identity made{name, verification_token(), ctx.now_ms, {}};
  store_identity(ctx, made);
  return made.token;
}

/// The characters of a tag's name, of which a value may have two more.
bool is_tag_text(std::string_view text, std::string_view more) {
  return std::all_of(text.begin(), text.end(), [&](const char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' ||
           more.find(c) != std::string_view::npos;
  });
}

Result<void> check_tag(const std::string& name, const std::string& value) {
  constexpr std::size_t kCharactersMax = 255;
  const auto refuse = [](std::string why) {
    return Error{"InvalidParameterValue", std::move(why), 400};
  };
  if (name.empty()) return refuse("The tag name must be specified.");
  if (value.empty()) return refuse("The tag value must be specified.");
  // These two the service reads itself; no other name has a colon.
  const bool is_feedback_id = name == "ses:feedback-id-a" || name == "ses:feedback-id-b";
  if (!is_feedback_id && !is_tag_text(name, "")) {
    return refuse(
        fmt::format("Invalid tag name <{}>: only alphanumeric ASCII characters, '_',  "
                    "'-' are allowed.",
                    name));
  }
  if (!is_tag_text(value, ".@")) {
    return refuse(
        fmt::format("Invalid tag value <{}>: only alphanumeric ASCII characters, '_',  "
                    "'-' , '.', '@' are allowed.",
                    value));
  }
  if (name.size() > kCharactersMax) return refuse("Tag name cannot exceed 255 characters.");
  if (value.size() > kCharactersMax) return refuse("Tag value cannot exceed 255 characters.");
  return {};
}

/// What the three ways to send have in common: their tags and their configuration set.
template <class Request>
Result<void> apply_publishing(const Request& req, std::string operation, Mail& mail) {
  for (const api::MessageTag& tag : req.Tags.value_or(std::vector<api::MessageTag>())) {
    CUMULITE_TRY(check_tag(tag.Name.value_or(""), tag.Value.value_or("")));
    mail.tags.emplace_back(*tag.Name, *tag.Value);
  }
  mail.configuration_set = req.ConfigurationSetName.value_or("");
  mail.operation = std::move(operation);
  return {};
}

Result<api::SendEmailResponse> send_email(Context& ctx, const api::SendEmailRequest& req) {
  Mail mail = mail_of(*req.Source, *req.Destination);
  CUMULITE_TRY(apply_publishing(req, "SendEmail", mail));
  mail.reply_to = list_of(req.ReplyToAddresses);
  mail.subject = text_of(req.Message->Subject);
  mail.text = text_of(req.Message->Body->Text);
  mail.html = text_of(req.Message->Body->Html);
  api::SendEmailResponse answer;
  CUMULITE_ASSIGN(answer.MessageId, send(ctx, kWording, std::move(mail)));
  return answer;
}

Result<api::SendRawEmailResponse> send_raw_email(Context& ctx,
                                                 const api::SendRawEmailRequest& req) {
  Mail mail;
  mail.source = req.Source.value_or("");
  mail.to = list_of(req.Destinations);
  CUMULITE_TRY(apply_publishing(req, "SendRawEmail", mail));
  mail.raw = *req.RawMessage->Data;
  if (mail.raw.empty()) return Error{"InvalidParameterValue", "Empty raw message.", 400};
  api::SendRawEmailResponse answer;
  CUMULITE_ASSIGN(answer.MessageId, send(ctx, kWording, std::move(mail)));
  return answer;
}

Error no_template(const std::string& name) {
  return {"TemplateDoesNotExist", fmt::format("Template {} does not exist.", name), 400};
}

Result<api::SendTemplatedEmailResponse> send_templated_email(
    Context& ctx, const api::SendTemplatedEmailRequest& req) {
  Mail mail = mail_of(*req.Source, *req.Destination);
  CUMULITE_TRY(apply_publishing(req, "SendTemplatedEmail", mail));
  const auto source = load_template(ctx, *req.Template);
  if (!source) return no_template(*req.Template);
  mail.reply_to = list_of(req.ReplyToAddresses);
  mail.template_data = *req.TemplateData;
  CUMULITE_ASSIGN(const bool rendered, render_template(*source, kWording, mail));
  api::SendTemplatedEmailResponse answer;
  // The service finds out later, and only its event destinations hear of it.
  answer.MessageId = ids::uuid();
  if (!rendered) return answer;
  CUMULITE_ASSIGN(answer.MessageId, send(ctx, kWording, std::move(mail)));
  return answer;
}

Result<api::VerifyEmailIdentityResponse> verify_email_identity(
    Context& ctx, const api::VerifyEmailIdentityRequest& req) {
  CUMULITE_TRY(check_email(*req.EmailAddress));
  register_identity(ctx, *req.EmailAddress);
  return api::VerifyEmailIdentityResponse{};
}

Result<model::Unit> verify_email_address(Context& ctx, const api::VerifyEmailAddressRequest& req) {
  CUMULITE_TRY(check_email(*req.EmailAddress));
  register_identity(ctx, *req.EmailAddress);
  return model::Unit{};
}

Result<api::VerifyDomainIdentityResponse> verify_domain_identity(
    Context& ctx, const api::VerifyDomainIdentityRequest& req) {
  CUMULITE_TRY(check_domain(*req.Domain));
  return api::VerifyDomainIdentityResponse{.VerificationToken =
                                               register_identity(ctx, *req.Domain)};
}

Result<api::ListIdentitiesResponse> list_all_identities(Context& ctx,
                                                        const api::ListIdentitiesRequest& req) {
  constexpr std::int32_t kItemsMax = 1000;
  const std::int32_t limit = req.MaxItems.value_or(kItemsMax);
  if (limit < 1 || limit > kItemsMax) {
    return Error{"InvalidParameterValue", "MaxItems must be between 1 and 1000.", 400};
  }
  auto page = list_identities(ctx, req.IdentityType.value_or(""), static_cast<std::size_t>(limit),
                              req.NextToken);
  if (!page) return invalid_token();
  return api::ListIdentitiesResponse{.Identities = std::move(page->names),
                                     .NextToken = std::move(page->next_token)};
}

Result<api::ListVerifiedEmailAddressesResponse> list_verified_email_addresses(
    Context& ctx, const model::Unit& req) {
  (void)req;
  constexpr std::size_t kAllOfThem = 10'000;
  auto page = list_identities(ctx, "EmailAddress", kAllOfThem, std::nullopt);
  return api::ListVerifiedEmailAddressesResponse{.VerifiedEmailAddresses = std::move(page->names)};
}

Result<api::GetIdentityVerificationAttributesResponse> get_identity_verification_attributes(
    Context& ctx, const api::GetIdentityVerificationAttributesRequest& req) {
  api::GetIdentityVerificationAttributesResponse answer;
  answer.VerificationAttributes.emplace();
  for (const std::string& name : *req.Identities) {
    const auto identity = load_identity(ctx, name);
    if (!identity) continue;
    api::IdentityVerificationAttributes shown;
    shown.VerificationStatus = "Success";
    if (identity->is_domain()) shown.VerificationToken = identity->token;
    answer.VerificationAttributes->emplace_back(name, std::move(shown));
  }
  return answer;
}

Result<api::DeleteIdentityResponse> delete_identity(Context& ctx,
                                                    const api::DeleteIdentityRequest& req) {
  erase_identity(ctx, *req.Identity);
  return api::DeleteIdentityResponse{};
}

Result<model::Unit> delete_verified_email_address(
    Context& ctx, const api::DeleteVerifiedEmailAddressRequest& req) {
  erase_identity(ctx, *req.EmailAddress);
  return model::Unit{};
}

Result<api::GetSendQuotaResponse> get_send_quota(Context& ctx, const model::Unit& req) {
  (void)req;
  double sent = 0;
  for (const auto& [time_ms, recipients] : messages_since(ctx, ctx.now_ms - kDayMs)) {
    sent += static_cast<double>(recipients);
  }
  return api::GetSendQuotaResponse{
      .Max24HourSend = kSendsADay, .MaxSendRate = kSendsASecond, .SentLast24Hours = sent};
}

Result<api::GetSendStatisticsResponse> get_send_statistics(Context& ctx, const model::Unit& req) {
  (void)req;
  constexpr std::int64_t kPointMs = 15 * kMinuteMs;
  constexpr std::int64_t kDays = 14;
  std::map<std::int64_t, std::int64_t> points;
  for (const auto& [time_ms, recipients] : messages_since(ctx, ctx.now_ms - kDays * kDayMs)) {
    points[time_ms / kPointMs * kPointMs] += static_cast<std::int64_t>(recipients);
  }
  api::GetSendStatisticsResponse answer;
  answer.SendDataPoints.emplace();
  for (const auto& [time_ms, attempts] : points) {
    answer.SendDataPoints->push_back({.Timestamp = model::Timestamp{time_ms},
                                      .DeliveryAttempts = attempts,
                                      .Bounces = 0,
                                      .Complaints = 0,
                                      .Rejects = 0});
  }
  return answer;
}

Result<Template> template_of(const api::Template& given, std::int64_t now_ms) {
  const std::string name = given.TemplateName.value_or("");
  const bool has_part = given.SubjectPart || given.TextPart || given.HtmlPart;
  if (!has_part) {
    return Error{"InvalidTemplate", "The template must have a subject, text or HTML part.", 400};
  }
  return Template{name,
                  given.SubjectPart.value_or(""),
                  given.TextPart.value_or(""),
                  given.HtmlPart.value_or(""),
                  now_ms,
                  {}};
}

Result<api::CreateTemplateResponse> create_template(Context& ctx,
                                                    const api::CreateTemplateRequest& req) {
  CUMULITE_ASSIGN(const Template made, template_of(*req.Template, ctx.now_ms));
  if (load_template(ctx, made.name)) {
    return Error{"AlreadyExists", fmt::format("Template {} already exists", made.name), 400};
  }
  store_template(ctx, made);
  return api::CreateTemplateResponse{};
}

Result<api::UpdateTemplateResponse> update_template(Context& ctx,
                                                    const api::UpdateTemplateRequest& req) {
  CUMULITE_ASSIGN(Template made, template_of(*req.Template, ctx.now_ms));
  const auto old = load_template(ctx, made.name);
  if (!old) return no_template(made.name);
  made.created_ms = old->created_ms;
  made.tags = old->tags;
  store_template(ctx, made);
  return api::UpdateTemplateResponse{};
}

Result<api::GetTemplateResponse> get_template(Context& ctx, const api::GetTemplateRequest& req) {
  const auto found = load_template(ctx, *req.TemplateName);
  if (!found) return no_template(*req.TemplateName);
  api::Template shown;
  shown.TemplateName = found->name;
  if (!found->subject.empty()) shown.SubjectPart = found->subject;
  if (!found->text.empty()) shown.TextPart = found->text;
  if (!found->html.empty()) shown.HtmlPart = found->html;
  return api::GetTemplateResponse{.Template = std::move(shown)};
}

Result<api::DeleteTemplateResponse> delete_template(Context& ctx,
                                                    const api::DeleteTemplateRequest& req) {
  erase_template(ctx, *req.TemplateName);
  return api::DeleteTemplateResponse{};
}

Result<api::ListTemplatesResponse> list_all_templates(Context& ctx,
                                                      const api::ListTemplatesRequest& req) {
  constexpr std::int32_t kItemsDefault = 10;
  constexpr std::int32_t kItemsMax = 100;
  const std::int32_t limit = std::clamp(req.MaxItems.value_or(kItemsDefault), 1, kItemsMax);
  auto page = list_templates(ctx, static_cast<std::size_t>(limit), req.NextToken);
  if (!page) return invalid_token();
  api::ListTemplatesResponse answer;
  answer.TemplatesMetadata.emplace();
  for (const std::string& name : page->names) {
    const auto found = load_template(ctx, name);
    if (!found) continue;
    answer.TemplatesMetadata->push_back(
        {.Name = name, .CreatedTimestamp = model::Timestamp{found->created_ms}});
  }
  answer.NextToken = std::move(page->next_token);
  return answer;
}

/// What SendTemplatedEmail keeps to itself, this one tells: which attribute is missing.
Result<api::TestRenderTemplateResponse> test_render_template(
    Context& ctx, const api::TestRenderTemplateRequest& req) {
  const auto source = load_template(ctx, *req.TemplateName);
  if (!source) return no_template(*req.TemplateName);
  auto parts = render_parts(*source, kWording, *req.TemplateData);
  if (!parts.ok()) {
    return Error{"InvalidRenderingParameter", "Template rendering data is invalid", 400};
  }
  if (parts->missing) {
    return Error{
        "MissingRenderingAttribute",
        fmt::format("Attribute '{}' is not present in the rendering data.", *parts->missing), 400};
  }
  return api::TestRenderTemplateResponse{.RenderedTemplate = show_rendered(*parts, ctx.now_ms)};
}

}  // namespace

std::span<const OperationRow> operation_rows() {
  static const OperationRow rows[] = {
      row<api::op::CreateTemplate, &create_template>(),
      row<api::op::DeleteIdentity, &delete_identity>(),
      row<api::op::DeleteTemplate, &delete_template>(),
      row<api::op::DeleteVerifiedEmailAddress, &delete_verified_email_address>(),
      row<api::op::GetIdentityVerificationAttributes, &get_identity_verification_attributes>(),
      row<api::op::GetSendQuota, &get_send_quota>(),
      row<api::op::GetSendStatistics, &get_send_statistics>(),
      row<api::op::GetTemplate, &get_template>(),
      row<api::op::ListIdentities, &list_all_identities>(),
      row<api::op::ListTemplates, &list_all_templates>(),
      row<api::op::ListVerifiedEmailAddresses, &list_verified_email_addresses>(),
      row<api::op::SendEmail, &send_email>(),
      row<api::op::SendRawEmail, &send_raw_email>(),
      row<api::op::SendTemplatedEmail, &send_templated_email>(),
      row<api::op::TestRenderTemplate, &test_render_template>(),
      row<api::op::UpdateTemplate, &update_template>(),
      row<api::op::VerifyDomainIdentity, &verify_domain_identity>(),
      row<api::op::VerifyEmailAddress, &verify_email_address>(),
      row<api::op::VerifyEmailIdentity, &verify_email_identity>(),
  };
  return rows;
}

}  // namespace cumulite::ses
