// What every implementation of the journal has to do. Each test runs for the
// memory journal and for the embedded one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "storage/journal/journal.h"
#include "storage/journal/limits.h"
#include "storage/journal/memory_journal.h"
#include "storage/journal/rocks_journal.h"
#include "storage/journal/timestamps.h"
#include "tests/testing/testing.h"

namespace handrail::storage {
namespace {

using ::handrail::testing::HasMetadata;
using ::handrail::testing::HasReason;
using ::handrail::testing::IsOk;
using ::handrail::testing::IsOkAndHolds;
using ::handrail::testing::NamesField;
using ::handrail::testing::StatusIs;
using ::handrail::testing::TempDir;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

enum class Implementation { kMemory, kRocks };

class JournalContractTest : public ::testing::TestWithParam<Implementation> {
 protected:
  void SetUp() override {
    if (GetParam() == Implementation::kMemory) {
      journal_ = std::make_unique<MemoryJournal>();
      return;
    }
    auto opened = RocksJournal::Open({.directory = directory_.path() / "data",
                                      .block_cache_bytes = 1 << 20});
    ASSERT_THAT(opened, IsOk());
    journal_ = *std::move(opened);
  }

  // Appends to stream "directory" and returns the position.
  uint64_t Append(std::vector<Mutation> mutations) {
    auto result = journal_->Append({.stream = "directory",
                                    .mutations = std::move(mutations),
                                    .at = absl::UnixEpoch()});
    EXPECT_THAT(result, IsOk());
    return result.ok() ? result->position : 0;
  }

  std::optional<VersionedValue> Get(const std::string& key,
                                    const std::string& stream = "directory") {
    auto found = journal_->Snapshot()->Get(stream, key);
    EXPECT_THAT(found, IsOk());
    return found.ok() ? *found : std::nullopt;
  }

  std::vector<v1::JournalEntry> Entries(const std::string& stream,
                                        uint64_t from = 1, size_t limit = 0) {
    std::vector<v1::JournalEntry> entries;
    EXPECT_THAT(journal_->Tail(stream, from, limit,
                               [&](const v1::JournalEntry& entry) {
                                 entries.push_back(entry);
                                 return absl::OkStatus();
                               }),
                IsOk());
    return entries;
  }

  static std::map<std::string, std::string> All(const JournalSnapshot& view,
                                                const std::string& stream) {
    std::map<std::string, std::string> all;
    EXPECT_THAT(
        view.Scan(stream, {},
                  [&](std::string_view key, std::string_view value, uint64_t) {
                    all.emplace(key, value);
                    return true;
                  }),
        IsOk());
    return all;
  }

  std::vector<std::string> Keys(const ScanRange& range) {
    std::vector<std::string> keys;
    EXPECT_THAT(journal_->Snapshot()->Scan(
                    "directory", range,
                    [&](std::string_view key, std::string_view, uint64_t) {
                      keys.emplace_back(key);
                      return true;
                    }),
                IsOk());
    return keys;
  }

