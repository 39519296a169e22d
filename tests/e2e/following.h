// A follower process and what it needs: a folder, and the address of a server
// that can change.
//
//   FollowerProcess follower(folder.path() / "agency");
//   follower.PointTo(server.address());
//   follower.Start();
//   follower.Kill(); follower.Start();
//   EXPECT_EQ(follower.Finish(), ListingsOf(server.address()).Bytes());
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

#include "tests/server/directory_copy.h"

namespace handrail::testing {

class FollowerProcess {
 public:
  // The folder is made.
  explicit FollowerProcess(std::filesystem::path folder);
  ~FollowerProcess();
  FollowerProcess(const FollowerProcess&) = delete;
  FollowerProcess& operator=(const FollowerProcess&) = delete;

  // Where the server is from now on.
  void PointTo(const std::string& address);

  void Start();
  // SIGKILL and waits.
  void Kill();
  // Has it catch up a last time and gives its copy as bytes; "" where it failed
  // or needed more than a minute.
  std::string Finish();

 private:
  const std::filesystem::path folder_;
  pid_t pid_ = -1;
};

// The server's listings as StreamListings gives them now.
DirectoryCopy ListingsOf(const std::string& address);

}  // namespace handrail::testing
