// What may come next, asked of the program's own tree of commands through
// `handrail completion words`, as the shells' scripts ask it.
#include "clients/cli/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "clients/cli/app.h"
#include "clients/cli/completion_values.h"

namespace handrail::cli {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;

std::string RunCli(std::vector<std::string> words) {
  words.insert(words.begin(), "handrail");
  std::vector<const char*> argv;
  for (const std::string& word : words) argv.push_back(word.c_str());
  std::istringstream in;
  std::ostringstream out, err;
  RunHandrail(static_cast<int>(argv.size()), argv.data(), in, out, err);
  return out.str();
}

// The words that may come next, without what they are.
std::vector<std::string> Next(std::vector<std::string> words) {
  words.insert(words.begin(), {"completion", "words", "--"});
  std::vector<std::string> next;
  for (absl::string_view line :
       absl::StrSplit(RunCli(words), '\n', absl::SkipEmpty())) {
    next.emplace_back(line.substr(0, line.find('\t')));
  }
  return next;
}

TEST(CompletionTest, NounsThenVerbsThenTheirFlags) {
  EXPECT_THAT(Next({""}), IsSupersetOf({"load", "match", "listing", "service",
                                        "verify", "completion"}));
  EXPECT_THAT(Next({"lis"}), ElementsAre("listing"));
  EXPECT_THAT(Next({"service", ""}),
              IsSupersetOf({"get", "list", "update", "close", "hold"}));
  EXPECT_THAT(Next({"service", "up"}), ElementsAre("update"));
  EXPECT_THAT(Next({"service", "list", "--page"}),
              ElementsAre("--page-size", "--page-token"));
  EXPECT_THAT(Next({"listing", "stream", "--"}),
              AllOf(Contains("--source"), Contains("--help"),
                    Not(Contains("--page-size"))));
  EXPECT_THAT(Next({"no-such-noun", "li"}), ElementsAre("listing"));
}

TEST(CompletionTest, FlagsOfTheProgramStandBehindEveryCommand) {
  EXPECT_THAT(Next({"match", "--ser"}), ElementsAre("--server"));
  EXPECT_THAT(Next({"listing", "list", "--out"}), ElementsAre("--output"));
  EXPECT_THAT(Next({"--output", "json", "mat"}), ElementsAre("match"));
  EXPECT_THAT(Next({"-o", "json", "mat"}), ElementsAre("match"));
}

TEST(CompletionTest, FlagThatIsGivenIsNotOfferedAgainUnlessItMayRepeat) {
  EXPECT_THAT(Next({"match", "--widen", "--wid"}), IsEmpty());
  EXPECT_THAT(Next({"match", "--within", "5", "--with"}), IsEmpty());
  EXPECT_THAT(Next({"match", "--need", "housing", "--nee"}),
              ElementsAre("--need"));
}

TEST(CompletionTest, ValuesOfFlags) {
  EXPECT_THAT(Next({"match", "--mode", ""}),
              ElementsAre("in_person", "online", "phone", "comes_to_you"));
  EXPECT_THAT(Next({"match", "--mode", "on"}), ElementsAre("online"));
  EXPECT_THAT(Next({"match", "--mode=on"}), ElementsAre("--mode=online"));
  EXPECT_THAT(Next({"match", "-o", "j"}), ElementsAre("json"));
  EXPECT_THAT(Next({"verify", "confirm", "ID", "hours", "--by", "v"}),
              ElementsAre("visit"));
  // The same flag of another command takes something else.
  EXPECT_THAT(Next({"match", "--for", "f"}), ElementsAre("family"));
  EXPECT_THAT(Next({"verify", "availability", "ID", "--for", ""}), IsEmpty());
  EXPECT_THAT(Next({"completion", ""}), ElementsAre("bash", "zsh", "fish"));
  // Free text.
  EXPECT_THAT(Next({"match", "--words", ""}), IsEmpty());
}

TEST(CompletionTest, FilesAndFoldersAreTheShells) {
  EXPECT_THAT(Next({"load", ""}), ElementsAre(":files"));
  EXPECT_THAT(Next({"load", "one.json", "t"}), ElementsAre(":files"));
  EXPECT_THAT(Next({"load", "one.json", "--errors", ""}),
              ElementsAre(":files"));
  EXPECT_THAT(Next({"match", ""}), ElementsAre(":files"));
  EXPECT_THAT(Next({"export", "--out", ""}), ElementsAre(":folders"));
  // A listing's id, then nothing more.
  EXPECT_THAT(Next({"explain", ""}), IsEmpty());
  EXPECT_THAT(Next({"load", "--", "--x"}), ElementsAre(":files"));
}

TEST(CompletionTest, TermsComeFromTheServerThatTheWordsName) {
  CLI::App app;
  std::vector<std::string> needs;
  app.add_option("--need", needs);
  std::string server;
  app.add_option("--server", server);
  std::string asked;
  const FindTerms terms = [&](const std::string& at) {
    asked = at;
    return std::vector<NextWord>{{"housing", "Housing"},
                                 {"housing-recovery", "Recovery\thome"},
                                 {"food", "Food"}};
  };
  const auto lines = [&](const std::vector<std::string>& words) {
    return CompletionLines(Complete(app, words, "usual:1", terms));
  };
  EXPECT_EQ(lines({"--need", "ho"}),
            "housing\tHousing\nhousing-recovery\tRecovery home\n");
  EXPECT_EQ(asked, "usual:1");
  EXPECT_EQ(lines({"--server", "other:2", "--need", "fo"}), "food\tFood\n");
  EXPECT_EQ(asked, "other:2");
  EXPECT_EQ(lines({"--server=third:3", "--need", "food,housing-"}),
            "food,housing-recovery\tRecovery home\n");
  EXPECT_EQ(asked, "third:3");
}

TEST(CompletionTest, WithoutAServerThereAreNoTermsAndNoError) {
  EXPECT_THAT(Next({"--server", "127.0.0.1:1", "match", "--need", ""}),
              IsEmpty());
}

// Commands and flags come from the tree itself; this list could grow old.
TEST(CompletionTest, EveryListedValueIsOneThatTheFlagsHelpNames) {
  for (const FlagValues& values : AllFlagValues()) {
    SCOPED_TRACE(std::string(values.command) + " " + std::string(values.flag));
    std::vector<std::string> words;
    if (!values.command.empty()) {
      words = absl::StrSplit(std::string(values.command), ' ');
    } else if (values.flag == "--folder") {
      words = {"backup", "create"};
    } else if (values.flag == "--term") {
      words = {"listing", "list"};
    } else if (values.flag != "--output") {
      words = {"match"};
    }
    words.push_back("--help");
    const std::string help = RunCli(words);
    EXPECT_THAT(help, HasSubstr(std::string(values.flag)));
    for (const std::string& word : values.words) {
      EXPECT_THAT(help, HasSubstr(word));
    }
  }
}

TEST(CompletionTest, PrintsAScriptForEachShell) {
  EXPECT_THAT(RunCli({"completion", "bash"}),
              HasSubstr("complete -F _handrail handrail"));
  EXPECT_THAT(RunCli({"completion", "zsh"}), HasSubstr("#compdef handrail"));
  EXPECT_THAT(RunCli({"completion", "fish"}),
              HasSubstr("complete -c handrail"));
  EXPECT_EQ(RunCli({"completion", "tcsh"}), "");
}

}  // namespace
}  // namespace handrail::cli
