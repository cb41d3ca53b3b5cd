#include "emulator/services/sesv2/service.h"

#include <algorithm>

#include <fmt/format.h>

#include "api/sesv2.h"
#include "emulator/services/ses/mailer.h"
#include "protocol/time_units.h"

namespace cumulite::sesv2 {
namespace {

constexpr ses::Wording kWording = {"BadRequestException", "NotFoundException"};

Error bad_request(std::string_view message) {
  return {"BadRequestException", std::string(message), 400};
}

Error not_found(std::string_view what, const std::string& name) {
  return {"NotFoundException", fmt::format("{} {} does not exist.", what, name), 404};
}

Error exists(std::string_view what, const std::string& name) {
  return {"AlreadyExistsException", fmt::format("{} {} already exist.", what, name), 400};
}

std::string text_of(const std::optional<api::Content>& content) {
  return content && content->Data ? *content->Data : std::string();
}

std::vector<std::string> list_of(const std::optional<std::vector<std::string>>& list) {
  return list.value_or(std::vector<std::string>());
}

std::vector<std::pair<std::string, std::string>> pairs_of(
    const std::optional<std::vector<api::Tag>>& tags) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const api::Tag& tag : tags.value_or(std::vector<api::Tag>())) {
    pairs.emplace_back(*tag.Key, *tag.Value);
  }
  return pairs;
}

std::vector<api::Tag> tags_of(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::vector<api::Tag> tags;
  for (const auto& [key, value] : pairs) tags.push_back({.Key = key, .Value = value});
  return tags;
}

/// The template of a request: named, by ARN, or given with it.
Result<ses::Template> template_of(Context& ctx, const api::Template& asked) {
  if (asked.TemplateContent) {
    const api::EmailTemplateContent& content = *asked.TemplateContent;
    return ses::Template{"",
                         content.Subject.value_or(""),
                         content.Text.value_or(""),
                         content.Html.value_or(""),
                         ctx.now_ms,
                         {}};
  }
  std::string name = asked.TemplateName.value_or("");
  if (name.empty() && asked.TemplateArn) {
    name = asked.TemplateArn->substr(asked.TemplateArn->rfind('/') + 1);
  }
  auto found = ses::load_template(ctx, name);
  if (!found) return not_found("Template", name);
  return std::move(*found);
}

/// Fills in what is to be said. False: a template's data lacks something, and nothing is sent.
Result<bool> fill_content(Context& ctx, const api::EmailContent& content, ses::Mail& mail) {
  const int kinds = (content.Simple ? 1 : 0) + (content.Raw ? 1 : 0) + (content.Template ? 1 : 0);
  if (kinds != 1) return bad_request("Content must be exactly one of Simple, Raw and Template.");
  if (content.Raw) {
    mail.raw = *content.Raw->Data;
    if (mail.raw.empty()) return bad_request("Empty raw message.");
    return true;
  }
  if (content.Simple) {
    if (content.Simple->Attachments) return not_implemented("SendEmail with attachments");
    mail.subject = text_of(content.Simple->Subject);
    mail.text = text_of(content.Simple->Body->Text);
    mail.html = text_of(content.Simple->Body->Html);
    return true;
  }
  CUMULITE_ASSIGN(const ses::Template source, template_of(ctx, *content.Template));
  mail.template_data = content.Template->TemplateData.value_or("{}");
  return ses::render_template(source, kWording, mail);
}

Result<api::SendEmailResponse> send_email(Context& ctx, const api::SendEmailRequest& req) {
  ses::Mail mail;
  mail.source = req.FromEmailAddress.value_or("");
  if (req.Destination) {
    mail.to = list_of(req.Destination->ToAddresses);
    mail.cc = list_of(req.Destination->CcAddresses);
    mail.bcc = list_of(req.Destination->BccAddresses);
  }
  mail.reply_to = list_of(req.ReplyToAddresses);
  mail.configuration_set = req.ConfigurationSetName.value_or("");
  mail.operation = "SendEmail";
  for (const auto& tag : req.EmailTags.value_or(std::vector<api::MessageTag>()))
    mail.tags.emplace_back(*tag.Name, *tag.Value);
  CUMULITE_ASSIGN(const bool sends, fill_content(ctx, *req.Content, mail));
  api::SendEmailResponse answer;
  answer.MessageId = ses::verification_token();
  if (!sends) return answer;
  CUMULITE_ASSIGN(answer.MessageId, ses::send(ctx, kWording, std::move(mail)));
  return answer;
}

