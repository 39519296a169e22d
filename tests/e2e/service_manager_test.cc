// What systemd hears of handraild, over a real socket such as systemd's.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <string>

#include "gmock/gmock.h"
#include "tests/e2e/programs.h"
#include "tests/testing/testing.h"

namespace handrail::testing {
namespace {

using ::testing::HasSubstr;

// The end that systemd holds. Programs started while it lives find it in their
// environment.
class NotifySocket {
 public:
  explicit NotifySocket(const std::string& path) {
    fd_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
    EXPECT_EQ(bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)),
              0);
    // Far more than a message takes on a busy machine.
    const timeval wait = {.tv_sec = 20};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
    setenv("NOTIFY_SOCKET", path.c_str(), 1);
  }
  ~NotifySocket() {
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    close(fd_);
  }

  // The next message; empty where none comes.
  std::string Next() const {
    char bytes[1024];
    const ssize_t got = recv(fd_, bytes, sizeof(bytes), 0);
    return got > 0 ? std::string(bytes, static_cast<size_t>(got)) : "";
  }

 private:
  int fd_ = -1;
};

TEST(ServiceManagerTest, HearsWhenTheServerServesAndWhenItStops) {
  TempDir folder;
  const NotifySocket systemd(folder.File("notify"));
  Handraild server(folder.path() / "data");
  ASSERT_TRUE(server.Start()) << server.log();
  const std::string ready = systemd.Next();
  EXPECT_THAT(ready, HasSubstr("READY=1\n"));
  EXPECT_THAT(ready, HasSubstr("STATUS=Serving grpc=" + server.address()));
  EXPECT_EQ(server.Stop(), 0);
  // Nothing in between: nobody asked for signs of life.
  EXPECT_THAT(systemd.Next(), HasSubstr("STOPPING=1\n"));
}

TEST(ServiceManagerTest, HearsSignsOfLifeTwiceInTheTimeItWaits) {
  TempDir folder;
  const NotifySocket systemd(folder.File("notify"));
  setenv("WATCHDOG_USEC", "200000", 1);
  Handraild server(folder.path() / "data");
  const auto start = std::chrono::steady_clock::now();
  ASSERT_TRUE(server.Start()) << server.log();
  EXPECT_THAT(systemd.Next(), HasSubstr("READY=1\n"));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(systemd.Next(), "WATCHDOG=1\n");
  // Every 100 ms: not at once, three times over.
  EXPECT_GE(std::chrono::steady_clock::now() - start,
            std::chrono::milliseconds(250));
  EXPECT_EQ(server.Stop(), 0);
  std::string last = systemd.Next();
  while (last == "WATCHDOG=1\n") last = systemd.Next();
  EXPECT_THAT(last, HasSubstr("STOPPING=1\n"));
}

TEST(ServiceManagerTest, IsNotNeeded) {
  TempDir folder;
  setenv("NOTIFY_SOCKET", folder.File("nobody").c_str(), 1);
  Handraild server(folder.path() / "data");
  EXPECT_TRUE(server.Start()) << server.log();
  EXPECT_EQ(server.Stop(), 0);
  unsetenv("NOTIFY_SOCKET");
}

}  // namespace
}  // namespace handrail::testing
