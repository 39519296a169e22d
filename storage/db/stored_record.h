// Records and counts as bytes, and the etags of records.
//
// A record's version is the journal's and its etag follows from it or from its
// content, so what can be told from elsewhere is not in the bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "google/protobuf/timestamp.pb.h"
#include "handrail/storage/v1/journal.pb.h"
#include "handrail/v1/hsds.pb.h"
#include "handrail/v1/ingest_service.pb.h"
#include "handrail/v1/record.pb.h"
#include "storage/journal/journal.h"

namespace handrail::storage {

// The two ways in which a record is kept.
enum class Form { kFull, kPublic };

// Bytes of a full record: deterministic, without revision and etag. What it
// holds is `record`, the bytes of a Record; `around` is the rest, and its own
// record is not looked at.
std::string EncodeFull(const v1::StoredRecord& around, std::string_view record);

// Bytes of a projection: deterministic, without revision, with the etag of
// `info`, which is to be PublicEtag.
std::string EncodePublic(const handrail::v1::RecordInfo& info,
                         std::string_view record);
// The same with the etag found here.
std::string EncodePublic(const v1::StoredRecord& projection);
// Bytes of a projection that shows all of its full record: without it.
std::string EncodeShowsAll(const handrail::v1::RecordInfo& info);

// The record with revision `version` and the etag of its form. Errors:
// DATA_LOSS (DATA_CORRUPT) when the bytes do not parse.
absl::StatusOr<v1::StoredRecord> DecodeRecord(Form form, std::string_view bytes,
                                              uint64_t version);

// The projection with the record that it shows. `full`: where it shows all of
// it, what the full record's key holds at the same moment, or held. Errors:
// DATA_LOSS (DATA_CORRUPT) when that is nothing or of another version, so that
// nobody is shown what was not decided to be shown.
absl::StatusOr<v1::StoredRecord> WithRecord(
    const v1::StoredRecord& projection,
    const std::optional<VersionedValue>& full);

// The etag of a full record: its version in hexadecimal digits.
std::string FullEtag(uint64_t version);

// The etag of a projection: 32 hexadecimal digits of the SHA-256 of what the
// public sees of the record but for changed_at: type, id, source, whether parts
// are withheld, content. Equal projections have equal etags, whatever their
// full records hold and whenever they were written. `record`: its bytes.
std::string PublicEtag(const handrail::v1::RecordInfo& info,
                       std::string_view record);
std::string PublicEtag(const v1::StoredRecord& projection);

// What a record is called.
handrail::v1::RecordRef RefOf(const handrail::v1::RecordInfo& info);

// The organizations, programs and locations that a service names, also through
// its service_at_locations, as (type, id).
std::set<std::pair<int, std::string>> ReferencesOf(
    const handrail::v1::Service& service);

// Microseconds since 1970; 0 for a time that is not set.
int64_t ToMicros(const google::protobuf::Timestamp& time);

// When a load began; 0 when it does not say.
int64_t StartedMicros(const handrail::v1::Load& load);

// A count: eight bytes, big-endian.
std::string EncodeCount(uint64_t count);
std::optional<uint64_t> DecodeCount(std::string_view bytes);

}  // namespace handrail::storage