std::string type_of(const ses::Identity& identity) {
  return identity.is_domain() ? "DOMAIN" : "EMAIL_ADDRESS";
}

api::DkimAttributes dkim_of(const ses::Identity& identity) {
  api::DkimAttributes dkim;
  dkim.SigningEnabled = identity.is_domain();
  dkim.Status = identity.is_domain() ? "SUCCESS" : "NOT_STARTED";
  if (identity.is_domain()) dkim.Tokens = {{identity.token}};
  dkim.SigningAttributesOrigin = "AWS_SES";
  return dkim;
}

Result<api::CreateEmailIdentityResponse> create_email_identity(
    Context& ctx, const api::CreateEmailIdentityRequest& req) {
  const std::string& name = *req.EmailIdentity;
  if (ses::load_identity(ctx, name)) return exists("Email identity", name);
  const auto at = name.find('@');
  const bool is_address = at != std::string::npos && at > 0 && at + 1 < name.size();
  const bool is_domain = at == std::string::npos && name.find('.') != std::string::npos;
  if (!is_address && !is_domain) return bad_request("Email identity is not valid: " + name);
  const ses::Identity made{name, ses::verification_token(), ctx.now_ms, pairs_of(req.Tags)};
  ses::store_identity(ctx, made);
  api::CreateEmailIdentityResponse answer;
  answer.IdentityType = type_of(made);
  answer.VerifiedForSendingStatus = true;
  answer.DkimAttributes = dkim_of(made);
  return answer;
}

Result<api::GetEmailIdentityResponse> get_email_identity(Context& ctx,
                                                         const api::GetEmailIdentityRequest& req) {
  const auto found = ses::load_identity(ctx, *req.EmailIdentity);
  if (!found) return not_found("Email identity", *req.EmailIdentity);
  api::GetEmailIdentityResponse answer;
  answer.IdentityType = type_of(*found);
  answer.FeedbackForwardingStatus = true;
  answer.VerifiedForSendingStatus = true;
  answer.DkimAttributes = dkim_of(*found);
  answer.MailFromAttributes = {{.BehaviorOnMxFailure = "USE_DEFAULT_VALUE"}};
  answer.Policies.emplace();
  answer.Tags = tags_of(found->tags);
  answer.VerificationStatus = "SUCCESS";
  return answer;
}

Result<api::ListEmailIdentitiesResponse> list_email_identities(
    Context& ctx, const api::ListEmailIdentitiesRequest& req) {
  constexpr std::int32_t kPageMax = 1000;
  const std::int32_t limit = req.PageSize.value_or(kPageMax);
  if (limit < 1 || limit > kPageMax) return bad_request("PageSize must be between 1 and 1000.");
  const auto page = ses::list_identities(ctx, "", static_cast<std::size_t>(limit), req.NextToken);
  if (!page) return Error{"InvalidNextTokenException", "The specified token is not valid.", 400};
  api::ListEmailIdentitiesResponse answer;
  answer.EmailIdentities.emplace();
  for (const std::string& name : page->names) {
    answer.EmailIdentities->push_back({.IdentityType = type_of({name, {}, 0, {}}),
                                       .IdentityName = name,
                                       .SendingEnabled = true,
                                       .VerificationStatus = "SUCCESS"});
  }
  answer.NextToken = page->next_token;
  return answer;
}

Result<api::DeleteEmailIdentityResponse> delete_email_identity(
    Context& ctx, const api::DeleteEmailIdentityRequest& req) {
  if (!ses::erase_identity(ctx, *req.EmailIdentity)) {
    return not_found("Email identity", *req.EmailIdentity);
  }
  return api::DeleteEmailIdentityResponse{};
}

