// A load keeps what is large on disk, where the machine's owner says.
#include "clients/formats/temporary_folder.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/testing/testing.h"

namespace handrail::formats {
namespace {

TEST(TemporaryFolderTest, IsTheOneThatIsSaidOrTheLargeOne) {
  const testing::TempDir folder;
  setenv("TMPDIR", folder.path().c_str(), 1);
  EXPECT_EQ(TemporaryFolder(), folder.path());
  setenv("TMPDIR", folder.File("none").c_str(), 1);
  EXPECT_EQ(TemporaryFolder(), "/var/tmp");
  unsetenv("TMPDIR");
  EXPECT_EQ(TemporaryFolder(), "/var/tmp");
}

}  // namespace
}  // namespace handrail::formats
