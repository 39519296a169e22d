// An operator at work with the real programs: backups while the server goes on,
// restoring, and the doctor.
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "rocksdb/db.h"
#include "storage/db/keys.h"
#include "storage/journal/rocks_layout.h"
#include "tests/e2e/programs.h"
#include "tests/testing/testing.h"

namespace handrail::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string Sample(const std::string& name) {
  return SourceData("clients/sample/" + name).string();
}

class OperateTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(server_.Start()) << server_.log(); }

  // A command for operators.
  Outcome Operate(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(),
                     {"--operator", server_.operator_address()});
    return server_.Handrail(arguments);
  }
  std::string Run(const std::vector<std::string>& arguments) {
    const Outcome outcome = server_.Handrail(arguments);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return outcome.out;
  }
  void LoadSample() {
    Run({"load", Sample("centroids.csv"), "--source", "places"});
    Run({"load", Sample("services.ndjson"), "--source", "tamarack-211"});
  }
  static std::string Everything(const Handraild& server) {
    std::string all;
    for (const std::vector<std::string>& command :
         std::vector<std::vector<std::string>>{
             {"export", "--format", "hsds-ndjson"},
             {"loads", "list", "-o", "json"},
             {"listing", "list", "--page-size", "500", "-o", "json"},
             {"location", "list", "--page-size", "500", "-o", "json"},
             {"match", "--need", "housing", "--zone", "America/New_York",
              "--as-of", "2026-06-02T10:00:00-04:00", "-o", "json"}}) {
      const Outcome outcome = server.Handrail(command);
      EXPECT_EQ(outcome.exit_code, 0) << command[0] << ": " << outcome.err;
      all += outcome.out;
    }
    return all;
  }

  TempDir folder_;
  const fs::path data_ = folder_.path() / "data";
  const std::string backups_ = (folder_.path() / "backups").string();
  const fs::path restored_ = folder_.path() / "restored";
  Handraild server_{data_};
};

TEST_F(OperateTest, BackupIsMadeListedVerifiedAndRestored) {
  LoadSample();
  const std::string kept = Everything(server_);
  const Outcome made = Operate({"backup", "create", "--folder", backups_});
  EXPECT_EQ(made.exit_code, 0) << made.err;
  EXPECT_THAT(made.out, StartsWith("Made backup 1 in " + backups_));
  // Later changes are not in it.
  Run({"load", Sample("meetings-na.json"), "--source", "na", "--fellowship",
       "na", "--zone", "America/New_York"});
  EXPECT_EQ(Operate({"backup", "create", "--folder", backups_}).exit_code, 0);
  const Outcome listed = Operate({"backup", "list", "--folder", backups_});
  EXPECT_EQ(listed.exit_code, 0) << listed.err;
  EXPECT_THAT(listed.out, HasSubstr("BACKUP"));
  EXPECT_THAT(listed.out, HasSubstr("\n2 "));
  EXPECT_THAT(listed.out, HasSubstr("\n1 "));
  const Outcome verified =
      Operate({"backup", "verify", "--folder", backups_, "-o", "json"});
  EXPECT_EQ(verified.exit_code, 0) << verified.err;
  EXPECT_THAT(verified.out, HasSubstr("\"id\": 2"));
  EXPECT_EQ(Operate({"backup", "verify", "--folder", backups_, "--id", "7"})
                .exit_code,
            3);
  // Callers have no such service.
  EXPECT_EQ(server_
                .Handrail({"backup", "list", "--folder", backups_, "--operator",
                           server_.address()})
                .exit_code,
            1);

  const Outcome restore =
      RunProgram("handraild", {"--restore-from", backups_, "--restore-id", "1",
                               "--data-dir", restored_.string()});
  EXPECT_EQ(restore.exit_code, 0) << restore.err;
  EXPECT_THAT(restore.out, StartsWith("restored backup=1 revision="));
  Handraild other(restored_);
  ASSERT_TRUE(other.Start()) << other.log();
  EXPECT_EQ(Everything(other), kept);
  // A follower of the first one is told that this is not where it was.
  const Outcome follower = other.Handrail(
      {"watch", "changes", "--from", std::to_string(server_.revision() + 1000),
       "--until-caught-up"});
  EXPECT_NE(follower.exit_code, 0);
  EXPECT_THAT(follower.err, HasSubstr("REVISION_NOT_REACHED"));
}

TEST_F(OperateTest, NothingIsRestoredWhereThereIsSomethingOrFromDamage) {
  LoadSample();
  ASSERT_EQ(Operate({"backup", "create", "--folder", backups_}).exit_code, 0);
  const auto restore = [&] {
    return RunProgram("handraild", {"--restore-from", backups_, "--data-dir",
                                    restored_.string()});
  };
  fs::create_directory(restored_);
  WriteFile(restored_ / "letter", "text");
  EXPECT_EQ(restore().exit_code, 1);
  EXPECT_EQ(ReadFile(restored_ / "letter"), "text");
  fs::remove_all(restored_);
  for (const auto& entry : fs::recursive_directory_iterator(backups_)) {
    if (entry.path().extension() != ".sst") continue;
    std::string bytes = ReadFile(entry.path());
    bytes[bytes.size() / 2] ^= 1;
    WriteFile(entry.path(), bytes);
  }
  const Outcome verified = Operate({"backup", "verify", "--folder", backups_});
  EXPECT_EQ(verified.exit_code, 1);
  EXPECT_THAT(verified.err, HasSubstr("DATA_CORRUPT"));
  const Outcome refused = restore();
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("damaged"));
  EXPECT_FALSE(fs::exists(restored_));
  // The server has nothing to do with it.
  EXPECT_EQ(Operate({"doctor"}).exit_code, 0);
}

TEST_F(OperateTest, DoctorTellsRepairsAndIsContent) {
  LoadSample();
  Outcome told = Operate({"doctor"});
  EXPECT_EQ(told.exit_code, 0) << told.out << told.err;
  EXPECT_THAT(told.out, HasSubstr("Healthy at revision"));
  EXPECT_EQ(server_.Stop(), 0);
  {
    rocksdb::DB* raw = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(rocksdb::Options(),
                                  (data_ / "rocksdb").string(), &raw)
                    .ok());
    const std::unique_ptr<rocksdb::DB> db(raw);
    rocksdb::WriteOptions sync;
    sync.sync = true;
    const std::string key = storage::layout::StateKey(
        "directory", storage::keys::CountKey("tamarack-211", v1::SERVICE));
    ASSERT_TRUE(
        db->Put(sync, key, storage::layout::StateValue(3, "12345678")).ok());
  }
  ASSERT_TRUE(server_.Start()) << server_.log();
  told = Operate({"doctor"});
  EXPECT_EQ(told.exit_code, 1);
  EXPECT_THAT(told.out, HasSubstr("wrong: the count of SERVICE"));
  EXPECT_THAT(told.out, HasSubstr("Not healthy"));
  told = Operate({"doctor", "--repair"});
  EXPECT_EQ(told.exit_code, 0) << told.out;
  EXPECT_THAT(told.out, HasSubstr("repaired: the count of SERVICE"));
  told = Operate({"doctor", "-o", "json"});
  EXPECT_EQ(told.exit_code, 0) << told.out;
  EXPECT_THAT(told.out, HasSubstr("\"healthy\":true"));
  EXPECT_THAT(told.out, Not(HasSubstr("\"finding\"")));
}

}  // namespace
}  // namespace handrail::testing
