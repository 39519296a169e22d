// Rows mapped once and kept until they are sent: by two threads in order, on
// disk, and the same as if the files were read again.
#include "clients/formats/kept_rows.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <memory>
#include <numeric>
#include <thread>

#include "absl/strings/str_cat.h"
#include "clients/formats/ordered_work.h"
#include "clients/formats/row_pack.h"
#include "tests/formats/formats_testing.h"

namespace handrail::formats {
namespace {

using ::handrail::testing::EqualsProto;
using ::handrail::testing::TempDir;
using ::handrail::testing::WriteFile;

MappedRow SomeRow(size_t bytes) {
  MappedRow mapped;
  mapped.row.mutable_origin()->set_table("services");
  v1::Service& service = *mapped.row.add_records()->mutable_service();
  service.set_id("a");
  service.set_description(std::string(bytes, 'x'));
  return mapped;
}

// Sizes around those of a block, and skipped rows between.
std::vector<MappedRow> SomeRows() {
  std::vector<MappedRow> rows;
  for (const size_t size : {0u, 1u, 100u, 1u << 20, 3u << 20, 7u, 1u << 19}) {
    rows.push_back(SomeRow(size));
    rows.push_back({.skipped = true});
  }
  return rows;
}

TEST(KeptRowsTest, GivesBackEveryRowTwice) {
  KeptRows kept;
  const std::vector<MappedRow> rows = SomeRows();
  for (const MappedRow& mapped : rows) {
    RowPack pack;
    pack.Add(mapped);
    kept.Append(pack.bytes());
  }
  kept.Finish();
  ASSERT_TRUE(kept.whole());
  for (int time = 0; time < 2; ++time) {
    size_t at = 0;
    EXPECT_TRUE(kept.ForEach([&](std::string_view bytes) {
                      const MappedRow& mapped = rows.at(at++);
                      EXPECT_EQ(bytes, mapped.skipped
                                           ? ""
                                           : mapped.row.SerializeAsString());
                      return absl::OkStatus();
                    })
                    .ok());
    EXPECT_EQ(at, rows.size());
  }
}

TEST(KeptRowsTest, KeepsNothingAboveItsLimit) {
  RowPack pack;
  pack.Add(SomeRow(100));
  KeptRows kept(static_cast<int64_t>(2 * pack.bytes().size()));
  kept.Append(pack.bytes());
  kept.Append(pack.bytes());
  EXPECT_TRUE(kept.whole());
  kept.Append(pack.bytes());
  EXPECT_FALSE(kept.whole());
  kept.Append(pack.bytes());
  kept.Finish();
  EXPECT_FALSE(kept.whole());
}

TEST(RowPackTest, ARecordThatOccursTwiceIsSentOnce) {
  MappedRow mapped = SomeRow(1);
  const v1::Row once = mapped.row;
  *mapped.row.add_records() = once.records(0);
  RowPack pack;
  pack.Add(mapped);
  EXPECT_EQ(pack.mentions().size(), 2u);
  v1::Row row;
  ASSERT_TRUE(row.ParseFromString(pack.bytes().substr(1)));
  EXPECT_THAT(row, EqualsProto(once.DebugString()));
}

TEST(OrderedWorkTest, TakesUpPiecesInOrderOnTheCallersThread) {
  const std::thread::id caller = std::this_thread::get_id();
  std::vector<int> taken;
  std::array<std::atomic<int>, OrderedWork::kThreads> on_thread = {};
  OrderedWork work;
  for (int i = 0; i < 1000; ++i) {
    const auto result = std::make_shared<int>(0);
    ASSERT_TRUE(work.Add(
                        [&on_thread, result, i](int thread) {
                          ++on_thread[static_cast<size_t>(thread)];
                          *result = i;
                        },
                        [&, result] {
                          EXPECT_EQ(std::this_thread::get_id(), caller);
                          taken.push_back(*result);
                          return absl::OkStatus();
                        })
                    .ok());
  }
  ASSERT_TRUE(work.Finish().ok());
  std::vector<int> expected(1000);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(taken, expected);
  EXPECT_EQ(on_thread[0] + on_thread[1], 1000);
}

TEST(OrderedWorkTest, TheFirstErrorEndsIt) {
  OrderedWork work;
  int taken = 0;
  absl::Status status;
  for (int i = 0; i < 100 && status.ok(); ++i) {
    status = work.Add([](int) {},
                      [&taken] {
                        return ++taken == 10 ? absl::CancelledError("enough")
                                             : absl::OkStatus();
                      });
  }
  if (status.ok()) status = work.Finish();
  EXPECT_TRUE(absl::IsCancelled(status));
  EXPECT_EQ(taken, 10);
}

// Lines for several packs, some of them wrong and some with things to note.
std::string ManyLines() {
  std::string lines;
  for (int i = 0; i < 3000; ++i) {
    if (i % 500 == 7) {
      lines += R"({"hello":"world"})";
    } else {
      absl::StrAppend(
          &lines, R"({"id":"s)", i, R"(","name":"S","status":"active",)",
          R"("description":")", i % 300 == 0 ? "women only " : "words ",
          std::string(200, 'x'), R"(","organization_id":"o)", i % 700,
          R"(","organization":{"id":"o)", i % 700, R"(","name":"O)",
          i % 1000 == 0 ? "ther" : "", R"(","description":"d"},)",
          R"("service_at_locations":[{"id":"l)", i, R"(","location":{"id":"p)",
          i, R"(","location_type":"physical","addresses":[)",
          R"({"state_province":"NC","country":"US"}]}}]})");
    }
    lines += '\n';
  }
  return lines;
}

// ReadPaths reads everything both ways and compares.
TEST(KeptRowsTest, ManyLinesAreTheSameKeptAndReadAgain) {
  const Read read = ReadText(ManyLines(), {}, "many.ndjson");
  ASSERT_TRUE(read.plan.ok()) << MessageOf(read.plan.status());
  EXPECT_EQ(read.plan->rows_read, 3000);
  EXPECT_EQ(read.Count("unknown-object"), 6);
  EXPECT_GT(read.Count("id-reused"), 0);
  EXPECT_GT(read.Count("derived"), 2900);
  int64_t record = 0;
  for (const v1::Row& row : read.rows) {
    EXPECT_GT(row.origin().record(), record);
    record = row.origin().record();
  }
}

}  // namespace
}  // namespace handrail::formats
