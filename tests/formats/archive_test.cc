// Archives: what they hold loads as it is, and whatever is wrong with one is a
// finding, in bounded space, with nothing written outside of a folder of its
// own that is gone afterwards.
#include "clients/formats/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "clients/formats/limits.h"
#include "tests/formats/formats_testing.h"

namespace handrail::formats {
namespace {

using ::handrail::testing::ReadFile;
using ::handrail::testing::TempDir;
using ::handrail::testing::WriteFile;

constexpr char kService[] = R"({"id":"s","name":"Detox","status":"active"})";
constexpr char kOther[] = R"({"id":"t","name":"Housing","status":"active"})";

struct Entry {
  std::string name;
  std::string text;
  // Where it is a symbolic link.
  std::string link = {};
};

enum class Kind { kZip, kTar, kTarGz, kGz };

void WriteArchive(const std::string& path, Kind kind,
                  const std::vector<Entry>& entries) {
  archive* out = archive_write_new();
  if (kind == Kind::kZip) archive_write_set_format_zip(out);
  if (kind == Kind::kTar || kind == Kind::kTarGz) {
    archive_write_set_format_ustar(out);
  }
  if (kind == Kind::kGz) archive_write_set_format_raw(out);
  if (kind == Kind::kGz || kind == Kind::kTarGz) {
    archive_write_add_filter_gzip(out);
  }
  ASSERT_EQ(archive_write_open_filename(out, path.c_str()), ARCHIVE_OK);
  for (const Entry& entry : entries) {
    archive_entry* header = archive_entry_new();
    archive_entry_set_pathname(header, entry.name.c_str());
    archive_entry_set_perm(header, 0644);
    if (entry.link.empty()) {
      archive_entry_set_filetype(header, AE_IFREG);
      archive_entry_set_size(header, static_cast<int64_t>(entry.text.size()));
    } else {
      archive_entry_set_filetype(header, AE_IFLNK);
      archive_entry_set_symlink(header, entry.link.c_str());
    }
    EXPECT_EQ(archive_write_header(out, header), ARCHIVE_OK);
    archive_write_data(out, entry.text.data(), entry.text.size());
    archive_entry_free(header);
  }
  archive_write_close(out);
  archive_write_free(out);
}

// Reads an archive with temporary files in a folder of the test's own, and
// checks that none is left.
class ArchiveTest : public ::testing::Test {
 protected:
  ArchiveTest() {
    std::filesystem::create_directory(temporary());
    setenv("TMPDIR", temporary().c_str(), 1);
  }
  ~ArchiveTest() override { unsetenv("TMPDIR"); }

  std::string temporary() const { return folder_.File("temporary"); }
  std::string File(std::string_view name) const { return folder_.File(name); }

  Read ReadArchive(const std::string& name) {
    Read read = ReadPaths({File(name)});
    ok_ = read.plan.ok();
    status_ = read.plan.status();
    if (ok_) {
      EXPECT_FALSE(std::filesystem::is_empty(temporary()));
    }
    read.plan = absl::CancelledError("let go");
    EXPECT_TRUE(std::filesystem::is_empty(temporary()));
    return read;
  }

