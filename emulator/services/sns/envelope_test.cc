#include "emulator/services/sns/envelope.h"

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "emulator/core/test_environment.h"
#include "protocol/codec/base64.h"
#include "protocol/codec/json_document.h"

namespace cumulite::sns {
namespace {

constexpr const char* kUrl = "http://127.0.0.1:4566";
constexpr const char* kTopic = "arn:aws:sns:us-east-1:000000000000:t";
const std::string kSubscription = std::string(kTopic) + ":id";

Message make_message() {
  Message message;
  message.id = "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324";
  message.topic_arn = kTopic;
  message.subject = "My \"First\" Message";
  message.text = "Hello\nworld \xC3\xB6";
  message.time_ms = TestEnvironment::kStartMs + 655;
  return message;
}

/// Checks a signature with the certificate, as a subscriber would.
bool verifies(const std::string& pem, const EVP_MD* digest, const std::string& text,
              const std::string& base64) {
  const std::unique_ptr<BIO, void (*)(BIO*)> bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free_all);
  const std::unique_ptr<X509, void (*)(X509*)> certificate(
      PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), X509_free);
  if (certificate == nullptr) return false;
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(),
                                                                   EVP_MD_CTX_free);
  const std::string signature = codec::base64_decode(base64).value_or("");
  EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr,
                       X509_get0_pubkey(certificate.get()));
  return EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                          signature.size(), reinterpret_cast<const unsigned char*>(text.data()),
                          text.size()) == 1;
}

// Subscribers read the envelope as text too: fields, order and blanks are those of AWS.
TEST(Envelope, HasTheFormOfAws) {
  TestEnvironment environment;
  Signer keys(environment.store());
  MessageSigner unsigned_messages(keys, kUrl, "");
  Message message = make_message();
  message.sequence_number = "10000000000000001000";
  message.attributes = {{"n", "Number", "99.12"}, {"b", "Binary", std::string("\0\1", 2)}};
  EXPECT_EQ(notification(message, message.text, kSubscription, unsigned_messages),
            "{\n"
            "  \"Type\" : \"Notification\",\n"
            "  \"MessageId\" : \"22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324\",\n"
            "  \"SequenceNumber\" : \"10000000000000001000\",\n"
            "  \"TopicArn\" : \"arn:aws:sns:us-east-1:000000000000:t\",\n"
            "  \"Subject\" : \"My \\\"First\\\" Message\",\n"
            "  \"Message\" : \"Hello\\nworld \xC3\xB6\",\n"
            "  \"Timestamp\" : \"2026-01-01T00:00:00.655Z\",\n"
            "  \"UnsubscribeURL\" : \"http://127.0.0.1:4566/?Action=Unsubscribe&SubscriptionArn="
            "arn:aws:sns:us-east-1:000000000000:t:id\",\n"
            "  \"MessageAttributes\" : {\n"
            "    \"n\" : {\"Type\":\"Number\",\"Value\":\"99.12\"},\n"
            "    \"b\" : {\"Type\":\"Binary\",\"Value\":\"AAE=\"}\n"
            "  }\n"
            "}");
}

// The signature is a real one, over the text that AWS documents, in both versions.
TEST(Envelope, SignaturesVerifyWithTheCertificate) {
  TestEnvironment environment;
  Signer keys(environment.store());
  const Message message = make_message();
  const std::string text =
      "Message\n" + message.text + "\nMessageId\n" + message.id + "\nSubject\n" + message.subject +
      "\nTimestamp\n2026-01-01T00:00:00.655Z\nTopicArn\n" + kTopic + "\nType\nNotification\n";
  for (const auto& [version, digest] : {std::pair{"1", EVP_sha1()}, std::pair{"2", EVP_sha256()}}) {
    MessageSigner signer(keys, kUrl, version);
    const auto envelope =
        nlohmann::json::parse(notification(message, message.text, kSubscription, signer));
    EXPECT_EQ(envelope["SignatureVersion"], version);
    EXPECT_EQ(envelope["SigningCertURL"],
              std::string(kUrl) + "/_aws/sns/" + keys.certificate_name());
    EXPECT_TRUE(verifies(keys.certificate(), digest, text, envelope["Signature"]));
    EXPECT_FALSE(verifies(keys.certificate(), digest, text + "x", envelope["Signature"]));
  }
}

TEST(Envelope, ConfirmationsAreSignedToo) {
  TestEnvironment environment;
  Signer keys(environment.store());
  MessageSigner signer(keys, kUrl, "1");
  const Confirmation what = {"SubscriptionConfirmation", "id", "abc", kTopic, kSubscription,
                             TestEnvironment::kStartMs};
  const auto document = nlohmann::json::parse(confirmation(what, signer));
  EXPECT_EQ(document["SubscribeURL"],
            std::string(kUrl) + "/?Action=ConfirmSubscription&TopicArn=" + kTopic + "&Token=abc");
  const std::string text = "Message\n" + what.message() + "\nMessageId\nid\nSubscribeURL\n" +
                           document["SubscribeURL"].get<std::string>() +
                           "\nTimestamp\n2026-01-01T00:00:00.000Z\nToken\nabc\nTopicArn\n" +
                           kTopic + "\nType\nSubscriptionConfirmation\n";
  EXPECT_TRUE(verifies(keys.certificate(), EVP_sha1(), text, document["Signature"]));
}

// Functions get other member names than queues, and a null where there is no subject.
TEST(Envelope, FunctionsGetRecords) {
  TestEnvironment environment;
  Signer keys(environment.store());
  MessageSigner signer(keys, kUrl, "1");
  Message message = make_message();
  message.subject.clear();
  const auto event =
      nlohmann::json::parse(function_event(message, message.text, kSubscription, signer));
  const auto& record = event["Records"][0];
  EXPECT_EQ(record["EventSource"], "aws:sns");
  EXPECT_EQ(record["EventSubscriptionArn"], kSubscription);
  EXPECT_TRUE(record["Sns"]["Subject"].is_null());
  EXPECT_TRUE(record["Sns"]["MessageAttributes"].empty());
  EXPECT_TRUE(record["Sns"].contains("SigningCertUrl"));
}

// The key belongs to the data directory: a new start signs with the same one.
TEST(Envelope, TheKeyIsKept) {
  TestEnvironment environment;
  const std::string first = Signer(environment.store()).certificate_name();
  environment.reopen();
  EXPECT_EQ(Signer(environment.store()).certificate_name(), first);
}

}  // namespace
}  // namespace cumulite::sns
