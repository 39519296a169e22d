// The tree keeps to the diamond of dependencies, and the check that says so
// notices each way of leaving it.
#include "tests/layering/layering.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/testing/testing.h"

namespace handrail::layering {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kFolders[] = {"storage", "matcher", "server", "clients",
                                    "tests"};

bool IsSource(const std::filesystem::path& path) {
  const std::string extension = path.extension().string();
  return extension == ".h" || extension == ".cc";
}

// Every C++ file below the folders above, relative to the root.
std::vector<std::string> SourceFiles() {
  std::vector<std::string> out;
  const std::filesystem::path root = testing::SourceData("");
  for (const char* folder : kFolders) {
    for (auto it = std::filesystem::recursive_directory_iterator(root / folder);
         it != std::filesystem::recursive_directory_iterator(); ++it) {
      if (it->path().filename() == "node_modules") {
        it.disable_recursion_pending();
      } else if (it->is_regular_file() && IsSource(it->path())) {
        out.push_back(
            std::filesystem::relative(it->path(), root).generic_string());
      }
    }
  }
  return out;
}

TEST(LayeringTest, TreeKeepsToTheDiamond) {
  std::vector<std::string> wrong;
  const std::vector<std::string> files = SourceFiles();
  for (const std::string& file : files) {
    for (const std::string& included :
         IncludesOf(testing::ReadFile(testing::SourceData(file)))) {
      if (const auto why = CheckInclude(file, included)) {
        wrong.push_back(file + " includes " + included + ": " + *why);
      }
    }
  }
  EXPECT_GT(files.size(), 10u);
  EXPECT_THAT(wrong, IsEmpty());
}

// Whether the CMakeLists.txt of the file's folder, or of one above it, names
// the file.
bool IsBuilt(const std::string& file) {
  std::filesystem::path folder = std::filesystem::path(file).parent_path();
  while (true) {
    const std::filesystem::path list = folder / "CMakeLists.txt";
    if (std::filesystem::exists(testing::SourceData(list.string()))) {
      const std::string name =
          std::filesystem::relative(file, folder.empty() ? "." : folder)
              .generic_string();
      const std::string text =
          testing::ReadFile(testing::SourceData(list.string()));
      if (text.find(name) != std::string::npos) return true;
    }
    if (folder.empty()) return false;
    folder = folder.parent_path();
  }
}

// A test that no target names passes for ever.
TEST(LayeringTest, EverySourceIsBuilt) {
  std::vector<std::string> forgotten;
  for (const std::string& file : SourceFiles()) {
    if (file.ends_with(".cc") && !IsBuilt(file)) forgotten.push_back(file);
  }
  EXPECT_THAT(forgotten, IsEmpty());
}

TEST(LayeringTest, PlantedWrongIncludesAreFound) {
  struct Case {
    std::string file, included;
  };
  const Case cases[] = {
      {"storage/db/store.cc", "matcher/match.h"},
      {"storage/db/store.cc", "server/rpc/server.h"},
      {"storage/base/status.cc", "storage/db/store.h"},
      {"matcher/match.cc", "storage/db/store.h"},
      {"matcher/match.cc", "server/main.h"},
      {"matcher/match.cc", "rocksdb/db.h"},
      {"matcher/match.cc", "grpcpp/grpcpp.h"},
      {"matcher/match.cc", "handrail/v1/match_service.grpc.pb.h"},
      {"matcher/match.cc", "absl/time/clock.h"},
      {"matcher/match.cc", "chrono"},
      {"matcher/match.cc", "fstream"},
      {"matcher/match.cc", "storage/base/mutex.h"},
      {"storage/normalise/phone.cc", "rocksdb/db.h"},
      {"server/projection.cc", "rocksdb/db.h"},
      {"server/projection.cc", "grpcpp/grpcpp.h"},
      {"server/projection.cc", "clients/cli/main.h"},
      {"clients/cli/load.cc", "storage/db/store.h"},
      {"clients/cli/load.cc", "matcher/match.h"},
      {"clients/formats/hsds.cc", "grpcpp/channel.h"},
      {"server/main.cc", "tests/testing/testing.h"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.file + " includes " + c.included);
    EXPECT_TRUE(CheckInclude(c.file, c.included).has_value());
  }
}

TEST(LayeringTest, RightIncludesAreAccepted) {
  struct Case {
    std::string file, included;
  };
  const Case cases[] = {
      {"storage/db/store.cc", "rocksdb/db.h"},
      {"storage/journal/embedded.cc", "rocksdb/write_batch.h"},
      {"storage/normalise/phone.cc", "storage/base/status.h"},
      {"matcher/match.cc", "storage/base/status.h"},
      {"matcher/match.cc", "handrail/v1/listing.pb.h"},
      {"matcher/match.cc", "absl/time/time.h"},
      {"matcher/match.cc", "matcher/score.h"},
      {"server/projection.cc", "storage/db/store.h"},
      {"server/projection.cc", "matcher/snapshot.h"},
      {"server/rpc/server.cc", "grpcpp/grpcpp.h"},
      {"server/rpc_match.cc", "handrail/v1/match_service.grpc.pb.h"},
      {"clients/cli/channel.cc", "grpcpp/channel.h"},
      {"clients/cli/load.cc", "clients/formats/hsds.h"},
      {"tests/e2e/kill_test.cc", "grpcpp/grpcpp.h"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.file + " includes " + c.included);
    EXPECT_EQ(CheckInclude(c.file, c.included), std::nullopt);
  }
}

TEST(LayeringTest, IncludeLinesAreReadHoweverTheyAreWritten) {
  EXPECT_THAT(IncludesOf("#include \"a/b.h\"\n"
                         "  #include <c>  // why\n"
                         "#include\t\"d.h\"\n"
                         "#define X 1\n"
                         "#include MACRO\n"
                         "#include \"last.h\""),
              ElementsAre("a/b.h", "c", "d.h", "last.h"));
}

}  // namespace
}  // namespace handrail::layering
