// Any bytes that parse as a row: normalising must not crash, must say why it
// skips, and done twice must be what it is done once.
#include <google/protobuf/message.h>
#include <google/protobuf/stubs/logging.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/time/time.h"
#include "handrail/v1/ingest_service.pb.h"
#include "storage/base/check.h"
#include "storage/normalise/normalise.h"
#include "storage/redaction/redaction.h"

namespace {

using handrail::storage::NormaliseContext;
using handrail::storage::NormalisedRow;
using handrail::storage::NormaliseRow;
using handrail::storage::PublicProjection;

constexpr size_t kBytesMax = 1 << 16;

bool HasSkip(const NormalisedRow& row) {
  for (const auto& finding : row.findings) {
    if (finding.severity() == handrail::v1::ROW_SKIPPED) return true;
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // A line for every text that is not UTF-8 would take most of the time.
  static google::protobuf::LogHandler* const before =
      google::protobuf::SetLogHandler(nullptr);
  (void)before;
  handrail::v1::Row row;
  if (size > kBytesMax || !row.ParseFromArray(data, static_cast<int>(size))) {
    return 0;
  }
  const NormaliseContext context{.source = "fuzz",
                                 .as_of = absl::FromUnixSeconds(1622505600)};
  const NormalisedRow once = NormaliseRow(std::move(row), context);
  HANDRAIL_CHECK(once.skipped == HasSkip(once));
  if (once.skipped) return 0;
  handrail::v1::Row again;
  for (const auto& record : once.records) *again.add_records() = record;
  const NormalisedRow twice = NormaliseRow(again, context);
  HANDRAIL_CHECK(!twice.skipped);
  for (size_t i = 0; i < once.records.size(); ++i) {
    HANDRAIL_CHECK(once.records[i].SerializeAsString() ==
                   twice.records[i].SerializeAsString());
    const auto shown = PublicProjection(once.records[i]);
    HANDRAIL_CHECK(PublicProjection(shown).SerializeAsString() ==
                   shown.SerializeAsString());
  }
  return 0;
}