Result<api::GetAccountResponse> get_account(Context& ctx, const api::GetAccountRequest& req) {
  (void)req;
  double sent = 0;
  for (const auto& [time_ms, recipients] : ses::messages_since(ctx, ctx.now_ms - kDayMs)) {
    sent += static_cast<double>(recipients);
  }
  api::GetAccountResponse answer;
  answer.DedicatedIpAutoWarmupEnabled = false;
  answer.EnforcementStatus = "HEALTHY";
  answer.ProductionAccessEnabled = true;
  answer.SendQuota = {{.Max24HourSend = ses::kSendsADay,
                       .MaxSendRate = ses::kSendsASecond,
                       .SentLast24Hours = sent}};
  answer.SendingEnabled = true;
  return answer;
}

ses::Template made_template(const std::string& name, const api::EmailTemplateContent& content,
                            std::int64_t now_ms) {
  return {name,
          content.Subject.value_or(""),
          content.Text.value_or(""),
          content.Html.value_or(""),
          now_ms,
          {}};
}

Result<api::CreateEmailTemplateResponse> create_email_template(
    Context& ctx, const api::CreateEmailTemplateRequest& req) {
  if (ses::load_template(ctx, *req.TemplateName)) return exists("Template", *req.TemplateName);
  ses::Template made = made_template(*req.TemplateName, *req.TemplateContent, ctx.now_ms);
  made.tags = pairs_of(req.Tags);
  ses::store_template(ctx, made);
  return api::CreateEmailTemplateResponse{};
}

Result<api::UpdateEmailTemplateResponse> update_email_template(
    Context& ctx, const api::UpdateEmailTemplateRequest& req) {
  const auto old = ses::load_template(ctx, *req.TemplateName);
  if (!old) return not_found("Template", *req.TemplateName);
  ses::Template made = made_template(*req.TemplateName, *req.TemplateContent, old->created_ms);
  made.tags = old->tags;
  ses::store_template(ctx, made);
  return api::UpdateEmailTemplateResponse{};
}

Result<api::GetEmailTemplateResponse> get_email_template(Context& ctx,
                                                         const api::GetEmailTemplateRequest& req) {
  const auto found = ses::load_template(ctx, *req.TemplateName);
  if (!found) return not_found("Template", *req.TemplateName);
  api::GetEmailTemplateResponse answer;
  answer.TemplateName = found->name;
  answer.TemplateContent.emplace();
  if (!found->subject.empty()) answer.TemplateContent->Subject = found->subject;
  if (!found->text.empty()) answer.TemplateContent->Text = found->text;
  if (!found->html.empty()) answer.TemplateContent->Html = found->html;
  answer.Tags = tags_of(found->tags);
  return answer;
}

Result<api::DeleteEmailTemplateResponse> delete_email_template(
    Context& ctx, const api::DeleteEmailTemplateRequest& req) {
  if (!ses::erase_template(ctx, *req.TemplateName)) {
    return not_found("Template", *req.TemplateName);
  }
  return api::DeleteEmailTemplateResponse{};
}

Result<api::ListEmailTemplatesResponse> list_email_templates(
    Context& ctx, const api::ListEmailTemplatesRequest& req) {
  constexpr std::int32_t kPageDefault = 10;
  constexpr std::int32_t kPageMax = 100;
  const std::int32_t limit = std::clamp(req.PageSize.value_or(kPageDefault), 1, kPageMax);
  const auto page = ses::list_templates(ctx, static_cast<std::size_t>(limit), req.NextToken);
  if (!page) return Error{"InvalidNextTokenException", "The specified token is not valid.", 400};
  api::ListEmailTemplatesResponse answer;
  answer.TemplatesMetadata.emplace();
  for (const std::string& name : page->names) {
    const auto found = ses::load_template(ctx, name);
    if (!found) continue;
    answer.TemplatesMetadata->push_back(
        {.TemplateName = name, .CreatedTimestamp = model::Timestamp{found->created_ms}});
  }
  answer.NextToken = page->next_token;
  return answer;
}