  TempDir directory_;
  std::unique_ptr<Journal> journal_;
};

INSTANTIATE_TEST_SUITE_P(Journals, JournalContractTest,
                         ::testing::Values(Implementation::kMemory,
                                           Implementation::kRocks),
                         [](const auto& info) {
                           return info.param == Implementation::kMemory
                                      ? "Memory"
                                      : "Rocks";
                         });

TEST_P(JournalContractTest, BeginsEmpty) {
  EXPECT_THAT(journal_->Snapshot()->Position("directory"), IsOkAndHolds(0u));
  EXPECT_EQ(Get("a"), std::nullopt);
  EXPECT_THAT(Keys({}), IsEmpty());
  EXPECT_THAT(Entries("directory"), IsEmpty());
  EXPECT_THAT(journal_->AuditRows("directory", 1, 0), IsOkAndHolds(IsEmpty()));
}

TEST_P(JournalContractTest, CountsPositionsFromOneWithoutGaps) {
  for (uint64_t position = 1; position <= 5; ++position) {
    EXPECT_EQ(Append({{"a", std::to_string(position)}}), position);
    EXPECT_THAT(journal_->Snapshot()->Position("directory"),
                IsOkAndHolds(position));
  }
}

TEST_P(JournalContractTest, GivesAKeyThePositionOfItsLastChangeAsVersion) {
  Append({{"a", "1"}, {"b", "1"}});
  Append({{"b", "2"}});
  EXPECT_EQ(Get("a"), (VersionedValue{"1", 1}));
  EXPECT_EQ(Get("b"), (VersionedValue{"2", 2}));
}

TEST_P(JournalContractTest, KeepsBytesAsTheyAre) {
  const std::string key("k\0\xff\x01", 4);
  const std::string value("\0\x80\xffv", 4);
  Append({{key, value}, {"empty", ""}});
  EXPECT_EQ(Get(key), (VersionedValue{value, 1}));
  EXPECT_EQ(Get("empty"), (VersionedValue{"", 1}));
}

TEST_P(JournalContractTest, RemovesKeys) {
  Append({{"a", "1"}});
  Append({{"a", std::nullopt}, {"never there", std::nullopt}});
  EXPECT_EQ(Get("a"), std::nullopt);
  EXPECT_THAT(Keys({}), IsEmpty());
  Append({{"a", "again"}});
  EXPECT_EQ(Get("a"), (VersionedValue{"again", 3}));
}

TEST_P(JournalContractTest, RefusesAChangeOfWhatWasChangedMeanwhile) {
  Append({{"a", "1"}});
  Append({{"a", "2"}});
  auto result = journal_->Append(
      {.stream = "directory",
       .expected = {{"b", 0}, {"a", 1}},
       .mutations = {{"b", "new"}, {"a", "mine"}},
       .audit = {handrail::testing::ParseText<v1::AuditRow>("actor: 'x'")},
       .request_id = "lost",
       .at = absl::UnixEpoch()});
  EXPECT_THAT(
      result,
      AllOf(StatusIs(absl::StatusCode::kAborted),
            HasReason(handrail::v1::ERROR_REASON_VERSION_CONFLICT),
            HasMetadata("stream", "directory"), HasMetadata("expected", "1"),
            HasMetadata("actual", "2"), HasMetadata("index", "1")));
  // Nothing of it is there.
  EXPECT_EQ(Get("a"), (VersionedValue{"2", 2}));
  EXPECT_EQ(Get("b"), std::nullopt);
  EXPECT_THAT(journal_->Snapshot()->Position("directory"), IsOkAndHolds(2u));
  EXPECT_EQ(Entries("directory").size(), 2u);
  EXPECT_THAT(journal_->AuditRows("directory", 1, 0), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(journal_->Snapshot()->RequestPosition("directory", "lost"),
              IsOkAndHolds(std::nullopt));
}

TEST_P(JournalContractTest, TakesWhatTheCallerReadWhileNothingCameBetween) {
  Append({{"a", "1"}});
  const auto append_read_at = [this](uint64_t read_at) {
    return journal_->Append(
        {.stream = "directory",
         .mutations = {{"a", "mine", Before{VersionedValue{"as read", 1}}},
                       {"new", "1", Before{}}},
         .read_at = read_at,
         .at = absl::UnixEpoch()});
  };
  ASSERT_THAT(append_read_at(1), IsOk());
  const v1::JournalEntry taken = Entries("directory", 2)[0];
  EXPECT_EQ(taken.mutations(0).before(), "as read");
  EXPECT_FALSE(taken.mutations(1).has_before());
  // By now both are something else.
  ASSERT_THAT(append_read_at(1), IsOk());
  const v1::JournalEntry read_again = Entries("directory", 3)[0];
  EXPECT_EQ(read_again.mutations(0).before(), "mine");
  EXPECT_EQ(read_again.mutations(1).before(), "1");
}

TEST_P(JournalContractTest, HoldsExpectationsAgainstTheLatestState) {
  Append({{"a", "1"}, {"gone", "1"}});
  Append({{"gone", std::nullopt}});
  struct Case {
    const char* name;
    AppendRequest request;
    bool taken;
  };
  const Case cases[] = {
      {"right version", {.expected = {{"a", 1}}}, true},
      {"wrong version", {.expected = {{"a", 2}}}, false},
      {"must not exist but does", {.expected = {{"a", 0}}}, false},
      {"must not exist", {.expected = {{"new", 0}}}, true},
      {"never existed", {.expected = {{"new", 1}}}, false},
      {"removed counts as not there", {.expected = {{"gone", 0}}}, true},
      {"removed has no version", {.expected = {{"gone", 2}}}, false},
      {"one of two wrong", {.expected = {{"a", 1}, {"new", 7}}}, false},
      {"position too low", {.expected_position = 1}, false},
      {"stream not begun", {.expected_position = 0}, false},
      {"position too high", {.expected_position = 1000}, false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    AppendRequest request = c.request;
    request.stream = "directory";
    request.at = absl::UnixEpoch();
    request.mutations = {{"other", "x"}};
    const auto result = journal_->Append(request);
    if (c.taken) {
      EXPECT_THAT(result, IsOk());
    } else {
      EXPECT_THAT(result,
                  HasReason(handrail::v1::ERROR_REASON_VERSION_CONFLICT));
    }
  }
  auto now = journal_->Snapshot()->Position("directory");
  ASSERT_THAT(now, IsOk());
  EXPECT_THAT(journal_->Append({.stream = "directory",
                                .expected_position = *now,
                                .at = absl::UnixEpoch()}),
              IsOk());
}

TEST_P(JournalContractTest, WritesARepeatedRequestOnce) {
  AppendRequest request{.stream = "directory",
                        .expected_position = 0,
                        .expected = {{"a", 0}},
                        .mutations = {{"a", "1"}},
                        .request_id = "r1",
                        .at = absl::UnixEpoch()};
  auto first = journal_->Append(request);
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first->position, 1u);
  EXPECT_FALSE(first->repeated);
  Append({{"a", "2"}});
  // What it expects no longer holds, and it is answered all the same.
  auto second = journal_->Append(request);
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->position, 1u);
  EXPECT_TRUE(second->repeated);
  EXPECT_EQ(Get("a"), (VersionedValue{"2", 2}));
  EXPECT_EQ(Entries("directory").size(), 2u);
  EXPECT_THAT(journal_->Snapshot()->RequestPosition("directory", "r1"),
              IsOkAndHolds(std::optional<uint64_t>(1)));
  EXPECT_THAT(journal_->Snapshot()->RequestPosition("directory", "r2"),
              IsOkAndHolds(std::nullopt));
  // The id means something in its stream only.
  request.stream = "agency";
  auto elsewhere = journal_->Append(request);
  ASSERT_THAT(elsewhere, IsOk());
  EXPECT_FALSE(elsewhere->repeated);
}

TEST_P(JournalContractTest, WritesRequestsWithoutIdEachTime) {
  Append({{"a", "1"}});
  EXPECT_EQ(Append({{"a", "1"}}), 2u);
}

TEST_P(JournalContractTest, KeepsTheBeforeImages) {
  Append({{"a", "1"}});
  Append({{"a", "2"}, {"b", "1"}});
  Append({{"b", std::nullopt}, {"a", ""}, {"never", std::nullopt}});
  const auto entries = Entries("directory");
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_THAT(entries[1], handrail::testing::EqualsProto(R"pb(
                stream: "directory"
                position: 2
                at {}
                mutations { key: "a" value: "2" before: "1" }
                mutations { key: "b" value: "1" }
              )pb"));
  EXPECT_THAT(entries[2], handrail::testing::EqualsProto(R"pb(
                stream: "directory"
                position: 3
                at {}
                mutations { key: "b" before: "1" }
                mutations { key: "a" value: "" before: "2" }
                mutations { key: "never" }
              )pb"));
}

TEST_P(JournalContractTest, CanBeUndoneFromItsBeforeImages) {
  Append({{"a", "1"}, {"b", "1"}});
  const auto before = All(*journal_->Snapshot(), "directory");
  Append({{"a", "2"}, {"c", "1"}, {"b", std::nullopt}});
  std::vector<Mutation> undo;
  const v1::JournalEntry changed = Entries("directory", 2)[0];
  for (const v1::JournalMutation& m : changed.mutations()) {
    undo.push_back({m.key(), m.has_before()
                                 ? std::optional<std::string>(m.before())
                                 : std::nullopt});
  }
  Append(undo);
  EXPECT_EQ(All(*journal_->Snapshot(), "directory"), before);
}

TEST_P(JournalContractTest, TailsFromAPositionUpToALimit) {
  for (int i = 1; i <= 5; ++i) Append({{"a", std::to_string(i)}});
  struct Case {
    uint64_t from;
    size_t limit;
    std::vector<uint64_t> seen;
    uint64_t next;
  };
  const Case cases[] = {
      {1, 0, {1, 2, 3, 4, 5}, 6},
      {0, 0, {1, 2, 3, 4, 5}, 6},
      {1, 2, {1, 2}, 3},
      {3, 2, {3, 4}, 5},
      {5, 2, {5}, 6},
      {5, 1, {5}, 6},
      {6, 0, {}, 6},
      {9, 3, {}, 9},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.from);
    SCOPED_TRACE(c.limit);
    std::vector<uint64_t> seen;
    EXPECT_THAT(journal_->Tail("directory", c.from, c.limit,
                               [&](const v1::JournalEntry& entry) {
                                 seen.push_back(entry.position());
                                 return absl::OkStatus();
                               }),
                IsOkAndHolds(c.next));
    EXPECT_EQ(seen, c.seen);
  }
}

TEST_P(JournalContractTest, StopsTailingAtTheVisitorsError) {
  Append({{"a", "1"}});
  Append({{"a", "2"}});
  int seen = 0;
  EXPECT_THAT(journal_->Tail("directory", 1, 0,
                             [&](const v1::JournalEntry&) {
                               ++seen;
                               return absl::CancelledError("enough");
                             }),
              StatusIs(absl::StatusCode::kCancelled));
  EXPECT_EQ(seen, 1);
}

TEST_P(JournalContractTest, ShowsASnapshotUnchangedWhileWritesGoOn) {
  Append({{"a", "1"}, {"b", "1"}});
  const auto snapshot = journal_->Snapshot();
  Append({{"a", "2"}, {"b", std::nullopt}, {"c", "2"}});
  ASSERT_THAT(journal_->Append({.stream = "agency",
                                .mutations = {{"x", "1"}},
                                .request_id = "later",
                                .at = absl::UnixEpoch()}),
              IsOk());
  EXPECT_THAT(snapshot->Position("directory"), IsOkAndHolds(1u));
  EXPECT_THAT(snapshot->Position("agency"), IsOkAndHolds(0u));
  EXPECT_THAT(snapshot->RequestPosition("agency", "later"),
              IsOkAndHolds(std::nullopt));
  EXPECT_THAT(snapshot->Get("directory", "a"),
              IsOkAndHolds(VersionedValue{"1", 1}));
  EXPECT_THAT(snapshot->Get("directory", "c"), IsOkAndHolds(std::nullopt));
  EXPECT_THAT(All(*snapshot, "directory"),
              ElementsAre(Pair("a", "1"), Pair("b", "1")));
  EXPECT_THAT(All(*journal_->Snapshot(), "directory"),
              ElementsAre(Pair("a", "2"), Pair("c", "2")));
}

TEST_P(JournalContractTest, KeepsStreamsApart) {
  Append({{"a", "of the directory"}});
  for (const char* stream : {"agency", "directory2", "direct"}) {
    auto result = journal_->Append({.stream = stream,
                                    .expected_position = 0,
                                    .expected = {{"a", 0}},
                                    .mutations = {{"a", stream}},
                                    .at = absl::UnixEpoch()});
    ASSERT_THAT(result, IsOk());
    EXPECT_EQ(result->position, 1u);
    EXPECT_EQ(Get("a", stream), (VersionedValue{stream, 1}));
    EXPECT_EQ(Entries(stream).size(), 1u);
  }
  EXPECT_EQ(Get("a"), (VersionedValue{"of the directory", 1}));
  EXPECT_THAT(All(*journal_->Snapshot(), "directory"),
              ElementsAre(Pair("a", "of the directory")));
}

TEST_P(JournalContractTest, ScansInTheOrderOfBytes) {
  Append({{"b", ""},
          {"ba", ""},
          {"a", ""},
          {"b\xff", ""},
          {"c", ""},
          {std::string("b\0", 2), ""},
          {"\xff\xff", ""},
          {"\xff", ""}});
  const std::string zero("b\0", 2);
  struct Case {
    const char* name;
    ScanRange range;
    std::vector<std::string> keys;
  };
  const Case cases[] = {
      {"everything",
       {},
       {"a", "b", zero, "ba", "b\xff", "c", "\xff", "\xff\xff"}},
      {"a prefix", {.prefix = "b"}, {"b", zero, "ba", "b\xff"}},
      {"a prefix nobody has", {.prefix = "x"}, {}},
      {"a prefix without an end", {.prefix = "\xff"}, {"\xff", "\xff\xff"}},
      {"after a key", {.prefix = "b", .after = "b"}, {zero, "ba", "b\xff"}},
      {"after a key that is not there",
       {.prefix = "b", .after = "b1"},
       {"ba", "b\xff"}},
      {"after the prefix's last", {.prefix = "b", .after = "b\xff"}, {}},
      {"after something beyond", {.prefix = "b", .after = "c"}, {}},
      {"after something before",
       {.prefix = "b", .after = "a"},
       {"b", zero, "ba", "b\xff"}},
      {"with a limit", {.prefix = "b", .limit = 2}, {"b", zero}},
      {"after and limit", {.after = "b", .limit = 2}, {zero, "ba"}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(Keys(c.range), c.keys);
  }
}

TEST_P(JournalContractTest, StopsAScanWhenTheVisitorSaysSo) {
  Append({{"a", "1"}, {"b", "2"}, {"c", "3"}});
  std::vector<std::string> seen;
  ASSERT_THAT(
      journal_->Snapshot()->Scan(
          "directory", {},
          [&](std::string_view key, std::string_view value, uint64_t version) {
            seen.push_back(std::string(key) + std::string(value) + "@" +
                           std::to_string(version));
            return seen.size() < 2;
          }),
      IsOk());
  EXPECT_THAT(seen, ElementsAre("a1@1", "b2@1"));
}

TEST_P(JournalContractTest, GetsManyInTheOrderAsked) {
  Append({{"a", "1"}, {"b", "2"}});
  EXPECT_THAT(journal_->Snapshot()->GetMany("directory", {"b", "x", "a", "b"}),
              IsOkAndHolds(ElementsAre(VersionedValue{"2", 1}, std::nullopt,
                                       VersionedValue{"1", 1},
                                       VersionedValue{"2", 1})));
  EXPECT_THAT(journal_->Snapshot()->GetMany("directory", {}),
              IsOkAndHolds(IsEmpty()));
}

TEST_P(JournalContractTest, KeepsAuditRowsInOrder) {
  const absl::Time at = absl::FromUnixNanos(1'600'000'000'123'456'789);
  for (int i = 1; i <= 3; ++i) {
    AppendRequest request{.stream = "directory", .at = at};
    for (const char* part : {"first", "second"}) {
      v1::AuditRow& row = request.audit.emplace_back();
      row.set_actor("loopback");
      row.set_action("load");
      row.set_subject(std::to_string(i) + part);
      (*row.mutable_detail())["rows"] = "7";
    }
    ASSERT_THAT(journal_->Append(std::move(request)), IsOk());
  }
  const auto subjects = [&](uint64_t from, size_t limit) {
    std::vector<std::string> found;
    const auto rows = journal_->AuditRows("directory", from, limit);
    EXPECT_THAT(rows, IsOk());
    for (const v1::AuditRow& row : *rows) {
      found.push_back(row.subject());
      EXPECT_EQ(ToTime(row.at()), at);
      EXPECT_EQ(row.detail().at("rows"), "7");
    }
    return found;
  };
  EXPECT_THAT(subjects(1, 0), ElementsAre("1first", "1second", "2first",
                                          "2second", "3first", "3second"));
  EXPECT_THAT(subjects(2, 3), ElementsAre("2first", "2second", "3first"));
  EXPECT_THAT(subjects(4, 0), IsEmpty());
  EXPECT_EQ(Entries("directory")[1].audit_size(), 2);
  EXPECT_EQ(ToTime(Entries("directory")[1].at()), at);
}

TEST_P(JournalContractTest, RefusesWhatCannotBeKept) {
  struct Case {
    const char* field;
    AppendRequest request;
  };
  const std::string long_key(kKeyBytesMax + 1, 'k');
  const Case cases[] = {
      {"stream", {.stream = ""}},
      {"stream", {.stream = "Directory"}},
      {"stream", {.stream = std::string("a\0b", 3)}},
      {"stream", {.stream = std::string(kStreamNameBytesMax + 1, 'a')}},
      {"request_id",
       {.stream = "s", .request_id = std::string(kRequestIdBytesMax + 1, 'r')}},
      {"note", {.stream = "s", .note = std::string(kNoteBytesMax + 1, 'n')}},
      {"mutations[0].key", {.stream = "s", .mutations = {{"", "1"}}}},
      {"mutations[0].key", {.stream = "s", .mutations = {{long_key, "1"}}}},
      {"mutations[1].key",
       {.stream = "s", .mutations = {{"a", "1"}, {"a", std::nullopt}}}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.field);
    AppendRequest request = c.request;
    request.at = absl::UnixEpoch();
    EXPECT_THAT(journal_->Append(request),
                AllOf(StatusIs(absl::StatusCode::kInvalidArgument),
                      NamesField(c.field)));
  }
  AppendRequest many{.stream = "s", .at = absl::UnixEpoch()};
  many.audit.resize(kAuditRowsPerAppendMax + 1);
  EXPECT_THAT(journal_->Append(many),
              AllOf(HasReason(handrail::v1::ERROR_REASON_LIMIT_EXCEEDED),
                    HasMetadata("limit", "kAuditRowsPerAppendMax")));
  AppendRequest large{.stream = "s", .at = absl::UnixEpoch()};
  large.mutations = {{"a", std::string(kAppendBytesMax, 'v')}};
  EXPECT_THAT(journal_->Append(large),
              AllOf(HasReason(handrail::v1::ERROR_REASON_LIMIT_EXCEEDED),
                    HasMetadata("limit", "kAppendBytesMax")));
  EXPECT_THAT(journal_->Snapshot()->Position("s"), IsOkAndHolds(0u));
}

TEST_P(JournalContractTest, KeepsWhatAnAppendSaysAboutItself) {
  ASSERT_THAT(journal_->Append({.stream = "directory",
                                .note = "called, moved next door",
                                .at = absl::UnixEpoch()}),
              IsOk());
  EXPECT_EQ(Entries("directory")[0].note(), "called, moved next door");
}

TEST_P(JournalContractTest, FindsTheEntriesThatChangedAKey) {
  using Positions = std::vector<uint64_t>;
  Append({{"a", "1"}, {"b", "1"}});
  Append({{"b", "2"}, {"never", std::nullopt}});
  Append({{"b", std::nullopt}});
  // Keys of which one begins the other, also by a zero byte.
  Append({{std::string("b\0", 2), "3"}, {"bb", "3"}, {"b\x01", "3"}});
  const auto before = journal_->Snapshot();
  Append({{"b", "4"}});
  const auto now = journal_->Snapshot();
  const auto changes = [&](const std::string& key) {
    return *now->Changes("directory", key);
  };
  EXPECT_EQ(changes("a"), (Positions{1}));
  EXPECT_EQ(changes("b"), (Positions{1, 2, 3, 5}));
  EXPECT_EQ(changes(std::string("b\0", 2)), (Positions{4}));
  EXPECT_EQ(changes("bb"), (Positions{4}));
  EXPECT_EQ(changes("never"), (Positions{2}));
  EXPECT_EQ(changes("nowhere"), Positions());
  EXPECT_EQ(*now->Changes("agency", "a"), Positions());
  EXPECT_EQ(*before->Changes("directory", "b"), (Positions{1, 2, 3}));
  EXPECT_FALSE(before->Entry("directory", 5)->has_value());
  EXPECT_FALSE(now->Entry("directory", 0)->has_value());
  EXPECT_FALSE(now->Entry("agency", 1)->has_value());
  auto entry = now->Entry("directory", 2);
  ASSERT_THAT(entry, IsOk());
  ASSERT_TRUE(entry->has_value());
  EXPECT_THAT(**entry, handrail::testing::EqualsProto(R"pb(
    stream: "directory"
    position: 2
    at {}
    mutations { key: "b" value: "2" before: "1" }
    mutations { key: "never" }
  )pb"));
}

// Keys set, removed, set again, left alone and trimmed in any order.
TEST_P(JournalContractTest, FindsTheEntriesAfterAnyChangesAndTrims) {
  constexpr unsigned kSeed = 20261123;
  SCOPED_TRACE(kSeed);
  std::mt19937 random(kSeed);
  const std::vector<std::string> keys = {"a", std::string("a\0", 2), "b", "c"};
  std::map<std::string, std::vector<uint64_t>> expected;
  for (int step = 0; step < 200; ++step) {
    AppendRequest request{.stream = "directory", .at = absl::UnixEpoch()};
    for (const std::string& key : keys) {
      const unsigned what = random() % 4;
      if (what == 0) request.mutations.push_back({key, std::nullopt});
      if (what == 1) request.mutations.push_back({key, "value"});
    }
    const auto done = journal_->Append(request);
    ASSERT_THAT(done, IsOk());
    for (const Mutation& mutation : request.mutations) {
      expected[mutation.key].push_back(done->position);
    }
    if (random() % 8 == 0) {
      const uint64_t to =
          done->position - std::min<uint64_t>(done->position, random() % 6);
      ASSERT_THAT(journal_->Trim("directory", to), IsOk());
      for (auto& [key, positions] : expected) {
        std::erase_if(positions, [&](uint64_t at) { return at <= to; });
      }
    }
    const auto now = journal_->Snapshot();
    for (const std::string& key : keys) {
      ASSERT_THAT(now->Changes("directory", key), IsOkAndHolds(expected[key]))
          << key << " after step " << step;
    }
  }
}

TEST_P(JournalContractTest, TrimsEntriesAndKeepsWhatTheyMade) {
  for (int i = 1; i <= 5; ++i) {
    const std::string number = std::to_string(i);
    AppendRequest request{.stream = "directory",
                          .mutations = {{"a", number}, {"b" + number, "1"}},
                          .request_id = "r" + number,
                          .at = absl::UnixEpoch()};
    request.audit.emplace_back().set_subject(number);
    ASSERT_THAT(journal_->Append(request), IsOk());
  }
  ASSERT_THAT(journal_->Append({.stream = "agency",
                                .mutations = {{"a", "1"}},
                                .at = absl::UnixEpoch()}),
              IsOk());
  const auto values = All(*journal_->Snapshot(), "directory");
  const auto before = journal_->Snapshot();
  EXPECT_THAT(before->TrimmedTo("directory"), IsOkAndHolds(0u));

  ASSERT_THAT(journal_->Trim("directory", 3), IsOk());
  auto now = journal_->Snapshot();
  EXPECT_THAT(now->TrimmedTo("directory"), IsOkAndHolds(3u));
  EXPECT_THAT(now->Position("directory"), IsOkAndHolds(5u));
  EXPECT_EQ(All(*now, "directory"), values);
  EXPECT_EQ(Get("b1"), (VersionedValue{"1", 1}));
  // Entries are gone, and nobody is shown part of what was asked for.
  EXPECT_FALSE(now->Entry("directory", 3)->has_value());
  EXPECT_EQ(Entries("directory", 4).size(), 2u);
  for (const uint64_t from : {uint64_t{0}, uint64_t{1}, uint64_t{3}}) {
    EXPECT_THAT(journal_->Tail(
                    "directory", from, 0,
                    [](const v1::JournalEntry&) { return absl::OkStatus(); }),
                AllOf(StatusIs(absl::StatusCode::kFailedPrecondition),
                      HasReason(handrail::v1::ERROR_REASON_REVISION_GONE),
                      HasMetadata("revision", from == 3 ? "2" : "0"),
                      HasMetadata("earliest", "3")));
  }
  EXPECT_THAT(now->Changes("directory", "a"),
              IsOkAndHolds(ElementsAre(4u, 5u)));
  EXPECT_THAT(now->Changes("directory", "b2"), IsOkAndHolds(IsEmpty()));
  // Who did what is kept, and a retry gets its first answer.
  EXPECT_EQ(journal_->AuditRows("directory", 1, 0)->size(), 5u);
  EXPECT_EQ(journal_->AuditRows("directory", 4, 0)->size(), 2u);
  auto repeated = journal_->Append({.stream = "directory",
                                    .mutations = {{"a", "9"}},
                                    .request_id = "r2",
                                    .at = absl::UnixEpoch()});
  ASSERT_THAT(repeated, IsOk());
  EXPECT_TRUE(repeated->repeated);
  EXPECT_EQ(repeated->position, 2u);
  // A snapshot from before, and another stream, are as they were.
  EXPECT_EQ(before->Changes("directory", "a")->size(), 5u);
  EXPECT_TRUE(before->Entry("directory", 1)->has_value());
  EXPECT_EQ(Entries("agency").size(), 1u);

  // Trimming less does nothing, trimming more than there is ends at the last.
  ASSERT_THAT(journal_->Trim("directory", 2), IsOk());
  EXPECT_THAT(journal_->Snapshot()->TrimmedTo("directory"), IsOkAndHolds(3u));
  ASSERT_THAT(journal_->Trim("directory", 99), IsOk());
  EXPECT_THAT(journal_->Snapshot()->TrimmedTo("directory"), IsOkAndHolds(5u));
  EXPECT_THAT(Entries("directory", 6), IsEmpty());
  ASSERT_THAT(journal_->Trim("nothing", 9), IsOk());
  EXPECT_THAT(journal_->Snapshot()->TrimmedTo("nothing"), IsOkAndHolds(0u));
  // Before-images and positions go on.
  EXPECT_EQ(Append({{"a", "6"}}), 6u);
  EXPECT_EQ(Entries("directory", 6)[0].mutations(0).before(), "5");
}

// One trims while others append and read: readers see whole tails or are told
// that the beginning is gone.
TEST_P(JournalContractTest, TrimsWhileOthersAppendAndRead) {
  constexpr uint64_t kAppends = 120;
  std::atomic<bool> done = false;
  std::atomic<int> wrong = 0;
  std::thread trimmer([&] {
    while (!done) {
      const uint64_t last = *journal_->Snapshot()->Position("directory");
      if (last > 5 && !journal_->Trim("directory", last - 5).ok()) ++wrong;
    }
  });
  std::thread reader([&] {
    while (!done) {
      uint64_t next = *journal_->Snapshot()->TrimmedTo("directory") + 1;
      const auto end = journal_->Tail("directory", next, 0,
                                      [&](const v1::JournalEntry& entry) {
                                        if (entry.position() != next++) ++wrong;
                                        return absl::OkStatus();
                                      });
      if (!end.ok() &&
          ReasonOf(end.status()) != handrail::v1::ERROR_REASON_REVISION_GONE) {
        ++wrong;
      }
    }
  });
  for (uint64_t i = 1; i <= kAppends; ++i) {
    ASSERT_EQ(Append({{"a", std::to_string(i)}}), i);
  }
  done = true;
  trimmer.join();
  reader.join();
  EXPECT_EQ(wrong, 0);
  ASSERT_THAT(journal_->Trim("directory", kAppends - 5), IsOk());
  EXPECT_THAT(journal_->Snapshot()->Changes("directory", "a"),
              IsOkAndHolds(::testing::SizeIs(5)));
  EXPECT_EQ(Get("a"), (VersionedValue{std::to_string(kAppends), kAppends}));
}

// Writers that each add one to the same number, with compare and set, lose no
// addition; readers see the two copies of the number always equal.
TEST_P(JournalContractTest, LosesNoUpdateBetweenThreads) {
  constexpr int kWriters = 4;
  constexpr int kAdditions = 25;
  Append({{"n", "0"}, {"copy", "0"}});
  std::atomic<bool> done = false;
  std::atomic<int> torn = 0;
  std::thread reader([&] {
    while (!done) {
      const auto view = journal_->Snapshot();
      if (*view->Get("directory", "n") != *view->Get("directory", "copy")) {
        ++torn;
      }
    }
  });
  std::vector<std::thread> writers;
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([&] {
      for (int added = 0; added < kAdditions;) {
        const auto old = *journal_->Snapshot()->Get("directory", "n");
        const std::string sum = std::to_string(std::stoi(old->value) + 1);
        added += journal_
                     ->Append({.stream = "directory",
                               .expected = {{"n", old->version}},
                               .mutations = {{"n", sum}, {"copy", sum}},
                               .at = absl::UnixEpoch()})
                     .ok();
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  done = true;
  reader.join();
  EXPECT_EQ(Get("n")->value, std::to_string(kWriters * kAdditions));
  EXPECT_EQ(torn, 0);
  EXPECT_THAT(journal_->Snapshot()->Position("directory"),
              IsOkAndHolds(1u + kWriters * kAdditions));
}

// Random appends, right and wrong ones, against a map that is the model. At the
// end the entries alone give the same map: nothing is kept beside the journal.
TEST_P(JournalContractTest, BehavesAsItsModel) {
  constexpr unsigned kSeed = 20260601;
  SCOPED_TRACE(kSeed);
  std::mt19937 random(kSeed);
  const auto below = [&](unsigned n) { return random() % n; };
  std::map<std::string, VersionedValue> model;
  uint64_t position = 0;
  for (int step = 0; step < 300; ++step) {
    AppendRequest request{.stream = "directory", .at = absl::UnixEpoch()};
    bool holds = true;
    std::map<std::string, std::optional<std::string>> changes;
    for (unsigned i = 0; i <= below(6); ++i) {
      const std::string key = "k" + std::to_string(below(20));
      changes[key] = below(4) == 0 ? std::nullopt
                                   : std::optional(std::to_string(random()));
    }
    for (const auto& [key, value] : changes) {
      request.mutations.push_back({key, value});
      if (below(2) == 0) continue;
      const auto found = model.find(key);
      const uint64_t actual = found == model.end() ? 0 : found->second.version;
      const uint64_t expected = below(8) == 0 ? actual + 1 : actual;
      if (expected != actual) holds = false;
      request.expected.push_back({key, expected});
    }
    ASSERT_EQ(journal_->Append(std::move(request)).ok(), holds);
    if (!holds) continue;
    ++position;
    for (const auto& [key, value] : changes) {
      if (value.has_value()) {
        model[key] = {*value, position};
      } else {
        model.erase(key);
      }
    }
  }
  std::map<std::string, VersionedValue> kept;
  ASSERT_THAT(
      journal_->Snapshot()->Scan(
          "directory", {},
          [&](std::string_view key, std::string_view value, uint64_t version) {
            kept[std::string(key)] = {std::string(value), version};
            return true;
          }),
      IsOk());
  EXPECT_EQ(kept, model);
  std::map<std::string, VersionedValue> replayed;
  for (const v1::JournalEntry& entry : Entries("directory")) {
    for (const v1::JournalMutation& m : entry.mutations()) {
      const auto old = replayed.find(m.key());
      ASSERT_EQ(m.has_before(), old != replayed.end());
      if (m.has_before()) {
        ASSERT_EQ(m.before(), old->second.value);
      }
      if (m.has_value()) {
        replayed[m.key()] = {m.value(), entry.position()};
      } else {
        replayed.erase(m.key());
      }
    }
  }
  EXPECT_EQ(replayed, model);
  std::map<std::string, std::vector<uint64_t>> changes;
  for (const v1::JournalEntry& entry : Entries("directory")) {
    for (const v1::JournalMutation& m : entry.mutations()) {
      changes[m.key()].push_back(entry.position());
    }
  }
  for (const auto& [key, positions] : changes) {
    EXPECT_THAT(journal_->Snapshot()->Changes("directory", key),
                IsOkAndHolds(positions));
  }
}

}  // namespace
}  // namespace handrail::storage
