// Completion as people meet it: the script that the program prints, in the
// shell itself, with a server to ask for the kinds of need.
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "tests/e2e/programs.h"
#include "tests/testing/testing.h"

namespace handrail::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;

std::filesystem::path FindShell(const std::string& name) {
  for (const char* folder : {"/usr/bin", "/bin", "/usr/local/bin"}) {
    const std::filesystem::path path = std::filesystem::path(folder) / name;
    if (std::filesystem::exists(path)) return path;
  }
  return {};
}

class CompletionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_.Start()) << server_.log();
    std::filesystem::create_directory(folder_.path() / "inputs");
    WriteFile(folder_.File("services.ndjson"), "");
  }

  // Runs a shell in the test's folder, with handrail on its path and the
  // server in its environment.
  std::string RunShell(const std::filesystem::path& shell,
                       std::vector<std::string> arguments) {
    arguments.insert(
        arguments.begin(),
        {"-C", folder_.path().string(),
         absl::StrCat("PATH=", ProgramFolder(), ":", std::getenv("PATH")),
         absl::StrCat("HOME=", folder_.path().string()),
         absl::StrCat("HANDRAIL_SERVER=", server_.address()), shell.string()});
    const Outcome outcome = RunProgram("/usr/bin/env", arguments);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return outcome.out;
  }

  static std::vector<std::string> Lines(const std::string& text) {
    std::vector<std::string> lines;
    for (absl::string_view line :
         absl::StrSplit(text, '\n', absl::SkipEmpty())) {
      lines.emplace_back(line);
    }
    return lines;
  }

  std::vector<std::string> Bash(const std::string& line) {
    return Lines(
        RunShell(FindShell("bash"),
                 {SourceData("tests/e2e/complete.bash").string(), line}));
  }

  TempDir folder_;
  Handraild server_{folder_.path() / "data"};
};

TEST_F(CompletionTest, BashOffersNounsVerbsFlagsAndValues) {
  if (FindShell("bash").empty()) GTEST_SKIP() << "bash is not here";
  EXPECT_THAT(Bash("handrail lis"), ElementsAre("listing"));
  EXPECT_THAT(Bash("handrail service "), IsSupersetOf({"get", "update"}));
  EXPECT_THAT(Bash("handrail service update ID --et"), ElementsAre("--etag"));
  EXPECT_THAT(Bash("handrail match --mode o"), ElementsAre("online"));
  EXPECT_THAT(Bash("handrail --output json ter"), ElementsAre("terms"));
  // Bash takes "--output" "=" "js" for three words and replaces the last.
  EXPECT_THAT(Bash("handrail --output=js"), ElementsAre("json"));
  EXPECT_THAT(Bash("handrail --output="), ElementsAre("table", "json"));
  EXPECT_THAT(Bash("handrail --server=127.0.0.1:1 mat"), ElementsAre("match"));
}

TEST_F(CompletionTest, BashOffersTheServersKindsOfNeed) {
  if (FindShell("bash").empty()) GTEST_SKIP() << "bash is not here";
  EXPECT_THAT(Bash("handrail match --need "),
              IsSupersetOf({"housing", "support-group", "detox"}));
  EXPECT_THAT(Bash("handrail match --need detox,sobering"),
              ElementsAre("detox,sobering-center"));
  EXPECT_THAT(Bash("handrail --server 127.0.0.1:1 match --need "), IsEmpty());
}

TEST_F(CompletionTest, BashOffersFilesAndFolders) {
  if (FindShell("bash").empty()) GTEST_SKIP() << "bash is not here";
  EXPECT_THAT(Bash("handrail load ser"), ElementsAre("services.ndjson"));
  EXPECT_THAT(Bash("handrail export --out "), Contains("inputs"));
  EXPECT_THAT(Bash("handrail export --out "), Not(Contains("services.ndjson")));
}

TEST_F(CompletionTest, FishOffersTheSame) {
  const std::filesystem::path fish = FindShell("fish");
  if (fish.empty()) GTEST_SKIP() << "fish is not here";
  const auto complete = [&](const std::string& line) {
    return Lines(RunShell(fish, {"--no-config", "-c",
                                 "handrail completion fish | source\n"
                                 "complete -C '" +
                                     line + "'"}));
  };
  EXPECT_THAT(complete("handrail lis"),
              ElementsAre("listing\tReads listings: a service at a place, as "
                          "it is matched"));
  EXPECT_THAT(complete("handrail match --mode o"), ElementsAre("online"));
  EXPECT_THAT(complete("handrail match --mode=o"),
              ElementsAre("--mode=online"));
  EXPECT_THAT(complete("handrail match --need sobering"),
              ElementsAre(::testing::StartsWith("sobering-center\t")));
  EXPECT_THAT(complete("handrail load ser"), ElementsAre("services.ndjson"));
}

// A bare root may have no pseudo-terminals (devpts) mounted.
bool CanOpenPseudoTerminal() {
  const int master = posix_openpt(O_RDWR | O_NOCTTY);
  if (master < 0) return false;
  const bool ready = grantpt(master) == 0 && unlockpt(master) == 0;
  const char* const name = ready ? ptsname(master) : nullptr;
  const int terminal = name == nullptr ? -1 : open(name, O_RDWR | O_NOCTTY);
  if (terminal >= 0) close(terminal);
  close(master);
  return terminal >= 0;
}

TEST_F(CompletionTest, ZshCompletesTheLine) {
  const std::filesystem::path zsh = FindShell("zsh");
  if (zsh.empty()) GTEST_SKIP() << "zsh is not here";
  if (!CanOpenPseudoTerminal()) {
    GTEST_SKIP() << "no pseudo-terminal can be opened here";
  }
  const auto complete = [&](const std::string& line) {
    return Lines(RunShell(
        zsh, {"-f", SourceData("tests/e2e/complete.zsh").string(), line}));
  };
  EXPECT_THAT(complete("handrail lis"), ElementsAre("handrail listing "));
  EXPECT_THAT(complete("handrail match --mode o"),
              ElementsAre("handrail match --mode online "));
  EXPECT_THAT(complete("handrail match --need sobering"),
              ElementsAre("handrail match --need sobering-center "));
  EXPECT_THAT(complete("handrail load ser"),
              ElementsAre("handrail load services.ndjson "));
}

}  // namespace
}  // namespace handrail::testing
