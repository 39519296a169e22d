// A disk that fills up under the real server: writes are refused with a reason,
// reads go on, and when there is room again so do writes, without a restart;
// nothing that was acknowledged is ever lost, and nothing is there by half.
//
// Needs to mount a small tmpfs, which takes rights that not every machine
// gives.
#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "tests/e2e/programs.h"
#include "tests/testing/testing.h"

namespace handrail::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

// A file system of its own, as long as it lives.
class SmallDisk {
 public:
  explicit SmallDisk(const fs::path& at) : at_(at) {
    fs::create_directory(at_);
    if (::mount("tmpfs", at_.c_str(), "tmpfs", 0, "size=64m") == 0) {
      mounted_ = true;
    } else {
      why_ = std::strerror(errno);
    }
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(at_.c_str(), MNT_DETACH);
  }

  bool mounted() const { return mounted_; }
  const std::string& why() const { return why_; }

  // Takes every byte that is free.
  void Fill() {
    const int fd =
        ::open(Ballast().c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    const std::string block(4096, 'x');
    size_t size = block.size();
    while (size > 0) {
      if (::write(fd, block.data(), size) < 0) size /= 2;
    }
    ::close(fd);
  }
  void Free() { fs::remove(Ballast()); }

 private:
  fs::path Ballast() const { return at_ / "ballast"; }

  const fs::path at_;
  bool mounted_ = false;
  std::string why_;
};

class DiskFullTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!disk_.mounted()) {
      GTEST_SKIP() << "a tmpfs cannot be mounted here: " << disk_.why();
    }
    ASSERT_TRUE(server_.Start()) << server_.log();
  }

  // Loads one service with words that do not compress.
  Outcome LoadOne(int number) {
    std::string words;
    unsigned state = 12345u + static_cast<unsigned>(number);
    for (int i = 0; i < 3000; ++i) {
      state = state * 1664525u + 1013904223u;
      words += static_cast<char>('a' + (state >> 24) % 26);
      if (i % 8 == 7) words += ' ';
    }
    const std::string id = IdOf(number);
    return server_.Handrail(
        {"load", "-", "--source", "source-" + std::to_string(number)},
        "{\"id\": \"" + id + "\", \"name\": \"Service " +
            std::to_string(number) +
            "\", \"status\": \"active\", "
            "\"description\": \"" +
            words +
            "\", \"organization\": {\"id\": "
            "\"00000000-0000-4000-8000-000000000001\", \"name\": \"Harbor "
            "Partners\"}}\n");
  }
  static std::string IdOf(int number) {
    std::string digits = std::to_string(number);
    digits.insert(0, 12 - digits.size(), '0');
    return "11111111-0000-4000-8000-" + digits;
  }
  bool IsThere(int number) {
    return server_.Handrail({"service", "get", IdOf(number)}).exit_code == 0;
  }
  Outcome Doctor() {
    return server_.Handrail(
        {"doctor", "--operator", server_.operator_address()});
  }

  // Loads until one is refused; tells how it was.
  Outcome LoadUntilRefused() {
    while (next_ < 5000) {
      const int number = next_++;
      const Outcome outcome = LoadOne(number);
      if (outcome.exit_code != 0) {
        refused_.push_back(number);
        return outcome;
      }
      acknowledged_.push_back(number);
    }
    return {};
  }

  void ExpectReadsAnswer() {
    EXPECT_TRUE(IsThere(acknowledged_.back()));
    EXPECT_EQ(server_.Handrail({"listing", "list"}).exit_code, 0);
    EXPECT_EQ(server_.Handrail({"export", "--format", "hsds-ndjson"}).exit_code,
              0);
    EXPECT_EQ(server_
                  .Handrail({"match", "--need", "housing", "--zone",
                             "America/New_York"})
                  .exit_code,
              0);
  }

  void ExpectWritesResume() {
    const auto patience =
        std::chrono::steady_clock::now() + std::chrono::seconds(15);
    Outcome outcome;
    do {
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      outcome = LoadOne(next_);
    } while (outcome.exit_code != 0 &&
             std::chrono::steady_clock::now() < patience);
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err << server_.log();
    acknowledged_.push_back(next_++);
  }

  void ExpectNothingLost() {
    for (const int number : acknowledged_) {
      EXPECT_TRUE(IsThere(number)) << number;
    }
    const Outcome doctor = Doctor();
    EXPECT_EQ(doctor.exit_code, 0) << doctor.out << doctor.err;
  }

  TempDir folder_;
  SmallDisk disk_{folder_.path() / "disk"};
  Handraild server_{folder_.path() / "disk" / "data"};
  int next_ = 1;
  std::vector<int> acknowledged_;
  std::vector<int> refused_;
};

TEST_F(DiskFullTest, WritesWaitForRoomAndReadsGoOn) {
  for (; next_ <= 3; ++next_) {
    ASSERT_EQ(LoadOne(next_).exit_code, 0);
    acknowledged_.push_back(next_);
  }
  for (int round = 0; round < 3; ++round) {
    SCOPED_TRACE(round);
    disk_.Fill();
    const Outcome refused = LoadUntilRefused();
    // "Unavailable: try again".
    EXPECT_EQ(refused.exit_code, 6) << refused.err;
    EXPECT_THAT(refused.err, HasSubstr("READ_ONLY"));
    ExpectReadsAnswer();
    const Outcome still = LoadOne(next_);
    EXPECT_EQ(still.exit_code, 6) << still.err;
    EXPECT_THAT(still.err, HasSubstr("READ_ONLY"));
    ExpectReadsAnswer();
    disk_.Free();
    ExpectWritesResume();
    ExpectReadsAnswer();
    // What the refused loads left in the history ended.
    EXPECT_THAT(server_.Handrail({"loads", "list"}).out,
                Not(HasSubstr("running")));
    ExpectNothingLost();
  }
  const std::string before =
      server_.Handrail({"export", "--format", "hsds-ndjson"}).out;
  server_.Kill();
  ASSERT_TRUE(server_.Start()) << server_.log();
  EXPECT_EQ(server_.Handrail({"export", "--format", "hsds-ndjson"}).out,
            before);
  ExpectNothingLost();
}

TEST_F(DiskFullTest, KilledWhileTheDiskIsFullItForgetsNothing) {
  for (; next_ <= 3; ++next_) {
    ASSERT_EQ(LoadOne(next_).exit_code, 0);
    acknowledged_.push_back(next_);
  }
  disk_.Fill();
  EXPECT_EQ(LoadUntilRefused().exit_code, 6);
  server_.Kill();
  disk_.Free();
  ASSERT_TRUE(server_.Start()) << server_.log();
  ExpectNothingLost();
  ExpectWritesResume();
}

}  // namespace
}  // namespace handrail::testing
