// The process handraild: what scripts rely on at its start and its end.
#include <filesystem>
#include <string>

#include "gmock/gmock.h"
#include "tests/e2e/programs.h"
#include "tests/testing/testing.h"

namespace handrail::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// One line, as every error at the start is.
void ExpectOneLine(const std::string& text) {
  EXPECT_THAT(text, StartsWith("handraild: "));
  EXPECT_EQ(text.find('\n'), text.size() - 1) << text;
}

TEST(ServerProcessTest, ServesUntilItIsToldToStopAndEndsWithZero) {
  TempDir folder;
  Handraild server(folder.path() / "data");
  ASSERT_TRUE(server.Start()) << server.log();
  EXPECT_THAT(server.address(), StartsWith("127.0.0.1:"));
  EXPECT_THAT(server.operator_address(), StartsWith("127.0.0.1:"));
  EXPECT_NE(server.address(), server.operator_address());
  // A new directory holds the crisis resources.
  EXPECT_EQ(server.revision(), 1u);
  EXPECT_EQ(server.Stop(), 0);
  // They are seeded once.
  ASSERT_TRUE(server.Start()) << server.log();
  EXPECT_EQ(server.revision(), 1u);
  EXPECT_EQ(server.Stop(), 0);
}

TEST(ServerProcessTest, SecondServerOfTheSameFolderIsRefused) {
  TempDir folder;
  Handraild server(folder.path() / "data");
  ASSERT_TRUE(server.Start()) << server.log();
  const Outcome second = RunProgram(
      "handraild", {"--data-dir", (folder.path() / "data").string(), "--listen",
                    "127.0.0.1:0", "--operator-listen", "127.0.0.1:0"});
  EXPECT_EQ(second.exit_code, 1);
  ExpectOneLine(second.err);
  EXPECT_THAT(second.err, HasSubstr((folder.path() / "data").string()));
}

TEST(ServerProcessTest, WrongFlagsEndInOneLineAndOne) {
  TempDir folder;
  const std::string data = (folder.path() / "data").string();
  const std::vector<std::vector<std::string>> wrong = {
      {},
      {"--data-dir", data, "--bogus"},
      {"--data-dir", data, "--listen", "0.0.0.0:0"},
      {"--data-dir", data, "--operator-listen", "[::]:0"},
      {"--data-dir", data, "--config", folder.File("none.toml")},
      {"--data-dir", "/proc/nowhere"}};
  for (const auto& flags : wrong) {
    const Outcome outcome = RunProgram("handraild", flags);
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_EQ(outcome.out, "");
    ExpectOneLine(outcome.err);
  }
  EXPECT_FALSE(std::filesystem::exists(data));
}

TEST(ServerProcessTest, PortOfAnotherProgramIsRefused) {
  TempDir folder;
  Handraild server(folder.path() / "data");
  ASSERT_TRUE(server.Start()) << server.log();
  const Outcome second =
      RunProgram("handraild",
                 {"--data-dir", (folder.path() / "other").string(), "--listen",
                  server.address(), "--operator-listen", "127.0.0.1:0"});
  EXPECT_EQ(second.exit_code, 1);
  ExpectOneLine(second.err);
}

}  // namespace
}  // namespace handrail::testing
