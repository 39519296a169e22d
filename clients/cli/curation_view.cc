#include "clients/cli/curation_view.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/text.h"
#include "google/protobuf/util/time_util.h"

namespace handrail::cli {
namespace {

using google::protobuf::util::TimeUtil;

std::string Value(const std::string& json) {
  return json.empty() ? "nothing" : Printable(json);
}

// "  service.name: "Harbor" (was "Harbour")".
std::string ChangeLine(const v1::FieldChange& change, int columns) {
  return Wrap(absl::StrCat(change.field(), ": ", Value(change.new_json()),
                           " (was ", Value(change.old_json()), ")"),
              "  ", "    ", columns);
}

template <typename List>
std::string ChangeLines(const List& changes, int columns) {
  if (changes.empty()) return "  nothing that anybody sees was changed\n";
  std::string text;
  for (const v1::FieldChange& change : changes) {
    absl::StrAppend(&text, ChangeLine(change, columns));
  }
  return text;
}

template <typename List>
std::string FindingLines(const List& findings, int columns) {
  std::string text;
  for (const v1::Finding& finding : findings) {
    absl::StrAppend(&text, Wrap(absl::StrCat("Note: ", finding.field(), ": ",
                                             Printable(finding.message()), ". ",
                                             Printable(finding.hint())),
                                "", "  ", columns));
  }
  return text;
}

std::string KindWord(v1::RecordType type) {
  std::string word = absl::AsciiStrToLower(v1::RecordType_Name(type));
  for (char& c : word) {
    if (c == '_') c = ' ';
  }
  return word;
}

std::string RefWords(const v1::RecordRef& ref) {
  return absl::StrCat(KindWord(ref.type()), " ", ref.id());
}

std::string Checked(const v1::Provenance& provenance) {
  if (!provenance.has_verified_at()) return "no date";
  std::string method =
      absl::AsciiStrToLower(v1::FactMethod_Name(provenance.method()));
  if (provenance.method() == v1::FACT_METHOD_UNSPECIFIED) method = "edit";
  return absl::StrCat(provenance.source(), ", ", method, ", ",
                      TimeUtil::ToString(provenance.verified_at()));
}

}  // namespace

std::string ViewRevision(uint64_t revision) {
  return absl::StrCat("Done, at revision ", revision, ".\n");
}

std::string ViewCreated(const v1::CreateRecordResponse& response, int columns) {
  const v1::RecordInfo& info = response.record().info();
  return absl::StrCat("Created ", KindWord(info.type()), " ", info.id(),
                      ", at revision ", response.revision(), ".\n",
                      FindingLines(response.findings(), columns));
}

std::string ViewUpdated(const v1::UpdateRecordResponse& response, int columns) {
  const v1::RecordInfo& info = response.record().info();
  return absl::StrCat("Updated ", KindWord(info.type()), " ", info.id(),
                      ", at revision ", response.revision(), ":\n",
                      ChangeLines(response.changes(), columns),
                      FindingLines(response.findings(), columns));
}

std::string ViewConfirmed(const v1::ConfirmFactResponse& response,
                          int columns) {
  const v1::RecordInfo& info = response.record().info();
  return absl::StrCat("Confirmed in ", KindWord(info.type()), " ", info.id(),
                      ", at revision ", response.revision(), ":\n",
                      ChangeLines(response.changes(), columns));
}

std::string ViewHistory(const v1::ListHistoryResponse& response, int columns) {
  std::string text;
  for (const v1::HistoryEntry& entry : response.entries()) {
    const std::string kind =
        absl::AsciiStrToLower(v1::RecordChange::Kind_Name(entry.kind()));
    absl::StrAppend(&text, TimeUtil::ToString(entry.at()), "  ", kind, " by ",
                    entry.actor(), " (", entry.action(),
                    entry.subject().empty() ? "" : " " + entry.subject(),
                    "), revision ", entry.revision(), "\n");
    if (!entry.note().empty()) {
      absl::StrAppend(
          &text, Wrap("Why: " + Printable(entry.note()), "  ", "  ", columns));
    }
    for (const v1::FieldChange& change : entry.fields()) {
      absl::StrAppend(&text, ChangeLine(change, columns));
    }
  }
  if (text.empty()) text = "Nothing is kept of what happened before.\n";
  return text + NextPage(response.next_page_token());
}

std::string ViewReports(const v1::ListErrorReportsResponse& response,
                        int columns) {
  std::string text;
  for (const v1::ErrorReport& report : response.reports()) {
    absl::StrAppend(
        &text, report.id(), "  ", TimeUtil::ToString(report.reported_at()),
        "\n",
        Wrap(absl::StrCat(Printable(report.listing_name()), " (",
                          report.listing_id(), ")",
                          report.field().empty() ? "" : ": ", report.field()),
             "  ", "  ", columns));
    absl::StrAppend(&text,
                    Wrap(report.message().empty() ? "The words are private."
                                                  : Printable(report.message()),
                         "  ", "  ", columns));
    if (report.status() == v1::ErrorReport::OPEN) continue;
    absl::StrAppend(
        &text,
        Wrap(absl::StrCat(report.status() == v1::ErrorReport::MENDED
                              ? "Mended"
                              : "Right as recorded",
                          " on ", TimeUtil::ToString(report.resolved_at()),
                          report.resolution().empty() ? "" : ": ",
                          Printable(report.resolution())),
             "  ", "  ", columns));
  }
  if (text.empty()) text = "No such reports.\n";
  return text + NextPage(response.next_page_token());
}

std::string ViewConflicts(const v1::ListConflictsResponse& response,
                          int columns) {
  std::string text;
  for (const v1::Conflict& conflict : response.conflicts()) {
    absl::StrAppend(&text, conflict.id(), "  ", RefWords(conflict.ref()), "\n");
    const auto side = [&](const std::string& who, const std::string& json,
                          const v1::Provenance& provenance) {
      absl::StrAppend(&text, Wrap(absl::StrCat(who, ": ", Value(json), " (",
                                               Checked(provenance), ")"),
                                  "    ", "      ", columns));
    };
    absl::StrAppend(&text, "  ", conflict.field(), "\n");
    side("confirmed", conflict.confirmed_json(), conflict.confirmed());
    side("the feed says", conflict.feed_json(), conflict.feed());
  }
  if (text.empty()) return "No conflicts are waiting.\n";
  return text + NextPage(response.next_page_token());
}

std::string ViewDue(const v1::ListDueResponse& response, int columns) {
  std::string text;
  for (const v1::DueListing& listing : response.listings()) {
    absl::StrAppend(&text, Printable(listing.name()),
                    listing.organization_name().empty() ? "" : ", ",
                    Printable(listing.organization_name()), "  ",
                    listing.listing_id(), "\n");
    std::string ask = listing.channel();
    if (!listing.contact().empty()) {
      absl::StrAppend(&ask, ask.empty() ? "" : ", ", "ask for ",
                      listing.contact());
    }
    if (!ask.empty()) {
      absl::StrAppend(&text, Wrap(Printable(ask), "  ", "  ", columns));
    }
    if (listing.open_reports() > 0) {
      absl::StrAppend(&text, "  reported as wrong: ", listing.open_reports(),
                      "\n");
    }
    for (const v1::DueFact& fact : listing.facts()) {
      absl::StrAppend(
          &text, Wrap(absl::StrCat(fact.field(), ": ", fact.sentence()), "    ",
                      "      ", columns));
    }
  }
  if (text.empty()) text = "Nothing is due.\n";
  return text + NextPage(response.next_page_token());
}

}  // namespace handrail::cli
