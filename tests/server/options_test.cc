// Which flag counts: command line over environment over file over default.
#include "server/options.h"

#include <map>
#include <string>

#include "tests/testing/testing.h"

namespace handrail::server {
namespace {

using handrail::testing::IsOk;

std::map<std::string, std::string>& Environment() {
  static std::map<std::string, std::string> environment;
  return environment;
}

std::string Find(const std::string& name) { return Environment()[name]; }

TEST(OptionsTest, FlagOverEnvironmentOverFileOverDefault) {
  handrail::testing::TempDir folder;
  const std::string file = folder.File("handraild.toml");
  handrail::testing::WriteFile(
      file, "data-dir = \"from-file\"\nlisten = \"127.0.0.1:1\"\n");
  struct Case {
    std::string environment;
    std::vector<std::string> flags;
    std::string listen;
  };
  const Case cases[] = {
      {"", {"--data-dir=d"}, "127.0.0.1:7460"},
      {"", {"--config", file}, "127.0.0.1:1"},
      {"127.0.0.1:2", {"--config", file}, "127.0.0.1:2"},
      {"127.0.0.1:2",
       {"--config", file, "--listen", "127.0.0.1:3"},
       "127.0.0.1:3"},
  };
  for (const Case& c : cases) {
    Environment() = {{"HANDRAIL_LISTEN", c.environment}};
    const auto options = ReadOptions(c.flags, &Find);
    ASSERT_THAT(options, IsOk());
    EXPECT_EQ(options->listen, c.listen);
  }
  Environment() = {{"HANDRAIL_CONFIG", file}};
  EXPECT_EQ(ReadOptions({}, &Find)->data_dir, "from-file");
}

TEST(OptionsTest, LifetimesAreAListInEveryPlace) {
  handrail::testing::TempDir folder;
  const std::string file = folder.File("handraild.toml");
  handrail::testing::WriteFile(file,
                               "ttl = [\"f:policy=1\", \"f:address=2\"]\n");
  using List = std::vector<std::string>;
  Environment().clear();
  EXPECT_EQ(ReadOptions({"--data-dir=d"}, &Find)->ttls, List());
  EXPECT_EQ(ReadOptions({"--data-dir=d", "--config", file}, &Find)->ttls,
            (List{"f:policy=1", "f:address=2"}));
  Environment() = {{"HANDRAIL_TTL", "e:policy=1,e:address=2"}};
  EXPECT_EQ(ReadOptions({"--data-dir=d", "--config", file}, &Find)->ttls,
            (List{"e:policy=1", "e:address=2"}));
  EXPECT_EQ(ReadOptions({"--data-dir=d", "--config", file, "--ttl",
                         "g:policy=1", "--ttl=g:address=2"},
                        &Find)
                ->ttls,
            (List{"g:policy=1", "g:address=2"}));
}

TEST(OptionsTest, ChangesAreKeptForADurationOrForEver) {
  Environment().clear();
  const auto kept = [](const std::string& text) {
    const auto options =
        ReadOptions({"--data-dir=d", "--change-retention", text}, &Find);
    return options.ok() ? options->change_retention : -absl::Seconds(1);
  };
  EXPECT_EQ(ReadOptions({"--data-dir=d"}, &Find)->change_retention,
            absl::Hours(30 * 24));
  EXPECT_EQ(kept("2d"), absl::Hours(48));
  EXPECT_EQ(kept("36h"), absl::Hours(36));
  EXPECT_EQ(kept("90m"), absl::Minutes(90));
  EXPECT_EQ(kept("5s"), absl::Seconds(5));
  EXPECT_EQ(kept("0"), absl::ZeroDuration());
  for (const char* wrong : {"30", "d", "-1d", "0d", "1.5h", "1w", "9999999d"}) {
    EXPECT_LT(kept(wrong), absl::ZeroDuration()) << wrong;
  }
  Environment() = {{"HANDRAIL_CHANGE_RETENTION", "3d"}};
  EXPECT_EQ(ReadOptions({"--data-dir=d"}, &Find)->change_retention,
            absl::Hours(72));
}

// Every field, to compare what two ways of saying the same came to.
std::string Describe(const Options& o) {
  std::string text = o.data_dir + " " + o.listen + " " + o.operator_listen +
                     " " + o.metrics_listen + " " + o.log_level + " " +
                     o.restore_from;
  for (const int number : {o.message_bytes_max, o.threads_max, o.restore_id}) {
    text += " " + std::to_string(number);
  }
  for (const absl::Duration duration :
       {o.unary_deadline, o.bulk_deadline, o.drain_grace, o.change_retention}) {
    text += " " + absl::FormatDuration(duration);
  }
  for (const std::string& ttl : o.ttls) text += " " + ttl;
  return text;
}

TEST(OptionsTest, EveryFlagHasAVariableAndAKey) {
  // A value that is not the default, and how it stands in the file.
  const std::map<std::string, std::string> values = {
      {"data-dir", "\"elsewhere\""},
      {"listen", "\"127.0.0.1:1\""},
      {"operator-listen", "\"127.0.0.1:2\""},
      {"metrics-listen", "\"127.0.0.1:3\""},
      {"log-level", "\"error\""},
      {"message-bytes-max", "100000"},
      {"threads-max", "9"},
      {"deadline-seconds", "8"},
      {"bulk-deadline-seconds", "7"},
      {"drain-seconds", "6"},
      {"change-retention", "\"5d\""},
      {"restore-from", "\"backups\""},
      {"restore-id", "4"},
      {"ttl", "[\"f:policy=3\"]"},
  };
  handrail::testing::TempDir folder;
  const std::string file = folder.File("handraild.toml");
  Environment().clear();
  const std::string usual = Describe(*ReadOptions({"--data-dir=d"}, &Find));
  std::string page = ReadOptions({"--help-markdown"}, &Find)->print;
  for (const auto& [flag, toml] : values) {
    SCOPED_TRACE(flag);
    std::string value = toml;
    std::erase_if(value,
                  [](char c) { return c == '"' || c == '[' || c == ']'; });
    std::vector<std::string> base;
    if (flag != "data-dir") base = {"--data-dir=d"};
    const auto read = [&](const std::vector<std::string>& more) {
      std::vector<std::string> flags = base;
      flags.insert(flags.end(), more.begin(), more.end());
      const auto options = ReadOptions(flags, &Find);
      EXPECT_THAT(options, IsOk());
      return options.ok() ? Describe(*options) : "";
    };
    Environment().clear();
    const std::string by_flag = read({"--" + flag + "=" + value});
    EXPECT_NE(by_flag, usual);
    handrail::testing::WriteFile(file, flag + " = " + toml + "\n");
    EXPECT_EQ(read({"--config", file}), by_flag);
    std::string variable = "HANDRAIL_" + flag;
    for (char& c : variable) c = c == '-' ? '_' : static_cast<char>(toupper(c));
    Environment() = {{variable, value}};
    EXPECT_EQ(read({}), by_flag);
    // The reference says the same, once.
    const std::string row =
        "| `--" + flag + "` | `" + variable + "` | `" + flag + "` |";
    const size_t at = page.find(row);
    ASSERT_NE(at, std::string::npos);
    page.erase(at, row.size());
  }
  Environment().clear();
  EXPECT_EQ(page.find("| `--"), std::string::npos)
      << "a flag that this test does not know: " << page;
}

TEST(OptionsTest, SettingsOfThePackageAreRead) {
  Environment().clear();
  const auto options = ReadOptions(
      {"--config",
       handrail::testing::SourceData("deploy/debian/handraild.toml").string()},
      &Find);
  ASSERT_THAT(options, IsOk());
  EXPECT_EQ(options->data_dir, "/var/lib/handrail/data");
  EXPECT_EQ(options->metrics_listen, "127.0.0.1:7462");
}

TEST(OptionsGoldenTest, ReferenceIsWhatTheFlagsSay) {
  Environment() = {{"HANDRAIL_LISTEN", "127.0.0.1:5"}};
  const auto options = ReadOptions({"--help-markdown"}, &Find);
  ASSERT_THAT(options, IsOk());
  handrail::testing::ExpectGolden("deploy/CONFIGURATION.md", options->print);
}

TEST(OptionsTest, VersionIsThatOfTheBuild) {
  Environment().clear();
  std::string version = ReadOptions({"--version"}, &Find)->print;
  ASSERT_TRUE(version.starts_with("handraild "));
  version = version.substr(10, version.size() - 11);
  const std::string build = handrail::testing::ReadFile(
      handrail::testing::SourceData("CMakeLists.txt"));
  EXPECT_NE(build.find("project(handrail VERSION " + version + " "),
            std::string::npos)
      << version;
}

TEST(OptionsTest, WrongFlagsAreOneClearLine) {
  handrail::testing::TempDir folder;
  handrail::testing::WriteFile(folder.File("x.toml"), "no-such-key = 1\n");
  Environment().clear();
  const std::vector<std::vector<std::string>> wrong = {
      {},
      {"--data-dir=d", "--bogus"},
      {"--data-dir=d", "--log-level=loud"},
      {"--data-dir=d", "--drain-seconds=-1"},
      {"--data-dir=d", "--config", folder.File("none.toml")},
      {"--data-dir=d", "--config", folder.File("x.toml")}};
  for (const auto& flags : wrong) {
    const auto options = ReadOptions(flags, &Find);
    ASSERT_FALSE(options.ok());
    EXPECT_EQ(MessageOf(options.status()).find('\n'), std::string::npos);
  }
}

}  // namespace
}  // namespace handrail::server
