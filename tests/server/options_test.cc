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
