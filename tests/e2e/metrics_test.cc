// What Prometheus is told: everything on the list (server/metrics/allow_list),
// nothing else, and no word of a request, a record or a file.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "server/metrics/allow_list.h"
#include "tests/e2e/programs.h"
#include "tests/testing/testing.h"

namespace handrail::testing {
namespace {

using ::testing::AllOf;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// The whole answer of an HTTP/1.0 server on 127.0.0.1.
std::string HttpGet(const std::string& address, const std::string& path) {
  int port = 0;
  EXPECT_TRUE(absl::SimpleAtoi(address.substr(address.rfind(':') + 1), &port));
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to = {};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(port));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof(to)), 0);
  const std::string request =
      absl::StrCat("GET ", path, " HTTP/1.0\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(send(fd, request.data(), request.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(request.size()));
  std::string answer;
  char bytes[4096];
  ssize_t got = 0;
  while ((got = read(fd, bytes, sizeof(bytes))) > 0) {
    answer.append(bytes, static_cast<size_t>(got));
  }
  close(fd);
  return answer;
}

std::string Body(const std::string& answer) {
  return answer.substr(answer.find("\r\n\r\n") + 4);
}

// One line of the text form: name{label="value",…} number.
struct Sample {
  std::string name;
  std::map<std::string, std::string> labels;
  double value = 0;
};

Sample ParseSample(const std::string& line) {
  Sample sample;
  const size_t open = line.find('{');
  const size_t space = line.rfind(' ');
  EXPECT_TRUE(absl::SimpleAtod(line.substr(space + 1), &sample.value)) << line;
  sample.name = line.substr(0, std::min(open, space));
  if (open == std::string::npos) return sample;
  const std::string inside = line.substr(open + 1, space - open - 2);
  for (absl::string_view label : absl::StrSplit(inside, ',')) {
    const std::vector<std::string> parts = absl::StrSplit(label, "=\"");
    EXPECT_EQ(parts.size(), 2u) << line;
    if (parts.size() != 2) continue;
    sample.labels[parts[0]] = parts[1].substr(0, parts[1].size() - 1);
  }
  return sample;
}

std::vector<Sample> Samples(const std::string& exposition) {
  std::vector<Sample> samples;
  for (absl::string_view line :
       absl::StrSplit(exposition, '\n', absl::SkipEmpty())) {
    if (line[0] != '#') samples.push_back(ParseSample(std::string(line)));
  }
  return samples;
}

// "handrail_call_seconds" for its _bucket, _sum and _count.
std::string FamilyOf(const std::string& name) {
  for (const char* part : {"_bucket", "_sum", "_count"}) {
    const std::string end = part;
    if (name.ends_with(end)) return name.substr(0, name.size() - end.size());
  }
  return name;
}

void ExpectOnTheList(const Sample& sample) {
  SCOPED_TRACE(sample.name);
  const server::AllowedMetric* rule =
      server::FindAllowedMetric(FamilyOf(sample.name));
  if (rule == nullptr) rule = server::FindAllowedMetric(sample.name);
  ASSERT_NE(rule, nullptr);
  for (const auto& [label, value] : sample.labels) {
    if (label == "le" || label == "quantile") {
      double bound = 0;
      EXPECT_TRUE(absl::SimpleAtod(value, &bound)) << value;
    } else if (value != server::kOther) {
      EXPECT_EQ(server::AllowedValue(*rule, label, value), value) << label;
    }
  }
}

// Words of some length in a text, in lower case.
std::set<std::string> WordsOf(const std::string& text) {
  std::set<std::string> words;
  std::string word;
  for (const char c : text + " ") {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || c == '-') {
      word.push_back(static_cast<char>(std::tolower(byte)));
      continue;
    }
    if (word.size() > 3) words.insert(word);
    word.clear();
  }
  return words;
}

class MetricsTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(server_.Start()) << server_.log(); }

  int Run(const std::vector<std::string>& arguments) {
    return server_.Handrail(arguments).exit_code;
  }

  // Everything a server may be asked: loads with rows that are skipped,
  // matches, edits, reports, what is refused and what is not there.
  void Scenario() {
    const auto sample = [](const char* name) {
      return SourceData(absl::StrCat("clients/sample/", name)).string();
    };
    Run({"load", sample("centroids.csv"), "--source", "zanzibar-places"});
    Run({"load", sample("services.ndjson"), "--source", "zanzibar-services"});
    Run({"load", sample("meetings-aa.json"), "--source", "zanzibar-aa",
         "--fellowship", "aa", "--zone", "America/New_York"});
    for (const char* who :
         {"mother-on-methadone", "rural-no-car", "shaking-from-alcohol"}) {
      EXPECT_EQ(Run({"match",
                     SourceData(absl::StrCat("tests/requests/", who, ".json"))
                         .string()}),
                0);
    }
    Run({"match", "--need", "housing", "--words", "quetzalcoatl"});
    Run({"match", "--need", "quetzalneed"});
    Run({"search", "quetzalsearch", "pantry"});
    Run({"listing", "get", "quetzalid"});
    Run({"service", "update", "quetzalid", "--set", "name=Quetzalname"});
    Run({"report", "error", "quetzalid", "quetzalwords"});
    Run({"listing", "list", "--term", "quetzalterm"});
    Run({"duplicates", "list", "--source", "quetzalsource"});
    Run({"status"});
    Run({"watch", "changes", "--from", "0", "--until-caught-up"});
  }

  std::string Exposition() const {
    return Body(HttpGet(server_.metrics_address(), "/metrics"));
  }

  double Value(const std::string& name,
               const std::map<std::string, std::string>& labels = {}) const {
    double sum = -1;
    for (const Sample& sample : Samples(Exposition())) {
      if (sample.name != name) continue;
      const bool all =
          std::all_of(labels.begin(), labels.end(), [&](const auto& label) {
            const auto found = sample.labels.find(label.first);
            return found != sample.labels.end() &&
                   found->second == label.second;
          });
      if (all) sum = std::max(sum, 0.0) + sample.value;
    }
    return sum;
  }

  TempDir folder_;
  Handraild server_{folder_.path() / "data",
                    {"--metrics-listen", "127.0.0.1:0"}};
};

TEST_F(MetricsTest, NothingButWhatIsOnTheListLeavesTheProcess) {
  Scenario();
  const std::string exposition = Exposition();
  const std::vector<Sample> samples = Samples(exposition);
  EXPECT_GT(samples.size(), 50u);
  for (const Sample& sample : samples) ExpectOnTheList(sample);
  // Each family of the list is there.
  for (const server::AllowedMetric& metric : server::AllowedMetrics()) {
    EXPECT_THAT(exposition,
                HasSubstr(absl::StrCat("# TYPE ", std::string(metric.name))));
  }
}

TEST_F(MetricsTest, NoWordOfARequestOrARecordIsInThem) {
  Scenario();
  // Help texts are ours; names, labels and numbers are what is looked at.
  std::string said;
  for (const Sample& sample : Samples(Exposition())) {
    absl::StrAppend(&said, sample.name, " ");
    for (const auto& [label, value] : sample.labels) {
      // The bounds of buckets are numbers.
      if (label != "le") absl::StrAppend(&said, label, " ", value, " ");
    }
  }
  const std::set<std::string> words = WordsOf(said);
  std::set<std::string> vocabulary;
  for (const server::AllowedMetric& metric : server::AllowedMetrics()) {
    vocabulary.merge(WordsOf(std::string(metric.name)));
    for (const server::AllowedLabel& label : metric.labels) {
      vocabulary.merge(WordsOf(std::string(label.name)));
      for (const auto& value : label.values) vocabulary.merge(WordsOf(value));
    }
  }
  for (const char* file :
       {"clients/sample/services.ndjson", "clients/sample/meetings-aa.json",
        "tests/requests/mother-on-methadone.json",
        "tests/requests/rural-no-car.json"}) {
    for (const std::string& word : WordsOf(ReadFile(SourceData(file)))) {
      if (vocabulary.contains(word)) continue;
      EXPECT_FALSE(words.contains(word)) << file << ": " << word;
    }
  }
  EXPECT_THAT(said,
              AllOf(Not(HasSubstr("zanzibar")), Not(HasSubstr("uetzal"))));
}