using Tags = std::vector<std::pair<std::string, std::string>>;

/// Calls `use` with the tags of the identity or template that the ARN names; stores it again if
/// `use` says that it changed them.
template <class Use>
Result<void> with_tags(Context& ctx, const std::string& arn, Use use) {
  const std::string prefix =
      fmt::format("arn:aws:ses:{}:{}:", ctx.caller.region, ctx.caller.account_id);
  const std::string_view resource =
      arn.starts_with(prefix) ? std::string_view(arn).substr(prefix.size()) : std::string_view();
  const std::size_t slash = resource.find('/');
  if (slash == std::string_view::npos) return bad_request("Invalid ARN: " + arn);
  const std::string_view kind = resource.substr(0, slash);
  const std::string_view name = resource.substr(slash + 1);
  if (auto found = ses::load_identity(ctx, name); found && kind == "identity") {
    if (use(found->tags)) ses::store_identity(ctx, *found);
    return {};
  }
  if (auto found = ses::load_template(ctx, name); found && kind == "template") {
    if (use(found->tags)) ses::store_template(ctx, *found);
    return {};
  }
  return not_found("Resource", arn);
}

Result<api::ListTagsForResourceResponse> list_tags_for_resource(
    Context& ctx, const api::ListTagsForResourceRequest& req) {
  api::ListTagsForResourceResponse answer;
  CUMULITE_TRY(with_tags(ctx, *req.ResourceArn, [&](const Tags& tags) {
    answer.Tags = tags_of(tags);
    return false;
  }));
  return answer;
}

Result<api::TagResourceResponse> tag_resource(Context& ctx, const api::TagResourceRequest& req) {
  CUMULITE_TRY(with_tags(ctx, *req.ResourceArn, [&](Tags& tags) {
    for (auto& tag : pairs_of(req.Tags)) {
      std::erase_if(tags, [&](const auto& known) { return known.first == tag.first; });
      tags.push_back(std::move(tag));
    }
    return true;
  }));
  return api::TagResourceResponse{};
}

Result<api::UntagResourceResponse> untag_resource(Context& ctx,
                                                  const api::UntagResourceRequest& req) {
  CUMULITE_TRY(with_tags(ctx, *req.ResourceArn, [&](Tags& tags) {
    for (const std::string& key : list_of(req.TagKeys))
      std::erase_if(tags, [&](const auto& known) { return known.first == key; });
    return true;
  }));
  return api::UntagResourceResponse{};
}

std::span<const OperationRow> operation_rows() {
  static const OperationRow rows[] = {
      row<api::op::CreateEmailIdentity, &create_email_identity>(),
      row<api::op::CreateEmailTemplate, &create_email_template>(),
      row<api::op::DeleteEmailIdentity, &delete_email_identity>(),
      row<api::op::DeleteEmailTemplate, &delete_email_template>(),
      row<api::op::GetAccount, &get_account>(),
      row<api::op::GetEmailIdentity, &get_email_identity>(),
      row<api::op::GetEmailTemplate, &get_email_template>(),
      row<api::op::ListEmailIdentities, &list_email_identities>(),
      row<api::op::ListEmailTemplates, &list_email_templates>(),
      row<api::op::ListTagsForResource, &list_tags_for_resource>(),
      row<api::op::SendEmail, &send_email>(),
      row<api::op::TagResource, &tag_resource>(),
      row<api::op::UntagResource, &untag_resource>(),
      row<api::op::UpdateEmailTemplate, &update_email_template>(),
  };
  return rows;
}

/// Rows and resets are those of version 1, which keeps everything.
class SesV2Service final : public Service {
 public:
  const model::ServiceModel& model() const override { return api::kModel; }

  std::span<const OperationRow> rows() const override { return operation_rows(); }
};

}  // namespace

std::unique_ptr<Service> make_service(Environment& env) {
  (void)env;
  return std::make_unique<SesV2Service>();
}

}  // namespace cumulite::sesv2