  TempDir folder_;
  bool ok_ = false;
  absl::Status status_;
};

TEST_F(ArchiveTest, LoadsWhatIsInIt) {
  const std::vector<Entry> entries = {
      {"b.json", kService}, {"data/a.ndjson", kOther}, {"README.md", "words"}};
  const std::pair<std::string, Kind> kinds[] = {
      {"all.zip", Kind::kZip},
      {"all.tar", Kind::kTar},
      {"all.tar.gz", Kind::kTarGz},
      {"named-otherwise.bin", Kind::kZip}};
  for (const auto& [name, kind] : kinds) {
    SCOPED_TRACE(name);
    WriteArchive(File(name), kind, entries);
    const Read read = ReadArchive(name);
    EXPECT_TRUE(ok_);
    ASSERT_EQ(read.rows.size(), 2u);
    EXPECT_EQ(read.rows[0].origin().file(), name + "/b.json");
    EXPECT_EQ(read.rows[1].origin().file(), name + "/data/a.ndjson");
    EXPECT_EQ(read.Count("not-data"), 1);
  }
}

// The bytes of a name are no text where they are not UTF-8.
TEST_F(ArchiveTest, LoadsFilesWithNamesThatAreNoText) {
  WriteArchive(File("a.zip"), Kind::kZip, {{"caf\xe9.json", kService}});
  Read read = ReadArchive("a.zip");
  ASSERT_TRUE(ok_);
  ASSERT_EQ(read.rows.size(), 1u);
  EXPECT_EQ(read.rows[0].origin().file(), "a.zip/caf\xef\xbf\xbd.json");

  WriteArchive(File("b\xe9.zip"), Kind::kTar,
               {{"caf\xc3\xa9.json", kService}, {"\xff.json", "["}});
  read = ReadArchive("b\xe9.zip");
  ASSERT_TRUE(ok_);
  ASSERT_EQ(read.rows.size(), 1u);
  EXPECT_EQ(read.rows[0].origin().file(), "b\xef\xbf\xbd.zip/caf\xc3\xa9.json");
  EXPECT_EQ(read.First("truncated").origin().file(),
            "b\xef\xbf\xbd.zip/\xef\xbf\xbd.json");
}

TEST_F(ArchiveTest, LoadsAPackedFile) {
  WriteArchive(File("services.json.gz"), Kind::kGz, {{"data", kService}});
  const Read read = ReadArchive("services.json.gz");
  EXPECT_TRUE(ok_);
  ASSERT_EQ(read.rows.size(), 1u);
  EXPECT_EQ(read.rows[0].origin().file(), "services.json.gz");
}

TEST_F(ArchiveTest, LoadsAPackageOfTables) {
  WriteArchive(File("package.zip"), Kind::kZip,
               {{"data/organizations.csv", "id,name,description\no,Harbor,x\n"},
                {"data/services.csv",
                 "id,organization_id,name,status\ns,o,Detox,active\n"},
                {"data/phones.csv", "id,service_id,number\np,s,410 555 0100\n"},
                {"datapackage.json", R"({"resources":[]})"}});
  const Read read = ReadArchive("package.zip");
  EXPECT_TRUE(ok_);
  ASSERT_EQ(read.rows.size(), 2u);
  EXPECT_EQ(read.Service(1).phones_size(), 1);
}

TEST_F(ArchiveTest, LoadsArchivesOfAFolderBesideItsFiles) {
  std::filesystem::create_directory(File("all"));
  WriteArchive(File("all/one.zip"), Kind::kZip, {{"b.json", kService}});
  WriteArchive(File("all/bad.zip"), Kind::kZip, {{"../b.json", kService}});
  WriteFile(File("all/two.json"), kOther);
  const Read read = ReadArchive("all");
  EXPECT_TRUE(ok_);
  EXPECT_EQ(read.rows.size(), 2u);
  EXPECT_EQ(read.First("unsafe-name").origin().file(), "bad.zip");
  EXPECT_EQ(read.First("unsafe-name").severity(), v1::FILE_SKIPPED);
}

TEST_F(ArchiveTest, DoesNotOpenArchivesInArchives) {
  WriteArchive(File("inner.zip"), Kind::kZip, {{"a.json", kOther}});
  WriteArchive(
      File("outer.zip"), Kind::kZip,
      {{"b.json", kService}, {"inner.zip", ReadFile(File("inner.zip"))}});
  const Read read = ReadArchive("outer.zip");
  EXPECT_EQ(read.rows.size(), 1u);
  EXPECT_EQ(read.Count("not-data"), 1);
  WriteArchive(File("only.zip"), Kind::kZip,
               {{"inner.zip", ReadFile(File("inner.zip"))}});
  EXPECT_EQ(ReadArchive("only.zip").First("empty-file").severity(),
            v1::FILE_SKIPPED);
}

TEST_F(ArchiveTest, LeavesOutLinksAndCompanions) {
  WriteArchive(File("all.tar"), Kind::kTar,
               {{"a.json", kService},
                {"link.json", "", "/etc/passwd"},
                {"__MACOSX/._a.json", "x"}});
  const Read read = ReadArchive("all.tar");
  EXPECT_TRUE(ok_);
  EXPECT_EQ(read.rows.size(), 1u);
}

TEST_F(ArchiveTest, RefusesWhatIsNotSafe) {
  const std::string much(48 << 20, 'x');
  std::vector<Entry> many;
  for (size_t i = 0; i <= kFilesMax; ++i) {
    many.push_back({std::to_string(i) + ".json", ""});
  }
  WriteArchive(File("inner.gz"), Kind::kGz, {{"data", kService}});
  struct Case {
    std::string name;
    Kind kind;
    std::vector<Entry> entries;
    std::string reason;
  };
  const Case cases[] = {
      {"up.zip", Kind::kZip, {{"../../x.json", kService}}, "unsafe-name"},
      {"root.tar", Kind::kTar, {{"/tmp/x.json", kService}}, "unsafe-name"},
      {"drive.zip", Kind::kZip, {{"C:/x.json", kService}}, "unsafe-name"},
      {"back.zip", Kind::kZip, {{"..\\x.json", kService}}, "unsafe-name"},
      {"twice.zip",
       Kind::kZip,
       {{"x.json", kService}, {"x.json", kOther}},
       "unsafe-name"},
      {"bomb.zip", Kind::kZip, {{"x.json", much}}, "archive-bomb"},
      {"bomb.gz", Kind::kGz, {{"data", much}}, "archive-bomb"},
      {"many.zip", Kind::kZip, many, "archive-bomb"},
      {"twofold.gz",
       Kind::kGz,
       {{"data", ReadFile(File("inner.gz"))}},
       "archive-bomb"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    WriteArchive(File(c.name), c.kind, c.entries);
    const Read read = ReadArchive(c.name);
    EXPECT_FALSE(ok_);
    EXPECT_EQ(status_.code(), absl::StatusCode::kInvalidArgument);
    ASSERT_EQ(read.findings.size(), 1u);
    EXPECT_EQ(read.findings[0].reason(), c.reason);
    EXPECT_EQ(read.findings[0].severity(), v1::FILE_SKIPPED);
    EXPECT_EQ(read.findings[0].origin().file(), c.name);
  }
}

TEST_F(ArchiveTest, RefusesABrokenArchive) {
  std::string text = kService;
  for (int i = 0; i < 2000; ++i) text += std::to_string(i * 7919);
  WriteArchive(File("whole.zip"), Kind::kZip, {{"a.json", text}});
  WriteArchive(File("whole.json.gz"), Kind::kGz, {{"data", text}});
  for (const std::string name : {"whole.zip", "whole.json.gz"}) {
    SCOPED_TRACE(name);
    const std::string bytes = ReadFile(File(name));
    WriteFile(File("cut-" + name), bytes.substr(0, bytes.size() / 2));
    EXPECT_EQ(ReadArchive("cut-" + name).First("broken-archive").severity(),
              v1::FILE_SKIPPED);
  }
  WriteFile(File("empty.zip"),
            std::string("PK\x05\x06", 4) + std::string(18, '\0'));
  EXPECT_EQ(ReadArchive("empty.zip").First("empty-file").severity(),
            v1::FILE_SKIPPED);
}

}  // namespace
}  // namespace handrail::formats
