#include <string>

#include <gtest/gtest.h>

#include "api/glacier.h"
#include "api/s3.h"
#include "api/s3control.h"
#include "protocol/route/test_request.h"
#include "protocol/wire/wire.h"

// The two REST formats: every kind of binding of S3 and Glacier, and the oddities of S3's bodies.
namespace cumulite::wire {
namespace {

namespace s3 = api::s3;
namespace glacier = api::glacier;
using route::TestRequest;

template <class Op>
Result<typename Op::Input> read(const model::ServiceModel& service, const TestRequest& test,
                                std::string_view body, const Labels& labels) {
  const http::Request request = test.view();
  typename Op::Input value;
  const Input input{request, body, &labels};
  CUMULITE_TRY(read_input(native_format(service), service, Op::info(), input, &value));
  return value;
}

template <class Op>
http::Response write(const model::ServiceModel& service, const typename Op::Output& output) {
  http::Response response;
  write_output(native_format(service), service, Op::info(), &output, "ID", response);
  return response;
}

TEST(RestXml, ReadsHeadersMetadataLabelsAndQuery) {
  const TestRequest test("PUT", "/b/k",
                         {{"X-Amz-Meta-Colour", "red"},
                          {"x-amz-meta-B", "\xC3\xA9"},
                          {"Content-Type", "text/plain"},
                          {"Expires", "Sun, 06 Nov 1994 08:49:37 GMT"},
                          {"x-amz-server-side-encryption-bucket-key-enabled", "true"}});
  const auto input = read<s3::op::PutObject>(s3::kModel, test, "", {{"Bucket", "b"}, {"Key", "k"}});
  ASSERT_TRUE(input.ok());
  EXPECT_EQ(*input->Key, "k");
  EXPECT_EQ(*model::find(*input->Metadata, "colour"), "red");
  EXPECT_EQ(*model::find(*input->Metadata, "b"), "\xC3\xA9");
  EXPECT_EQ(*input->ContentType, "text/plain");
  EXPECT_TRUE(*input->BucketKeyEnabled);
}

TEST(RestXml, UnreadableDatesInHeadersAreAbsentNumbersAreRefused) {
  const TestRequest get("GET", "/b/k", {{"If-Modified-Since", "yesterday"}});
  const auto object = read<s3::op::GetObject>(s3::kModel, get, "", {{"Bucket", "b"}, {"Key", "k"}});
  ASSERT_TRUE(object.ok());
  EXPECT_FALSE(object->IfModifiedSince.has_value());
  const TestRequest list("GET", "/b?max-keys=many");
  const auto objects = read<s3::op::ListObjects>(s3::kModel, list, "", {{"Bucket", "b"}});
  ASSERT_FALSE(objects.ok());
  EXPECT_EQ(objects.error().code, "InvalidArgument");
}

TEST(RestXml, ReadsFlattenedListsAndAttributes) {
  const TestRequest test("POST", "/b?delete");
  const auto input = read<s3::op::DeleteObjects>(
      s3::kModel, test,
      "<?xml version=\"1.0\"?><Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
      "<Object><Key> </Key></Object><Quiet>true</Quiet><Object><Key>a&amp;&#x41;<![CDATA[<]]></Key>"
      "</Object><Unknown/></Delete>",
      {{"Bucket", "b"}});
  ASSERT_TRUE(input.ok());
  const auto& objects = *input->Delete->Objects;
  ASSERT_EQ(objects.size(), 2u);
  EXPECT_EQ(*objects[0].Key, " ") << "a key of blanks is a key";
  EXPECT_EQ(*objects[1].Key, "a&A<");

  const auto acl = read<s3::op::PutBucketAcl>(
      s3::kModel, TestRequest("PUT", "/b?acl"),
      "<AccessControlPolicy><AccessControlList><Grant>"
      "<Grantee xmlns:x=\"http://www.w3.org/2001/XMLSchema-instance\" x:type=\"Group\"><URI>u</URI>"
      "</Grantee><Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>",
      {{"Bucket", "b"}});
  ASSERT_TRUE(acl.ok());
  EXPECT_EQ(*acl->AccessControlPolicy->Grants->at(0).Grantee->Type, "Group");
}

TEST(RestXml, MalformedAndHostileXmlIsRefused) {
  const std::string deep = [] {
    std::string text = "<Tagging>";
    for (int i = 0; i < 100'000; ++i) text += "<a>";
    return text;
  }();
  const std::string_view bodies[] = {"x",
                                     "<Tagging>",
                                     "<Other/>",
                                     "<Tagging/><Tagging/>",
                                     "text<Tagging/>",
                                     "<!DOCTYPE a [<!ENTITY b \"c\">]><Tagging>&b;</Tagging>",
                                     deep};
  for (const auto body : bodies) {
    const auto input = read<s3::op::PutBucketTagging>(s3::kModel, TestRequest("PUT", "/b?tagging"),
                                                      body, {{"Bucket", "b"}});
    ASSERT_FALSE(input.ok()) << body.substr(0, 40);
    EXPECT_EQ(input.error().code, "MalformedXML");
  }
}

TEST(RestXml, WritesListings) {
  s3::ListObjectsV2Output output;
  output.Name = "b";
  output.KeyCount = 1;
  output.IsTruncated = false;
  auto& object = output.Contents.emplace().emplace_back();
  object.Key = "a<\x01";
  object.LastModified = model::Timestamp{1'700'000'000'000};
  object.ETag = "\"e\"";
  const auto response = write<s3::op::ListObjectsV2>(s3::kModel, output);
  EXPECT_EQ(response.body,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult "
            "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><IsTruncated>false</IsTruncated>"
            "<Name>b</Name><KeyCount>1</KeyCount>"
            "<Contents><Key>a&lt;&#x1;</Key><LastModified>2023-11-14T22:13:20.000Z</LastModified>"
            "<ETag>&quot;e&quot;</ETag></Contents></ListBucketResult>");
  EXPECT_EQ(response.header("Content-Type"), "application/xml");
  EXPECT_EQ(response.header("x-amz-request-id"), "ID");
}

TEST(RestXml, WritesLocationAsItsRoot) {
  s3::GetBucketLocationOutput output;
  EXPECT_NE(
      write<s3::op::GetBucketLocation>(s3::kModel, output)
          .body.find("<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"/>"),
      std::string::npos);
}

TEST(RestXml, WritesGranteesWithTheirNamespace) {
  s3::GetBucketAclOutput output;
  auto& grant = output.Grants.emplace().emplace_back();
  grant.Grantee.emplace().Type = "CanonicalUser";
  grant.Grantee->ID = "1";
  const auto body = write<s3::op::GetBucketAcl>(s3::kModel, output).body;
  EXPECT_NE(body.find("<AccessControlPolicy xmlns="), std::string::npos);
  EXPECT_NE(body.find("<Grant><Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
                      "xsi:type=\"CanonicalUser\"><ID>1</ID></Grantee></Grant>"),
            std::string::npos)
      << body;
}

TEST(RestXml, WritesHeadersAndLeavesStreamsAlone) {
  s3::GetObjectOutput output;
  output.ETag = "\"e\"";
  output.ContentType = "text/plain";
  output.LastModified = model::Timestamp{1'700'000'000'000};
  output.Metadata.emplace().emplace_back("colour", "red");
  const auto response = write<s3::op::GetObject>(s3::kModel, output);
  EXPECT_EQ(response.header("Last-Modified"), "Tue, 14 Nov 2023 22:13:20 GMT");
  EXPECT_EQ(response.header("x-amz-meta-colour"), "red");
  EXPECT_EQ(response.header("Content-Type"), "text/plain");
  EXPECT_TRUE(response.body.empty());
}

TEST(RestXml, WritesErrors) {
  http::Response response;
  Error error{"NoSuchKey", "The specified key does not exist."};
  write_error(Format::kRestXml, s3::kModel, std::move(error).with("Key", "a&\"b\""),
              {"ID", "/b/a", "HOST"}, response);
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.body,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NoSuchKey</Code><Message>The "
            "specified key does not exist.</Message><Key>a&amp;\"b\"</Key><Resource>/b/a</Resource>"
            "<RequestId>ID</RequestId><HostId>HOST</HostId></Error>");
  http::Response head;
  ErrorContext context{"ID"};
  context.head = true;
  write_error(Format::kRestXml, s3::kModel, Error{"NoSuchBucketPolicy", "x"}, context, head);
  EXPECT_EQ(head.status, 404);
  EXPECT_TRUE(head.body.empty());
}

TEST(RestXml, WrapsErrorsOfS3Control) {
  http::Response response;
  write_error(Format::kRestXml, api::s3control::kModel, Error{"NoSuchBucket", "None."},
              {"ID", {}, "HOST"}, response);
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.header("x-amz-request-id"), "ID");
  EXPECT_EQ(response.body,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ErrorResponse "
            "xmlns=\"http://awss3control.amazonaws.com/doc/2018-08-20/\"><Error><Code>NoSuchBucket"
            "</Code><Message>None.</Message></Error><RequestId>ID</RequestId><HostId>HOST</HostId>"
            "</ErrorResponse>");
}

TEST(RestJson, GlacierBindsHeadersPayloadsAndBodies) {
  const TestRequest upload("POST", "/-/vaults/v/archives",
                           {{"x-amz-archive-description", "d"}, {"x-amz-sha256-tree-hash", "t"}});
  const auto archive = read<glacier::op::UploadArchive>(glacier::kModel, upload, "",
                                                        {{"accountId", "-"}, {"vaultName", "v"}});
  ASSERT_TRUE(archive.ok());
  EXPECT_EQ(*archive->archiveDescription, "d");
  EXPECT_EQ(*archive->vaultName, "v");

  const auto job =
      read<glacier::op::InitiateJob>(glacier::kModel, TestRequest("POST", "/-/vaults/v/jobs"),
                                     R"({"Type":"archive-retrieval","Tier":"Expedited"})",
                                     {{"accountId", "-"}, {"vaultName", "v"}});
  ASSERT_TRUE(job.ok());
  EXPECT_EQ(*job->jobParameters->Tier, "Expedited");

  glacier::op::UploadArchive::Output output;
  output.archiveId = "A";
  output.location = "/-/vaults/v/archives/A";
  const auto response = write<glacier::op::UploadArchive>(glacier::kModel, output);
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.header("x-amz-archive-id"), "A");
  EXPECT_EQ(response.header("Location"), "/-/vaults/v/archives/A");
}

TEST(RestJson, GlacierErrorsNameTheirType) {
  http::Response response;
  write_error(Format::kRestJson, glacier::kModel, Error{"ResourceNotFoundException", "Gone"},
              {"ID"}, response);
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.body,
            R"({"code":"ResourceNotFoundException","message":"Gone","type":"Client"})");
}

}  // namespace
}  // namespace cumulite::wire
