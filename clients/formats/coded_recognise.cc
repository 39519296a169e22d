#include "clients/formats/coded_recognise.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/formats/bmlt_directory.h"
#include "clients/formats/csv_table.h"
#include "clients/formats/json_tree.h"
#include "clients/formats/limits.h"
#include "clients/formats/samhsa_facility.h"
#include "storage/base/status.h"

namespace handrail::formats {
namespace {

// So many elements are looked at before a list counts as unknown.
constexpr int kLookedAtMax = 16;

// What the objects of a list are, by the first that tells.
struct Kinds {
  BmltKind bmlt = BmltKind::kNone;
  bool empty = true;
  bool facility = false;
  // The facilities have their services as pages of FindTreatment.gov do.
  bool raw = false;
};

absl::StatusOr<Kinds> LookAt(const std::string& path, const JsonPart& part) {
  Kinds kinds;
  int looked_at = 0;
  JsonDocument document;
  const absl::Status status = ForEachElement(
      path, part, [&](const JsonElement& element) -> absl::Status {
        if (++looked_at > kLookedAtMax || element.text.empty() ||
            document.Parse(element.text, element.line).has_value()) {
          return absl::CancelledError("seen enough");
        }
        const JsonValue& value = document.root();
        kinds.empty = false;
        kinds.bmlt = BmltKindOf(value);
        kinds.facility = LooksLikeFacility(value);
        kinds.raw = kinds.facility && value.Given("services") != nullptr;
        return kinds.bmlt != BmltKind::kNone || kinds.facility
                   ? absl::CancelledError("seen enough")
                   : absl::OkStatus();
      });
  if (!absl::IsCancelled(status)) HANDRAIL_RETURN_IF_ERROR(status);
  return kinds;
}

const JsonMember* FindList(const JsonOutline& outline, std::string_view key) {
  for (const JsonMember& member : outline.members) {
    if (member.key == key && member.first == '[') return &member;
  }
  return nullptr;
}

bool Has(const JsonOutline& outline, std::string_view key) {
  for (const JsonMember& member : outline.members) {
    if (member.key == key) return true;
  }
  return false;
}

void TakeMeetings(const JsonPart& part, std::string why, Recognised& out) {
  out.format = Format::kBmlt;
  out.why = absl::StrCat("BMLT: ", why);
  out.parts.push_back({.table = "meetings", .part = part});
}

// One list, or objects one after another.
absl::StatusOr<bool> TakeList(const std::string& path, const JsonPart& part,
                              std::string_view shape, Format wanted,
                              Recognised& out) {
  HANDRAIL_ASSIGN_OR_RETURN(const Kinds kinds, LookAt(path, part));
  const bool bmlt = wanted != Format::kSamhsa;
  if (bmlt && kinds.bmlt == BmltKind::kMeeting) {
    TakeMeetings(part, absl::StrCat(std::string(shape), " of meetings"), out);
    return true;
  }
  if (bmlt && kinds.bmlt == BmltKind::kFormat) {
    out.format = Format::kBmlt;
    out.nothing_to_load = true;
    out.why =
        "BMLT: the server's formats, which say what the codes of the load's "
        "meetings mean; without records of their own";
    out.bmlt_formats = part;
    return true;
  }
  if (bmlt && kinds.bmlt == BmltKind::kServiceBody) {
    out.format = Format::kBmlt;
    out.why = absl::StrCat("BMLT: ", std::string(shape), " of service bodies");
    out.parts.push_back({.table = std::string(kBmltBodiesTable), .part = part});
    return true;
  }
  if (bmlt && kinds.bmlt == BmltKind::kServerInfo) {
    out.format = Format::kBmlt;
    out.nothing_to_load = true;
    out.why = "BMLT: what a server says of itself, without records";
    return true;
  }
  if (wanted != Format::kBmlt && kinds.facility) {
    out.format = Format::kSamhsa;
    out.why = absl::StrCat(
        "SAMHSA: ", std::string(shape), " of FindTreatment.gov facilities, ",
        kinds.raw ? "services by group" : "services in one text");
    out.parts.push_back({.table = "facilities", .part = part});
    return true;
  }
  return false;
}

}  // namespace

absl::StatusOr<bool> RecogniseCodedJson(const std::string& path,
                                        const JsonOutline& outline,
                                        Format wanted, Recognised& out) {
  if (wanted != Format::kUnknown && wanted != Format::kBmlt &&
      wanted != Format::kSamhsa) {
    return false;
  }
  if (outline.top == JsonTop::kObject) {
    if (const JsonMember* meetings = FindList(outline, "meetings");
        meetings != nullptr && wanted != Format::kSamhsa) {
      HANDRAIL_ASSIGN_OR_RETURN(const Kinds kinds,
                                LookAt(path, meetings->part));
      const JsonMember* formats = FindList(outline, "formats");
      Kinds described;
      if (formats != nullptr) {
        HANDRAIL_ASSIGN_OR_RETURN(described, LookAt(path, formats->part));
      }
      if (kinds.bmlt == BmltKind::kMeeting ||
          described.bmlt == BmltKind::kFormat || wanted == Format::kBmlt) {
        TakeMeetings(meetings->part, "a list under \"meetings\"", out);
        if (formats != nullptr) out.bmlt_formats = formats->part;
        return true;
      }
      if (kinds.empty && formats != nullptr && described.empty) {
        out.format = Format::kBmlt;
        out.nothing_to_load = true;
        out.why = "BMLT: a reply without meetings";
        return true;
      }
    }
    if (const JsonMember* rows = FindList(outline, "rows");
        rows != nullptr && wanted != Format::kBmlt &&
        (Has(outline, "totalPages") || Has(outline, "recordCount") ||
         Has(outline, "totalCount") || wanted == Format::kSamhsa)) {
      out.format = Format::kSamhsa;
      out.why =
          "SAMHSA: a page of FindTreatment.gov with its list under \"rows\"";
      out.parts.push_back({.table = "facilities", .part = rows->part});
      return true;
    }
  }
  const std::string_view shape = outline.top == JsonTop::kArray ? "a list"
                                 : outline.top == JsonTop::kObjects
                                     ? "objects, one after another,"
                                     : "one object";
  HANDRAIL_ASSIGN_OR_RETURN(const bool taken,
                            TakeList(path, outline.whole, shape, wanted, out));
  if (taken) return true;
  // The caller knows better; what does not fit is found row by row.
  if (wanted == Format::kBmlt) {
    TakeMeetings(outline.whole, "as --format says", out);
    return true;
  }
  if (wanted == Format::kSamhsa) {
    out.format = Format::kSamhsa;
    out.why = "SAMHSA: as --format says";
    out.parts.push_back({.table = "facilities", .part = outline.whole});
    return true;
  }
  return false;
}

absl::StatusOr<bool> RecogniseCodedCsv(const std::string& path,
                                       std::string_view start, Format wanted,
                                       const ByteWatcher& watcher,
                                       Recognised& out) {
  if (wanted == Format::kCsv) {
    HANDRAIL_ASSIGN_OR_RETURN(CsvTable flat, OutlineCsv(path, watcher));
    out.format = Format::kCsv;
    out.why = absl::StrCat("a flat table of ", flat.header.size(),
                           " columns, by --mapping");
    out.problem = flat.problem;
    out.csv = std::make_shared<const CsvTable>(std::move(flat));
    return true;
  }
  if (wanted != Format::kUnknown && wanted != Format::kSamhsa) return false;
  const FacilityTable peek = FacilityTable::Of(PeekCsv(start));
  if (!peek.known() && wanted != Format::kSamhsa) return false;
  HANDRAIL_ASSIGN_OR_RETURN(CsvTable table, OutlineCsv(path, watcher));
  out.format = Format::kSamhsa;
  out.problem = table.problem;
  const FacilityTable columns = FacilityTable::Of(table);
  if (!out.problem.has_value() && !columns.known()) {
    out.problem = ReadProblem{
        .reason = "missing-column",
        .message =
            "the first line does not name the columns of a table of "
            "facilities",
        .hint =
            "name1, city, state and zip; a directory's Keys or "
            "service_code_info; or Program Name of a directory of opioid "
            "treatment programs",
        .line = 1};
  }
  out.why = columns.Why();
  out.csv = std::make_shared<const CsvTable>(std::move(table));
  return true;
}

}  // namespace handrail::formats
