#include "clients/formats/recognise.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "clients/formats/centroid_reader.h"
#include "clients/formats/coded_recognise.h"
#include "clients/formats/hsds_names.h"
#include "clients/formats/hsds_tabular.h"
#include "clients/formats/limits.h"
#include "clients/formats/table_recognise.h"
#include "handrail/v1/record.pb.h"
#include "storage/base/status.h"

namespace handrail::formats {
namespace {

namespace pb = google::protobuf;

// So many elements are looked at before a list counts as unknown.
constexpr int kLookedAtMax = 16;

struct KindInfo {
  HsdsKind kind;
  std::string_view name;
  std::string_view table;
  const pb::Descriptor* type;
};
constexpr size_t kKindCount = 7;

// In the order in which a tie is decided.
const std::array<KindInfo, kKindCount>& Kinds() {
  static const std::array<KindInfo, kKindCount> kinds = {{
      {HsdsKind::kOrganization, "organization", "organizations",
       v1::Organization::descriptor()},
      {HsdsKind::kService, "service", "services", v1::Service::descriptor()},
      {HsdsKind::kProgram, "program", "programs", v1::Program::descriptor()},
      {HsdsKind::kLocation, "location", "locations",
       v1::Location::descriptor()},
      {HsdsKind::kTaxonomy, "taxonomy", "taxonomies",
       v1::Taxonomy::descriptor()},
      {HsdsKind::kTaxonomyTerm, "taxonomy_term", "taxonomy_terms",
       v1::TaxonomyTerm::descriptor()},
      {HsdsKind::kServiceAtLocation, "service_at_location",
       "service_at_locations", v1::ServiceAtLocation::descriptor()},
  }};
  return kinds;
}

// How many of the object's properties each of Kinds() has.
std::array<int, kKindCount> KnownKeys(const JsonValue& object) {
  // One bit for every kind.
  using KindsByName = absl::flat_hash_map<std::string_view, unsigned>;
  static const KindsByName* const kinds_of = [] {
    auto* kinds = new KindsByName;
    for (size_t i = 0; i < kKindCount; ++i) {
      for (const HsdsField& field : HsdsFields(Kinds()[i].type)) {
        (*kinds)[field.name] |= 1u << i;
      }
    }
    return kinds;
  }();
  std::array<int, kKindCount> known{};
  for (const std::string_view key : object.keys) {
    const auto found = kinds_of->find(key);
    if (found == kinds_of->end()) continue;
    for (size_t i = 0; i < kKindCount; ++i) {
      known[i] += static_cast<int>(found->second >> i & 1u);
    }
  }
  return known;
}

HsdsKind LikelyByName(const std::string& path) {
  const std::filesystem::path file(path);
  for (const std::string& word :
       {file.filename().string(), file.parent_path().filename().string()}) {
    if (word.starts_with("service_at_location")) {
      return HsdsKind::kServiceAtLocation;
    }
    if (word.starts_with("taxonomy_term")) return HsdsKind::kTaxonomyTerm;
    if (word.starts_with("taxonom")) return HsdsKind::kTaxonomy;
    if (word.starts_with("service")) return HsdsKind::kService;
    if (word.starts_with("organi")) return HsdsKind::kOrganization;
    if (word.starts_with("location")) return HsdsKind::kLocation;
    if (word.starts_with("program")) return HsdsKind::kProgram;
  }
  return HsdsKind::kNone;
}

const JsonMember* FindMember(const JsonOutline& outline, std::string_view key) {
  for (const JsonMember& member : outline.members) {
    if (member.key == key) return &member;
  }
  return nullptr;
}

const JsonMember* FindList(const JsonOutline& outline, std::string_view key) {
  const JsonMember* member = FindMember(outline, key);
  return member != nullptr && member->first == '[' ? member : nullptr;
}

ReadProblem TooLong(int64_t line) {
  return {.reason = "too-long",
          .message = "one record is longer than 4 MiB",
          .hint = "check the record that starts on this line",
          .line = line};
}

ReadProblem UnknownFormat(std::string message) {
  return {.reason = "unknown-format",
          .message = std::move(message),
          .hint = "known formats: " + FormatNames() +
                  "; --format says which one a file is meant to be"};
}

// Decides by the first elements of a list what the list is of.
absl::Status LookAtElements(const std::string& path, const JsonPart& part,
                            Format wanted, Recognised& out) {
  int looked_at = 0;
  JsonDocument document;
  const auto look = [&](const JsonElement& element) {
    const auto enough = [] { return absl::CancelledError("seen enough"); };
    if (++looked_at > kLookedAtMax) return enough();
    if (element.text.empty()) {
      out.problem = TooLong(element.line);
      return enough();
    }
    out.problem = document.Parse(element.text, element.line);
    if (out.problem.has_value()) return enough();
    const JsonValue& value = document.root();
    if (!value.IsObject()) return absl::OkStatus();
    if (wanted != Format::kHsds && LooksLikeMeeting(value)) {
      out.format = Format::kMeetingGuide;
      return enough();
    }
    const HsdsKind kind = ClassifyHsds(value, out.likely);
    if (wanted != Format::kMeetingGuide && kind != HsdsKind::kNone) {
      out.format = Format::kHsds;
      out.likely = kind;
      return enough();
    }
    return absl::OkStatus();
  };
  const absl::Status status = ForEachElement(path, part, look);
  if (!absl::IsCancelled(status)) HANDRAIL_RETURN_IF_ERROR(status);
  if (out.format == Format::kUnknown && looked_at > 0 &&
      (wanted == Format::kHsds || wanted == Format::kMeetingGuide)) {
    // The caller knows better; what does not fit is found row by row.
    out.format = wanted;
  }
  if (looked_at == 0) out.format = wanted;
  return absl::OkStatus();
}

std::string Why(const Recognised& out, std::string_view shape) {
  if (out.format == Format::kMeetingGuide) {
    return absl::StrCat("Meeting Guide: ", std::string(shape), " of meetings");
  }
  return absl::StrCat("HSDS: ", std::string(shape), "; the first record is a ",
                      out.likely == HsdsKind::kNone
                          ? "record of unknown kind"
                          : std::string(KindName(out.likely)));
}

// Lists inside one outermost object. True when the object is such an envelope.
absl::StatusOr<bool> RecogniseEnvelope(const std::string& path,
                                       const JsonOutline& outline,
                                       Format wanted, Recognised& out) {
  const bool has_id = FindMember(outline, "id") != nullptr;
  if (const JsonMember* list = FindList(outline, "meetings")) {
    if (wanted == Format::kUnknown || wanted == Format::kMeetingGuide) {
      out.format = Format::kMeetingGuide;
      out.why = "Meeting Guide: a list under \"meetings\"";
      out.parts.push_back({.table = "meetings", .part = list->part});
      if (const JsonMember* formats = FindMember(outline, "formats")) {
        if (formats->end - formats->part.begin <= kElementBytesMax) {
          out.formats = formats->part;
        }
      }
      return true;
    }
  }
  if (const JsonMember* list = FindList(outline, "contents");
      list != nullptr && !has_id) {
    const bool page = FindMember(outline, "total_items") != nullptr ||
                      FindMember(outline, "page_number") != nullptr;
    HANDRAIL_RETURN_IF_ERROR(LookAtElements(
        path, list->part,
        page && wanted == Format::kUnknown ? Format::kHsds : wanted, out));
    if (out.problem.has_value()) return true;
    if (out.format == Format::kUnknown) {
      out.problem = UnknownFormat("the objects in \"contents\" are unknown");
      return true;
    }
    out.why = Why(out, "a page with its list under \"contents\"");
    out.parts.push_back({.table = out.format == Format::kMeetingGuide
                                      ? "meetings"
                                      : std::string(TableName(out.likely)),
                         .part = list->part});
    return true;
  }
  if (has_id || wanted == Format::kMeetingGuide) return false;
  for (const JsonMember& member : outline.members) {
    const std::string_view table = TableOfKey(member.key);
    if (table.empty() || member.first != '[') continue;
    out.parts.push_back({.table = std::string(table), .part = member.part});
  }
  if (out.parts.empty()) return false;
  out.format = Format::kHsds;
  out.tabular = true;
  out.why = "HSDS: lists keyed by table";
  if (outline.bytes > kTabularBytesMax) {
    out.problem = ReadProblem{
        .reason = "too-long",
        .message =
            "a file keyed by table is joined in memory and may have "
            "256 MiB",
        .hint = "give the services with their parts nested, as NDJSON"};
  }
  return true;
}

// What a file that tells about others is; empty where it may hold records.
std::string AboutOtherFiles(const JsonOutline& outline) {
  const auto has = [&outline](std::string_view key) {
    return FindMember(outline, key) != nullptr;
  };
  if (has("id")) return "";
  // A Frictionless descriptor of the tabular form.
  if (has("resources")) return "the descriptor of a data package";
  if (has("version") && (has("openapi_url") || has("profile"))) {
    return "the description of an API";
  }
  return "";
}

absl::StatusOr<Recognised> RecogniseJson(const std::string& path, Format wanted,
                                         const ByteWatcher& watcher) {
  HANDRAIL_ASSIGN_OR_RETURN(const JsonOutline outline,
                            OutlineJson(path, watcher));
  Recognised out;
  out.problem = outline.problem;
  if (out.problem.has_value()) return out;
  out.likely = LikelyByName(path);
  if (outline.top == JsonTop::kScalar || outline.top == JsonTop::kNothing) {
    out.problem = UnknownFormat("the file holds no record");
    return out;
  }
  HANDRAIL_ASSIGN_OR_RETURN(const bool coded,
                            RecogniseCodedJson(path, outline, wanted, out));
  if (coded) return out;
  if (RecogniseOhanaJson(path, outline, wanted, out)) return out;
  if (outline.top == JsonTop::kObject) {
    const std::string about = AboutOtherFiles(outline);
    if (!about.empty() && wanted != Format::kMeetingGuide) {
      out.format = Format::kHsds;
      out.nothing_to_load = true;
      out.why = "HSDS: " + about + ", without records";
      return out;
    }
    HANDRAIL_ASSIGN_OR_RETURN(const bool envelope,
                              RecogniseEnvelope(path, outline, wanted, out));
    if (envelope) return out;
  }
  HANDRAIL_RETURN_IF_ERROR(LookAtElements(path, outline.whole, wanted, out));
  if (out.problem.has_value()) return out;
  if (out.format == Format::kUnknown) {
    out.problem = UnknownFormat(
        "the file is JSON, but its objects are of no known format");
    return out;
  }
  out.why = Why(out, outline.top == JsonTop::kArray     ? "a list"
                     : outline.top == JsonTop::kObjects ? "objects, one after "
                                                          "another"
                                                        : "one object");
  out.parts.push_back({.table = out.format == Format::kMeetingGuide
                                    ? "meetings"
                                    : std::string(TableName(out.likely)),
                       .part = outline.whole});
  return out;
}

// The first character that is no space, or 0.
char FirstCharacter(std::string_view start) {
  if (start.substr(0, 3) == "\xef\xbb\xbf") start.remove_prefix(3);
  const size_t at = start.find_first_not_of(" \t\r\n");
  return at == std::string_view::npos ? '\0' : start[at];
}

}  // namespace

std::string_view TableName(HsdsKind kind) {
  for (const KindInfo& info : Kinds()) {
    if (info.kind == kind) return info.table;
  }
  return "records";
}

std::string_view KindName(HsdsKind kind) {
  for (const KindInfo& info : Kinds()) {
    if (info.kind == kind) return info.name;
  }
  return "record";
}

HsdsKind KindOfName(std::string_view name) {
  for (const KindInfo& info : Kinds()) {
    if (info.name == name) return info.kind;
  }
  return HsdsKind::kNone;
}

HsdsKind ClassifyHsds(const JsonValue& object, HsdsKind likely) {
  if (const JsonValue* type = object.Given("x_handrail_type")) {
    return KindOfName(type->string);
  }
  const auto has = [&](std::string_view key) {
    return object.Find(key) != nullptr;
  };
  // The one kind without a name of its own.
  if (!has("name") && (has("location") || has("location_id")) &&
      (has("service") || has("service_id") || has("id")) && !has("status")) {
    return HsdsKind::kServiceAtLocation;
  }
  if (!has("id") && !has("name")) return HsdsKind::kNone;
  HsdsKind best = HsdsKind::kNone;
  int most = 1;
  const std::array<int, kKindCount> known_keys = KnownKeys(object);
  for (size_t i = 0; i < kKindCount; ++i) {
    const KindInfo& info = Kinds()[i];
    const int known = known_keys[i];
    if (known > most || (known == most && most > 1 && info.kind == likely)) {
      best = info.kind;
      most = known;
    }
  }
  return best;
}

bool LooksLikeMeeting(const JsonValue& object) {
  if (object.Find("location_type") != nullptr ||
      object.Find("status") != nullptr) {
    return false;
  }
  int known = 0;
  for (const std::string_view key :
       {"slug", "day", "time", "end_time", "types", "formatted_address",
        "conference_url", "conference_phone", "time_formatted", "group",
        "region", "attendance_option"}) {
    known += object.Find(key) != nullptr ? 1 : 0;
  }
  return known >= 2;
}

absl::StatusOr<Recognised> Recognise(const std::string& path, Format wanted,
                                     const ByteWatcher& watcher) {
  std::ifstream in(path, std::ios::binary);
  std::string start(4096, '\0');
  in.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<size_t>(std::max<std::streamsize>(in.gcount(), 0)));
  in.close();
  const char first = FirstCharacter(start);
  const bool json = first == '{' || first == '[';
  if ((!json && start.find('\0') == std::string::npos) ||
      wanted == Format::kCsv) {
    Recognised out;
    HANDRAIL_ASSIGN_OR_RETURN(
        const bool coded, RecogniseCodedCsv(path, start, wanted, watcher, out));
    if (coded) return out;
  }
  if (!json) {
    Recognised out;
    HANDRAIL_ASSIGN_OR_RETURN(
        const bool table, RecogniseTable(path, start, wanted, watcher, out));
    if (table) return out;
  }
  if (!json && wanted != Format::kHsds && wanted != Format::kMeetingGuide &&
      CentroidColumns::Of(start.substr(0, start.find('\n'))).has_value()) {
    HANDRAIL_ASSIGN_OR_RETURN(std::optional<ReadProblem> problem,
                              CheckCsvText(path, watcher));
    Recognised out;
    out.format = Format::kZipCentroids;
    out.why = "ZIP or county centroids: the first line names the columns";
    out.parts.push_back({.table = "centroids"});
    out.problem = std::move(problem);
    return out;
  }
  const std::string extension = std::filesystem::path(path).extension();
  const bool named_json =
      extension == ".json" || extension == ".ndjson" || extension == ".jsonl";
  if (json || named_json || wanted == Format::kHsds ||
      wanted == Format::kMeetingGuide || start.substr(0, 2) == "\xff\xfe" ||
      start.substr(0, 2) == "\xfe\xff" || start.empty()) {
    HANDRAIL_ASSIGN_OR_RETURN(Recognised out,
                              RecogniseJson(path, wanted, watcher));
    if (wanted == Format::kZipCentroids && !out.problem.has_value()) {
      out.problem = UnknownFormat("the file is JSON, not a table of centroids");
    }
    return out;
  }
  Recognised out;
  // A table that cannot be read says so better than one that is not known.
  if (extension == ".csv" || extension == ".tsv" || extension == ".txt") {
    HANDRAIL_ASSIGN_OR_RETURN(const CsvTable table, OutlineCsv(path, watcher));
    out.problem = table.problem;
    if (out.problem.has_value()) return out;
  }
  out.problem =
      wanted == Format::kZipCentroids
          ? ReadProblem{.reason = "missing-column",
                        .message =
                            "the first line does not name the columns "
                            "of a table of centroids",
                        .hint =
                            "name zip (or GEOID, or area and code), "
                            "latitude and longitude",
                        .line = 1}
      : PeekCsv(start).header.size() > 1
          ? ReadProblem{.reason = "unknown-format",
                        .message = "the columns are of no known table",
                        .hint =
                            "say what they are with --mapping; handrail "
                            "load --suggest-mapping FILE proposes one",
                        .line = 1}
          : UnknownFormat("the file is neither JSON nor a table");
  return out;
}

}  // namespace handrail::formats