TEST_F(MetricsTest, CountWhatHappened) {
  EXPECT_EQ(Value("handrail_directory_revision"), 1);
  EXPECT_EQ(Value("handrail_read_only"), 0);
  EXPECT_EQ(Value("handrail_match_judged_total", {{"verdict", "FITS"}}), 0);
  Scenario();
  EXPECT_EQ(Value("handrail_calls_total",
                  {{"method", "Match"}, {"code", "OK"}, {"reason", ""}}),
            4);
  EXPECT_EQ(
      Value("handrail_calls_total",
            {{"method", "Match"}, {"reason", "ERROR_REASON_INVALID_FIELD"}}),
      1);
  EXPECT_EQ(Value("handrail_calls_total",
                  {{"method", "GetListing"}, {"code", "NOT_FOUND"}}),
            1);
  EXPECT_EQ(Value("handrail_call_seconds_count", {{"method", "Match"}}), 5);
  EXPECT_EQ(Value("handrail_match_candidates_count"), 4);
  EXPECT_EQ(Value("handrail_match_candidates_sum"),
            Value("handrail_match_judged_total"));
  EXPECT_GT(Value("handrail_match_judged_total"), 0);
  EXPECT_GT(Value("handrail_load_rows_total", {{"outcome", "loaded"}}), 100);
  EXPECT_EQ(Value("handrail_snapshot_revision"),
            Value("handrail_directory_revision"));
  EXPECT_GT(Value("handrail_snapshot_listings"), 50);
  EXPECT_GE(Value("handrail_snapshot_builds_total"), 3);
  EXPECT_GE(Value("handrail_snapshot_age_seconds"), 0);
  EXPECT_GT(Value("handrail_snapshot_build_seconds"), 0);
  EXPECT_GE(Value("handrail_journal_appends_total"),
            Value("handrail_directory_revision"));
  EXPECT_GT(Value("handrail_journal_bytes_total"), 10000);
  // A follower's call ends a moment after the follower has left.
  for (int i = 0; i < 200 && Value("handrail_calls_running") > 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_EQ(Value("handrail_calls_running"), 0);
  EXPECT_EQ(Value("handrail_followers"), 0);
  EXPECT_EQ(Value("handrail_build_info"), 1);
  EXPECT_GT(Value("process_resident_memory_bytes"), 1 << 20);
  EXPECT_GT(Value("process_start_time_seconds"), 1.5e9);
}

TEST_F(MetricsTest, OnePageAndOnlyOnLoopback) {
  EXPECT_THAT(HttpGet(server_.metrics_address(), "/metrics"),
              AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("text/plain")));
  for (const char* path : {"/", "/etc/passwd", "/../../etc/passwd"}) {
    EXPECT_THAT(HttpGet(server_.metrics_address(), path),
                Not(StartsWith("HTTP/1.1 2")));
  }
  EXPECT_THAT(server_.metrics_address(), StartsWith("127.0.0.1:"));
  for (const std::string& address :
       {std::string("0.0.0.0:0"), std::string("9464"),
        server_.metrics_address()}) {
    const Outcome outcome =
        RunProgram("handraild", {"--data-dir", folder_.File("other"),
                                 "--listen", "127.0.0.1:0", "--operator-listen",
                                 "127.0.0.1:0", "--metrics-listen", address});
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(outcome.err, StartsWith("handraild: "));
  }
}

TEST_F(MetricsTest, AreNotServedUnlessAsked) {
  Handraild quiet(folder_.path() / "quiet");
  ASSERT_TRUE(quiet.Start()) << quiet.log();
  EXPECT_EQ(quiet.metrics_address(), "");
}

}  // namespace
}  // namespace handrail::testing
