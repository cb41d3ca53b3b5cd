#include "emulator/functions/response_stream.h"

#include <chrono>
#include <thread>

#include <gtest/gtest.h>

namespace cumulite::functions {
namespace {

std::int64_t deadline_in(std::chrono::milliseconds time) {
  const auto when = std::chrono::steady_clock::now() + time;
  return std::chrono::duration_cast<std::chrono::microseconds>(when.time_since_epoch()).count();
}

std::string read_all(ResponseStream& stream) {
  std::string text(100, '\0');
  text.resize(stream.read(text.data(), text.size()));
  return text;
}

TEST(ResponseStream, WakesOnceForEachWait) {
  int answerable = 0;
  int woken = 0;
  ResponseStream stream("1", [&] { ++answerable; });
  EXPECT_FALSE(stream.is_answerable());
  stream.begin("text/plain");
  stream.begin("text/html");
  EXPECT_EQ(answerable, 1);
  EXPECT_EQ(stream.content_type(), "text/plain");
  EXPECT_FALSE(stream.is_ready([&] { ++woken; }));
  EXPECT_TRUE(stream.write("a", deadline_in(std::chrono::seconds(1))));
  EXPECT_TRUE(stream.write("b", deadline_in(std::chrono::seconds(1))));
  EXPECT_EQ(woken, 1);
  EXPECT_EQ(read_all(stream), "ab");
  EXPECT_FALSE(stream.ended());
  EXPECT_FALSE(stream.is_ready([&] { ++woken; }));
  stream.end({.error_type = "E"});
  EXPECT_EQ(woken, 2);
  EXPECT_EQ(stream.ended()->error_type, "E");
}

// The head of a URL's answer may come in any number of pieces.
TEST(ResponseStream, ThePreludeIsWholeBeforeTheAnswerBegins) {
  ResponseStream stream("1", [] {});
  stream.begin(std::string(ResponseStream::kHttpIntegration));
  const auto deadline = deadline_in(std::chrono::seconds(1));
  stream.write("{}", deadline);
  stream.write(std::string(7, '\0'), deadline);
  EXPECT_FALSE(stream.is_answerable());
  stream.write(std::string(1, '\0') + "body", deadline);
  EXPECT_TRUE(stream.is_answerable());
  EXPECT_EQ(stream.take_prelude(), "{}");
  EXPECT_EQ(stream.take_prelude(), "");
  EXPECT_EQ(read_all(stream), "body");
}

// Memory is bounded however slow the client is, and a client that left holds nobody.
TEST(ResponseStream, AWriterWaitsForItsReader) {
  ResponseStream stream("1", [] {});
  const std::string block(ResponseStream::kStreamBufferBytes, 'x');
  EXPECT_TRUE(stream.write(block, deadline_in(std::chrono::seconds(1))));
  EXPECT_FALSE(stream.write("more", deadline_in(std::chrono::milliseconds(1))));
  std::thread reader([&] { stream.abandon(); });
  EXPECT_TRUE(stream.write("more", deadline_in(std::chrono::seconds(5))));
  reader.join();
  EXPECT_EQ(read_all(stream), "");
}

}  // namespace
}  // namespace cumulite::functions
